"""LX601 to LX607: ops that need a library, or do more than compute."""

from collections.abc import Iterator

from lexport.doctor.finding import Finding, at_node
from lexport.doctor.subject import Subject
from lexport.savedmodel.op_families import op_family
from lexport.savedmodel.op_kinds import OpKind, op_library
from lexport.savedmodel.op_uses import OpUse

__all__ = ["op_libraries", "op_uses"]

CODES = {
    None: "LX602",
    OpKind.READS: "LX603",
    OpKind.FILES: "LX603",
    OpKind.SAVES: "LX603",
    OpKind.DEBUGS: "LX605",
    OpKind.NETWORK: "LX605",
    OpKind.PYTHON: "LX604",
    OpKind.PRINTS: "LX606",
}


def op_uses(subject: Subject) -> Iterator[Finding]:
    """Finds the first node of each such op in each function, also of functions that nobody calls."""
    counts: dict[tuple[str, str], list[OpUse]] = {}
    for use in subject.inventory.op_uses:
        counts.setdefault((use.place.function, use.place.op), []).append(use)
    for (_, op), [first, *others] in sorted(counts.items()):
        does = first.kind.told if first.kind else _unknown(op)
        more = f", and {len(others)} more of them here" if others else ""
        code = CODES.get(first.kind, "LX607")
        yield at_node(code, first.place, f"{op} {does}{more}", subject.signatures(first.place))


def _unknown(op: str) -> str:
    family = op_family(op)
    return (
        f"is not of TensorFlow, and by its name of {family}" if family else "is in none of TensorFlow's own libraries"
    )


def op_libraries(subject: Subject) -> Iterator[Finding]:
    """Finds the first node of each op of tensorflow-text."""
    needed = {op for op in subject.inventory.op_counts if op_library(op)}
    for graph in subject.graphs if needed else ():
        for body in graph.flow.bodies.values():
            for node in body.nodes.values():
                if node.op in needed:
                    needed.discard(node.op)
                    place = body.place(node.name)
                    times = subject.inventory.op_counts[node.op]
                    message = f"{node.op} is of {op_library(node.op)}, and stands {times} times in the graph"
                    yield at_node("LX601", place, message, subject.signatures(place))
