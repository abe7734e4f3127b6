"""How many bytes each part of a SavedModel takes on disk."""

from collections import Counter
from dataclasses import dataclass

from lexport.savedmodel.assets import ASSETS
from lexport.savedmodel.saved_model_file import GRAPH_FILE
from lexport.savedmodel.tree import TreeFile

__all__ = ["Sizes", "read_sizes"]


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


def read_sizes(files: tuple[TreeFile, ...]) -> Sizes:
    """Adds up the files of a directory, by part."""
    sizes: Counter[str] = Counter()
    for file in files:
        sizes[file.path.split("/")[0]] += file.size
    graph, variables, assets = (sizes.pop(part, 0) for part in (GRAPH_FILE, "variables", ASSETS))
    return Sizes(graph, variables, assets, other=sizes.total())
