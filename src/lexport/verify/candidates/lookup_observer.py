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
        for request in requests if watch.shelves else ():
            signature = find_signature(meta_graph, request.signature)
            saved_model.compute(feeds(signature, request), watch.fetches[request.signature])
            for shelf in watch.shelves:
                for number, values in _taken(saved_model, shelf):
                    found[watch.tables[number]] |= values
            watched += 1
    except StatusError as raised:
        error = shortened(str(raised))
    except ValueError as raised:
        error = shown(raised)
    return Observation(tuple(map(len, found)), watched, error)


def _taken(saved_model: CSavedModel, shelf: WatchedShelf) -> Iterator[tuple[int, set[Value]]]:
    """Takes everything from a shelf: the number of each lookup, and what it found but for its default value."""
    [count] = saved_model.run({}, [shelf.count])
    for _ in range(int(count)):
        found, default, number = saved_model.run({}, [shelf.found, shelf.default, shelf.number])
        yield int(number), _values(found, default) - _values(default, default)


def _values(array: Tensor, like: Tensor) -> set[Value]:
    """Gives the distinct values, each of the shape of the default value; floats by their bits, as no NaN equals one."""
    bits = array.view(f"u{array.itemsize}") if array.dtype.kind in "fV" else array
    return set(map(tuple, bits.reshape(-1, like.size).tolist())) if like.size else set()
