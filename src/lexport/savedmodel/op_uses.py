"""The nodes that can do more than compute, where nothing in the graph makes them harmless."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.graph import MAIN, Place, Value, constant_strings
from lexport.savedmodel.op_kinds import OpKind, op_kind
from lexport.savedmodel.ops import FILE_READERS, TEXT_INITIALIZERS
from lexport.savedmodel.session_runs import SessionRuns
from lexport.tfformats.sentencepiece_graph import is_sentencepiece_graph

__all__ = ["OpUse", "read_op_uses"]

# Which input is the name of the file.
READERS = FILE_READERS | dict.fromkeys(TEXT_INITIALIZERS, 1)
# Ops that open no file unless they are given its name: the input or the attribute that holds it, and what it may be.
IN_MEMORY_INPUT = {"CacheDataset": 1, "CacheDatasetV2": 1}
IN_MEMORY_ATTRIBUTE: dict[str, tuple[str, Callable[[str], bool]]] = {
    "DecodeProtoV2": ("descriptor_source", lambda text: text == "local://" or text.startswith("bytes://")),
    "EncodeProto": ("descriptor_source", lambda text: text == "local://" or text.startswith("bytes://")),
    "FixedUnigramCandidateSampler": ("vocab_file", lambda text: not text),
}
# They hand paths on, in tensors of several; everything else that makes a string computes a new one.
COLLECTING = frozenset({"Concat", "ConcatV2", "Gather", "GatherV2", "Pack", "Slice", "StridedSlice", "Unpack"})


@dataclass(frozen=True)
class OpUse:
    """A node that can do more than compute.

    Attributes:
        place: the node.
        kind: what it can do; None where the op is unknown.
    """

    place: Place
    kind: OpKind | None


def read_op_uses(flow: Dataflow, runs: SessionRuns, told: Collection[Place] = ()) -> tuple[OpUse, ...]:
    """Finds every node, also of functions that nobody calls, whose op does more than compute.

    Left out is what a SavedModel cannot do without: the saver's ops in the functions that save and restore the
    variables, ops that read a file whose name is that of an asset, unchanged, and graphs that make a SentencePiece
    model of such a file.

    Args:
        flow: the edges of the graph.
        runs: the steps of a session loader.
        told: nodes that read files and are told of elsewhere: `FileRead` and `Table` know constant names.
    """
    found = []
    for body in flow.bodies.values():
        for node in body.nodes.values():
            if node.op in flow.bodies:
                continue
            use = OpUse(body.place(node.name), op_kind(node.op))
            known = use.kind is OpKind.COMPUTES or (use.kind is OpKind.READS and use.place in told)
            if not known and not _is_harmless(flow, runs, use, node):
                found.append(use)
    return tuple(sorted(found, key=lambda use: use.place))


def _is_harmless(flow: Dataflow, runs: SessionRuns, use: OpUse, node: Any) -> bool:
    inputs = flow.bodies[use.place.function].inputs(use.place.node)
    if use.kind is OpKind.SAVES:
        return _is_savers(runs, use.place)
    if node.op == "DatasetFromGraph" and len(inputs) == 1:
        return _makes_model(flow, inputs[0])
    if use.kind is OpKind.READS:
        return READERS[node.op] < len(inputs) and _is_assets_path(flow, inputs[READERS[node.op]])
    if node.op in IN_MEMORY_INPUT and len(inputs) > IN_MEMORY_INPUT[node.op]:
        return _is_empty(flow, inputs[IN_MEMORY_INPUT[node.op]])
    if node.op in IN_MEMORY_ATTRIBUTE:
        attribute, accepts = IN_MEMORY_ATTRIBUTE[node.op]
        return attribute not in node.attr or accepts(node.attr[attribute].s.decode(errors="replace"))
    return False


def _makes_model(flow: Dataflow, graph: Value) -> bool:
    """Says whether the graph that is run from a string is a SentencePiece model around an asset, and nothing else."""
    body = flow.bodies[graph.body]
    node = body.nodes.get(graph.node)
    if node is None or node.op != "StringJoin" or node.attr["separator"].s:
        return False
    parts = body.inputs(graph.node)
    ops = [body.nodes[part.node].op if part.node in body.nodes else "" for part in parts]
    if ops != ["Const", "ReadFile", "Const"]:
        return False
    before, after = (list(constant_strings(flow.tensor(body.place(parts[end].node)))) for end in (0, 2))
    names = body.inputs(parts[1].node)
    return (
        len(before) == len(after) == len(names) == 1
        and is_sentencepiece_graph(before[0], after[0])
        and _is_assets_path(flow, names[0])
    )


def _is_savers(runs: SessionRuns, place: Place) -> bool:
    """Says whether saving and restoring run a node, and nothing else that a session loader does."""
    saver = runs.saving.holds(place) or runs.restoring.holds(place)
    return saver and not runs.serving.holds(place) and not runs.initializing.holds(place)


def _is_assets_path(flow: Dataflow, name: Value) -> bool:
    """Says whether the name of a file is that of an asset, unchanged, on every way to it."""
    seen: set[Value] = set()
    pending = [name]
    while pending:
        value = pending.pop()
        if value in seen or value in flow.assets:
            continue
        seen.add(value)
        body = flow.bodies.get(value.body)
        node = body.nodes.get(value.node) if body else None
        sources = flow.sources(value)
        if node is not None and body is not None:
            if node.op == "Const":  # beside a name, such as what a dataset captured
                continue
            hands_on = flow.passes_on(body.place(value.node)) or node.op in COLLECTING or _is_dataset(node.op)
            # A variable hands on what the main graph assigns to it; that of a checkpoint nobody knows.
            if not hands_on and (
                node.op != "VarHandleOp" or value.body != MAIN or flow.is_handed_out(body.place(value.node))
            ):
                return False
        if not sources:
            return False
        pending += sources
    return True


def _is_dataset(op: str) -> bool:
    return "Dataset" in op and op_kind(op) is OpKind.COMPUTES


def _is_empty(flow: Dataflow, value: Value) -> bool:
    origins = flow.origins(value)
    return bool(origins) and all(
        origin.place.op == "Const" and not any(flow.strings(origin.place)) for origin in origins
    )
