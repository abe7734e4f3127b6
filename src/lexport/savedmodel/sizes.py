"""`Sizes`: how large a SavedModel is, part by part."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lexport.savedmodel.assets import ASSETS
from lexport.savedmodel.tree import TreeFile

__all__ = ["Sizes", "sizes_of"]


@dataclass(frozen=True)
class Sizes:
    """Bytes on disk, by part.

    Attributes:
        graph: `saved_model.pb`.
        variables: the files in `variables/`.
        assets: the files in `assets/`.
        other: everything else.
    """

    graph: int
    variables: int
    assets: int
    other: int

    @property
    def total(self) -> int:
        """All parts together."""
        return self.graph + self.variables + self.assets + self.other


def sizes_of(files: Iterable[TreeFile]) -> Sizes:
    """Adds the files of a SavedModel up."""
    sizes: Counter[str] = Counter()
    for file in files:
        sizes[file.path.split("/")[0]] += file.size
    graph, variables, assets = (sizes.pop(part, 0) for part in ("saved_model.pb", "variables", ASSETS))
    return Sizes(graph, variables, assets, other=sizes.total())
