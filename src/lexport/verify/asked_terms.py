"""`AskedTerms`: which terms of a table's file the requests held, as they are."""

from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from lexport.savedmodel import Table
from lexport.savedmodel.tree import open_inside
from lexport.verify.baseline import Baseline
from lexport.verify.tensors import Tensor

__all__ = ["AskedTerms", "TermCount"]

ASSETS = "assets"
SHOWN = 3


@dataclass(frozen=True)
class TermCount:
    """How much of a vocabulary the requests held.

    Attributes:
        asked: how many of its terms.
        terms: how many it has.
        first: the first of those that were asked, three at most.
    """

    asked: int
    terms: int
    first: tuple[bytes, ...]


class AskedTerms:
    """Compares the values of the requests with the terms of the files.

    Terms within a longer text or a serialized example do not count: nobody knows here what a model makes of them.

    Args:
        directory: the export, whose files were checked.
        baseline: the requests.
    """

    def __init__(self, directory: Path, baseline: Baseline) -> None:
        self._directory = directory
        self._baseline = baseline
        self._values: dict[frozenset[str], AbstractSet[bytes]] = {}

    def of(self, table: Table, signatures: Collection[str]) -> TermCount | None:
        """Counts the terms of a table that requests of these signatures held; None where its keys are no terms.

        Args:
            table: filled from an asset, a term on each line.
            signatures: those that look up in it.
        """
        files = {content.asset for content in table.content if content.asset is not None}
        if len(files) != 1 or table.value_dtype != "int64":
            return None
        values = self._held(frozenset(signatures))
        count, asked = 0, 0
        first: list[bytes] = []
        with open_inside(self._directory, f"{ASSETS}/{files.pop()}") as file:
            for line in file:
                term = line.removesuffix(b"\n")
                count += 1
                if term in values:
                    asked += 1
                    first += [term] if len(first) < SHOWN else []
        return TermCount(asked, count, tuple(first))

    def _held(self, signatures: frozenset[str]) -> AbstractSet[bytes]:
        """Gives the values in requests of these signatures; many tables are often those of the same ones."""
        if signatures not in self._values:
            self._values[signatures] = {
                value
                for case in self._baseline.cases
                if case.signature in signatures
                for tensor in case.inputs.values()
                for value in _texts(tensor)
            }
        return self._values[signatures]


def _texts(tensor: Tensor) -> Iterator[bytes]:
    """Gives strings, and integers as files of integers hold them."""
    if tensor.dtype.kind == "O":
        yield from tensor.ravel().tolist()
    elif tensor.dtype.kind in "iu":
        yield from (str(number).encode() for number in tensor.ravel().tolist())
