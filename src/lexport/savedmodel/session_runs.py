"""What a session loader runs: TensorFlow Serving, the C++ API and `tf.compat.v1` know no objects, only these steps."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.graph import MAIN, Place
from lexport.savedmodel.signature import INIT_OP, output_names

__all__ = ["Run", "SessionRuns"]

INIT_COLLECTIONS = ("saved_model_main_op", "legacy_init_op")


@dataclass(frozen=True)
class Run:
    """One step: everything that runs where its last nodes are asked for.

    Attributes:
        nodes: the nodes of the main graph.
        functions: the functions that these call, directly or not.
    """

    nodes: frozenset[str]
    functions: frozenset[str]

    def holds(self, place: Place) -> bool:
        """Says whether a node runs in this step."""
        return place.node in self.nodes if place.function == MAIN else place.function in self.functions


class SessionRuns:
    """The steps of a session loader.

    Args:
        meta_graph: a `MetaGraphDef`.
        flow: its edges.

    Attributes:
        restoring: reads the variables.
        initializing: fills the tables.
        serving: answers; all signatures together.
        saving: writes the variables; no server does.
        signatures: answers, by signature.
    """

    def __init__(self, meta_graph: Any, flow: Dataflow) -> None:
        self._flow = flow
        saver = meta_graph.saver_def
        self.restoring = self._run([saver.restore_op_name])
        self.saving = self._run([saver.save_tensor_name])
        self.initializing = self._run(_init_ops(meta_graph))
        self.serving = self._run(_served(meta_graph))
        declared = {name: one for name, one in sorted(meta_graph.signature_def.items()) if name != INIT_OP}
        self.signatures = {name: self._run(output_names(one)) for name, one in declared.items()}

    def _run(self, last: Iterable[str]) -> Run:
        main = self._flow.bodies[MAIN]
        nodes: set[str] = set()
        pending = [_node(name) for name in last]
        while pending:
            name = pending.pop()
            if name in main.nodes and name not in nodes:
                nodes.add(name)
                pending += [_node(reference) for reference in main.nodes[name].input]
        return Run(frozenset(nodes), self._functions(nodes))

    def _functions(self, nodes: set[str]) -> frozenset[str]:
        bodies = self._flow.bodies
        pending = [called for name in nodes for called in self._flow.called(bodies[MAIN].nodes[name])]
        found: set[str] = set()
        while pending:
            function = pending.pop()
            if function not in found:
                found.add(function)
                pending += [called for node in bodies[function].nodes.values() for called in self._flow.called(node)]
        return frozenset(found)


def _node(reference: str) -> str:
    return reference.removeprefix("^").split(":")[0]


def _init_ops(meta_graph: Any) -> Iterator[str]:
    if INIT_OP in meta_graph.signature_def:
        yield from (info.name for info in meta_graph.signature_def[INIT_OP].outputs.values())
    for collection in INIT_COLLECTIONS:
        if collection in meta_graph.collection_def:
            yield from meta_graph.collection_def[collection].node_list.value


def _served(meta_graph: Any) -> Iterator[str]:
    for name, signature in meta_graph.signature_def.items():
        if name != INIT_OP:
            yield from output_names(signature)
