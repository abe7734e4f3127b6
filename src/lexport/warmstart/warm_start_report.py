"""`WarmStartReport`: what a model took over from another one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["WarmStartReport", "WarmStartedWeight"]


@dataclass(frozen=True)
class WarmStartedWeight:
    """What became of one weight of the new model.

    Attributes:
        path: its layer and its name, such as `words/embeddings`.
        how: `"copied"` to the bit; `"remapped"`, each term to its new row; or `"initialised"`, left as it was.
        detail: of which layer, and how many rows were kept.

    Example:
        >>> WarmStartedWeight("rows/embeddings", "copied", "from rows/embeddings").how
        'copied'
    """

    path: str
    how: Literal["copied", "remapped", "initialised"]
    detail: str = ""


@dataclass(frozen=True)
class WarmStartReport:
    """What `warm_start` did.

    Attributes:
        weights: the weights of the new model.
        left_behind: paths of weights of the old model that the new one has no place for.

    Example:
        >>> weights = (WarmStartedWeight("rows/embeddings", "remapped", "of rows: 2 terms kept, 1 new, 0 dropped"),)
        >>> print(WarmStartReport(weights, ("old/kernel",)))
        remapped     rows/embeddings  of rows: 2 terms kept, 1 new, 0 dropped
        left behind  old/kernel
    """

    weights: tuple[WarmStartedWeight, ...]
    left_behind: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        width = max((len(weight.path) for weight in self.weights), default=0)
        for weight in self.weights:
            yield f"{weight.how:<11}  {weight.path:<{width}}  {weight.detail}".rstrip()
        yield from (f"left behind  {path}" for path in self.left_behind)
