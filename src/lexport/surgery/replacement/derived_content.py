"""`derived_problems`: tokenizers that hold a vocabulary a second time, in a form of their own."""

from collections.abc import Iterator, Sequence

from lexport.doctor.subject import GraphView, Subject
from lexport.errors import Problem
from lexport.savedmodel.graph import Place, Value
from lexport.surgery.replacement.id_flow import IdFlow
from lexport.surgery.replacement.table_filling import TableFilling

__all__ = ["derived_problems"]

# Parts of the names of ops that cut text by an automaton or a model, which is made of the vocabulary.
HOLDING = ("FastWordpiece", "PhraseTokenize", "Sentencepiece")


def derived_problems(subject: Subject, name: str, fillings: Sequence[TableFilling]) -> Iterator[Problem]:
    """Tells the ops that would go on cutting text by the old vocabulary, whose pieces the table then does not know.

    Args:
        subject: the SavedModel.
        name: what the vocabulary is called.
        fillings: the nodes that fill tables from it.
    """
    told: set[Place] = set()
    for filling in fillings:
        graph = subject.graphs[filling.graph]
        for lookup in IdFlow(graph.flow, filling.tables).lookups if not filling.inverse else ():
            keys = graph.flow.bodies[lookup.function].inputs(lookup.node)[1]
            told |= {place for place in _upstream(graph, keys) if any(part in place.op for part in HOLDING)}
    for place in sorted(told):
        message = f"{place} cuts text by an automaton or a model of its own, which was made of the old vocabulary"
        yield Problem(name, message, "Export the model again with the new vocabulary")


def _upstream(graph: GraphView, value: Value) -> Iterator[Place]:
    seen: set[Value] = set()
    pending = [value]
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        body = graph.flow.bodies.get(current.body)
        if body is not None and current.node in body.nodes:
            yield body.place(current.node)
        pending += graph.flow.sources(current)
