"""`watch_lookups`: what to add to a loaded graph so that one can see what each lookup finds.

Functions hide what happens in them, and one that hands out more than before needs other callers, which loops,
branches and data sets are not. So a copy of each function that leads to a lookup puts what is found, with the default
value, onto a shelf (`Stage`, which is known by a name and takes anything), from which a node of the graph itself takes
it (`Unstage`). Nothing else differs in a copy, and nothing at all in what was loaded: the copies have names of their
own, and use the tables and variables that are there.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lexport.errors import AssetError
from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.graph import MAIN
from lexport.savedmodel.lookups import Lookup, watched_tables
from lexport.savedmodel.saved_model_file import PROTO_LIMIT
from lexport.savedmodel.served_values import served_values
from lexport.savedmodel.signature import INIT_OP
from lexport.savedmodel.watched_function import Shelf, add_shelving, redirect_calls, watched_function
from lexport.tfformats.protos import message_class

__all__ = ["LookupWatch", "WatchedShelf", "watch_lookups"]

PREFIX = "lexport_watch"


@dataclass(frozen=True)
class WatchedShelf:
    """From where to take what lookups have found; all tensors are named as sessions name them.

    Attributes:
        count: how often the others can be taken.
        found: what a lookup found.
        default: its default value, which it gives for what it does not find.
        number: which lookup it was.
    """

    count: str
    found: str
    default: str
    number: str


@dataclass(frozen=True)
class LookupWatch:
    """What to add to a loaded graph, and what to ask of it then.

    Attributes:
        graph: a serialized `GraphDef`.
        inputs: the names of the tensors of the loaded graph that its nodes take.
        fetches: the names of tensors to compute with each request, by signature, so that lookups run.
        shelves: from where to take what they found.
        tables: the index of the table that a lookup looks up in, by its number; as `watched_tables` counts them.
    """

    graph: bytes
    inputs: tuple[str, ...]
    fetches: Mapping[str, tuple[str, ...]]
    shelves: tuple[WatchedShelf, ...]
    tables: tuple[int, ...]


def watch_lookups(meta_graph: Any, flow: Dataflow, lookups: Sequence[Lookup]) -> LookupWatch:
    """Makes what has to be added to a graph.

    Args:
        meta_graph: a `MetaGraphDef`; it stays as it is.
        flow: its edges.
        lookups: its lookups; those with an obstacle are left out.

    Raises:
        AssetError: it would be larger than protocol buffers can be.
    """
    watcher = _Watcher(flow, [lookup for lookup in lookups if not lookup.obstacle])
    graph = message_class("GraphDef")()
    graph.versions.CopyFrom(meta_graph.graph_def.versions)
    watcher.copy_functions(meta_graph.graph_def.library, graph.library)
    signatures = {name: one for name, one in sorted(meta_graph.signature_def.items()) if name != INIT_OP}
    fetches = {name: tuple(dict.fromkeys(watcher.fetches(one))) for name, one in signatures.items()}
    watcher.add_nodes(graph, {fetch for all_of in fetches.values() for fetch in all_of})
    shelves = tuple(_add_taking(graph, shelf) for shelf in {one.name: one for one in watcher.shelves}.values())
    if graph.ByteSize() > PROTO_LIMIT:
        raise AssetError(f"a graph with copies of the functions that look up has {graph.ByteSize()} bytes")
    data = graph.SerializeToString(deterministic=True)
    return LookupWatch(data, _inputs(graph), fetches, shelves, watcher.tables)


class _Watcher:
    """Knows the names of what is added: the shelf of each lookup, and the copy of each function.

    Args:
        flow: the edges of the graph.
        lookups: what to watch.

    Attributes:
        shelves: of the lookups, in their order.
        tables: the index of the table of each lookup.
    """

    def __init__(self, flow: Dataflow, lookups: Sequence[Lookup]) -> None:
        self._flow = flow
        self._main = flow.bodies[MAIN]
        self._prefix = _free_prefix(flow)
        self.shelves = [self._shelf(lookup, number) for number, lookup in enumerate(lookups)]
        indices = {table: index for index, table in enumerate(watched_tables(lookups))}
        self.tables = tuple(indices[lookup.table] for lookup in lookups)
        self._by_function: dict[str, dict[str, Shelf]] = {MAIN: {}}
        for lookup, shelf in zip(lookups, self.shelves, strict=True):
            self._by_function.setdefault(lookup.place.function, {})[lookup.place.node] = shelf
        self._copies = {name: f"{self._prefix}_{name}" for name in _leading(flow, self._by_function)}

    def _shelf(self, lookup: Lookup, number: int) -> Shelf:
        """Gives a lookup its shelf: one for each dtype, as a session takes its time to begin to take from another."""
        dtype = self._flow.bodies[lookup.place.function].nodes[lookup.place.node].attr["Tout"].type
        return Shelf(f"{self._prefix}/shelf_{dtype}", f"{self._prefix}/{number}", dtype, number)

    def copy_functions(self, library: Any, copies: Any) -> None:
        """Adds the copies of functions to another library."""
        for function in library.function:
            name = function.signature.name
            if name in self._copies:
                copies.function.add().CopyFrom(
                    watched_function(function, self._copies, self._by_function.get(name, {}))
                )

    def fetches(self, signature: Any) -> Iterator[str]:
        """Names the outputs of copied calls that a signature needs, and its lookups in the graph itself."""
        for value in sorted(served_values(self._flow, signature)):
            node = self._main.nodes.get(value.node) if value.body == MAIN else None
            shelf = self._by_function[MAIN].get(value.node)
            if node is not None and shelf is not None:
                yield f"{shelf.behind}:0"
            elif node is not None and value.output >= 0 and not self._copies.keys().isdisjoint(self._flow.called(node)):
                yield f"{self._call(value.node)}:{value.output}"

    def add_nodes(self, graph: Any, fetches: Collection[str]) -> None:
        """Adds the nodes behind the fetches to a graph."""
        wanted = {fetch.rpartition(":")[0] for fetch in fetches}
        for name, node in self._main.nodes.items():
            shelf = self._by_function[MAIN].get(name)
            if shelf is not None:
                add_shelving(graph.node, f"{name}:0", node.input[2], shelf)
            elif self._call(name) in wanted:
                call = graph.node.add()
                call.CopyFrom(node)
                call.name = self._call(name)
                # It must not wait for, or stand beside, what is not in this graph.
                call.input[:] = [reference for reference in node.input if not reference.startswith("^")]
                call.attr.pop("_class", None)
                redirect_calls(call, self._copies)

    def _call(self, name: str) -> str:
        return f"{self._prefix}/call/{name}"


def _free_prefix(flow: Dataflow) -> str:
    taken = [*flow.bodies, *(name for body in flow.bodies.values() for name in (*body.nodes, *body.arguments))]
    prefix = PREFIX
    while any(name.startswith(prefix) for name in taken):
        prefix += "_"
    return prefix


def _leading(flow: Dataflow, functions: Collection[str]) -> set[str]:
    """Gives the functions themselves, and those from which one of them is called."""
    callers: dict[str, set[str]] = {}
    for body in flow.bodies.values():
        for node in body.nodes.values():
            for name in flow.called(node):
                callers.setdefault(name, set()).add(body.name)
    found: set[str] = set()
    pending = [*functions]
    while pending:
        name = pending.pop()
        if name not in found and name != MAIN:
            found.add(name)
            pending += callers.get(name, ())
    return found


def _add_taking(graph: Any, shelf: Shelf) -> WatchedShelf:
    count, taken = f"{shelf.name}/count", f"{shelf.name}/taken"
    shelf.describe(graph.node.add(name=count, op="StageSize"))
    shelf.describe(graph.node.add(name=taken, op="Unstage"))
    return WatchedShelf(f"{count}:0", *(f"{taken}:{output}" for output in range(3)))


def _inputs(graph: Any) -> tuple[str, ...]:
    own = {node.name for node in graph.node}
    references = (reference.removeprefix("^") for node in graph.node for reference in node.input)
    return tuple(dict.fromkeys(reference for reference in references if reference.split(":", 1)[0] not in own))
