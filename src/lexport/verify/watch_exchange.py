"""How a `LookupWatch` travels to a candidate: a header of JSON and a tensor of bytes."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from lexport.verify.tensors import Tensor

if TYPE_CHECKING:
    from lexport.savedmodel.lookup_watch import LookupWatch

__all__ = ["WATCH", "read_watch", "watch_header", "watch_tensors"]

WATCH = "watch"


def watch_header(watch: "LookupWatch | None") -> dict[str, Any] | None:
    """Gives all but the graph."""
    return None if watch is None else {name: part for name, part in asdict(watch).items() if name != "graph"}


def watch_tensors(watch: "LookupWatch | None") -> dict[str, Tensor]:
    """Gives the graph, by a name that no tensor of a request has."""
    return {} if watch is None else {WATCH: np.frombuffer(watch.graph, np.uint8)}


def read_watch(header: Mapping[str, Any] | None, tensors: dict[str, Tensor]) -> "LookupWatch | None":
    """Reads what the functions above gave, and takes the graph out of the tensors."""
    if header is None:
        return None
    # Only the candidate that watches reads protos at all.
    from lexport.savedmodel.lookup_watch import LookupWatch, WatchedShelf

    return LookupWatch(
        graph=tensors.pop(WATCH).tobytes(),
        inputs=tuple(header["inputs"]),
        fetches={name: tuple(fetches) for name, fetches in header["fetches"].items()},
        shelves=tuple(WatchedShelf(**shelf) for shelf in header["shelves"]),
        tables=tuple(header["tables"]),
    )
