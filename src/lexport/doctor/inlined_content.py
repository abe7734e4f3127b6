"""LX301 to LX313 for vocabularies in the graph: what is wrong with terms that are constants."""

from collections.abc import Iterator

from lexport.doctor.finding import Finding, at_node
from lexport.doctor.subject import GraphView, Subject
from lexport.doctor.vocabulary_content import CODES, KERAS_LINE_END, SHOWN
from lexport.savedmodel.dataflow import OriginKind
from lexport.savedmodel.graph import Place
from lexport.savedmodel.tables import ContentKind
from lexport.vocabulary.lint import lint
from lexport.vocabulary.lint_rule import LintRule

__all__ = ["inlined_content"]

# Constants need no lines: they hold empty terms, carriage returns and NULs as they are.
RULES = (LintRule.BYTE_ORDER_MARK, LintRule.NOT_UTF8, LintRule.DUPLICATE_TERM, LintRule.BLANK_TERM)


def inlined_content(subject: Subject) -> Iterator[Finding]:
    """Looks at the keys of each table that is filled from constants."""
    fillers = {
        content.place: None
        for table in subject.inventory.tables
        for content in table.content
        if content.kind is ContentKind.INLINED
    }
    for graph in subject.graphs:
        for place in fillers:
            yield from _keys(subject, graph, place)


def _keys(subject: Subject, graph: GraphView, place: Place) -> Iterator[Finding]:
    body = graph.flow.bodies.get(place.function)
    inputs = body.inputs(place.node) if body and place.node in body.nodes else []
    origins = graph.flow.origins(inputs[1]) if len(inputs) == 3 else set()
    if len(origins) != 1 or any(one.kind is not OriginKind.CONSTANT for one in origins):
        return
    terms = graph.flow.tensor(next(iter(origins)).place).string_val
    # As one text, which is looked at without a Python object for each of ten million terms.
    data = b"\n".join(terms)
    if data and data.count(b"\n") == len(terms) - 1:
        yield from _terms(subject, place, data)


def _terms(subject: Subject, place: Place, data: bytes) -> Iterator[Finding]:
    users = subject.signatures(place)
    told: dict[LintRule, int] = {}
    for problem in lint(data, allow=[LintRule.SPECIAL_TOKEN]):
        name, _, message = problem.message.partition(": ")
        rule = LintRule(name)
        if rule in RULES:
            told[rule] = told.get(rule, 0) + 1
            if told[rule] <= SHOWN:
                yield at_node(CODES[rule], place, f"term {problem.where.removeprefix('line ')}: {message}", users)
    for rule, count in told.items():
        if count > SHOWN:
            yield at_node(CODES[rule], place, f"and {count - SHOWN} more terms", users)
    match = KERAS_LINE_END.search(data)
    if match:
        number = data.count(b"\n", 0, match.start()) + 1
        yield at_node("LX313", place, f"term {number} is the first", users)
