"""Asks requests once more, of copies of the functions that look up, and counts what the lookups find."""

from collections.abc import Iterator, Sequence
from typing import Any

from lexport.savedmodel.lookup_watch import LookupWatch, WatchedShelf
from lexport.verify.c_api.saved_model import CSavedModel
from lexport.verify.c_api.status import StatusError
from lexport.verify.candidates.errors import shortened, shown
from lexport.verify.candidates.signature_names import feeds, find_signature
from lexport.verify.observation import Observation
from lexport.verify.request import Request
from lexport.verify.tensors import Tensor

__all__ = ["observe_lookups"]

Value = tuple[Any, ...]


def observe_lookups(
    saved_model: CSavedModel, meta_graph: Any, requests: Sequence[Request], watch: LookupWatch
) -> Observation:
    """Extends the graph that was loaded, asks the requests and sees what is found.

    Args:
        saved_model: what was loaded; it is not to be verified any more.
        meta_graph: its `MetaGraphDef`.
        requests: those that it answers.
        watch: what to add to its graph.
    """
    found: list[set[Value]] = [set() for _ in sorted(set(watch.tables))]
    watched, error = 0, ""
    try:
        saved_model.extend(watch.graph, watch.inputs)
        for request in [one for one in requests if watch.fetches.get(one.signature)]:
            signature = find_signature(meta_graph, request.signature)
            saved_model.compute(feeds(signature, request), watch.fetches[request.signature])
            for number, values in _taken(saved_model, watch.shelves):
                found[watch.tables[number]] |= values
            watched += 1
    except StatusError as raised:
        error = shortened(str(raised))
    except ValueError as raised:
        error = shown(raised)
    return Observation(tuple(map(len, found)), watched, error)


def _taken(saved_model: CSavedModel, shelves: Sequence[WatchedShelf]) -> Iterator[tuple[int, set[Value]]]:
    """Takes everything from the shelves: the number of each lookup, and what it found but for its default value."""
    # Together: a session takes longer to begin with other tensors than to run.
    counts = saved_model.run({}, [shelf.count for shelf in shelves])
    for shelf, count in zip(shelves, counts, strict=True):
        for _ in range(int(count)):
            found, default, number = saved_model.run({}, [shelf.found, shelf.default, shelf.number])
            yield int(number), _values(found, default) - _values(default, default)


def _values(array: Tensor, like: Tensor) -> set[Value]:
    """Gives the distinct values, each of the shape of the default value; floats by their bits, as no NaN equals one."""
    bits = array.view(f"u{array.itemsize}") if array.dtype.kind in "fV" else array
    return set(map(tuple, bits.reshape(-1, like.size).tolist())) if like.size else set()
