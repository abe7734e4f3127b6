"""LX301 to LX313 for vocabularies in the graph: what is wrong with terms that are constants."""

import codecs
import re
from collections.abc import Iterator, Sequence

from lexport.doctor.finding import Finding, at_node
from lexport.doctor.subject import GraphView, Subject
from lexport.doctor.vocabulary_content import KERAS_LINE_END
from lexport.savedmodel.dataflow import OriginKind
from lexport.savedmodel.graph import Place
from lexport.savedmodel.tables import ContentKind
from lexport.savedmodel.tensor_values import tensor_values
from lexport.vocabulary.sound_lines import WORTHWHILE, is_sound

__all__ = ["inlined_content"]

# Constants need no lines, and ids stand beside the terms: they hold empty terms, carriage returns and NULs as they are,
# nothing shifts, and Keras takes the special tokens out of a list. What a term looks like can be wrong all the same.
MARK, NEW_LINE, WINDOWS = codecs.BOM_UTF8, b"\n", b"\r\n"
SPACES = (b" ", b"\t", b"\x0b", b"\x0c")
BLANK = re.compile(rb"^[ \t\x0b\x0c]+$", re.MULTILINE)


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
        yield from _twice(subject, graph, place, terms, data)


def _terms(subject: Subject, place: Place, data: bytes) -> Iterator[Finding]:
    users = subject.signatures(place)
    for code, at in _faults(data):
        start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
        term = data[start : end if end >= 0 else None][:80]
        yield at_node(code, place, f"term {data.count(NEW_LINE, 0, at) + 1} is the first: {term!r}", users)


def _twice(subject: Subject, graph: GraphView, place: Place, terms: Sequence[bytes], data: bytes) -> Iterator[Finding]:
    """Finds the first term that has two ids; with one id it may stand there as often as it likes."""
    large = len(data) >= WORTHWHILE
    if large and is_sound(data + NEW_LINE, dtype="string", special_tokens=(), blank_terms=True):
        return
    if len(set(terms)) == len(terms):
        return
    values = graph.flow.origins(graph.flow.bodies[place.function].inputs(place.node)[2])
    constants = [one.place for one in values if one.kind is OriginKind.CONSTANT]
    ids: dict[bytes, bytes] = {}
    for term, number in zip(terms, tensor_values(graph.flow.tensor(constants[0])) if constants else (), strict=False):
        if ids.setdefault(term, number) != number:
            message = f"{term[:80]!r} has the ids {ids[term].decode()} and {number.decode()}"
            yield at_node("LX306", place, message, subject.signatures(place))
            return


def _faults(data: bytes) -> Iterator[tuple[str, int]]:
    """Gives the code of each kind of fault, and where the first of them is."""
    if data.startswith(MARK):
        yield "LX301", 0
    try:
        data.decode()
    except UnicodeDecodeError as error:
        yield "LX304", error.start
    # Most vocabularies have no term that begins with a space, which is seen at once.
    blank = BLANK.search(data) if data.startswith(SPACES) or any(b"\n" + one in data for one in SPACES) else None
    if blank:
        yield "LX308", blank.start()
    returns = data.find(b"\r")
    if returns >= 0 and (data + NEW_LINE).count(WINDOWS) == data.count(NEW_LINE) + 1 == data.count(b"\r"):
        yield "LX302", returns
        returns = -1
    match = KERAS_LINE_END.search(data)
    parted = [at for at in (returns, match.start() if match else -1) if at >= 0]
    if parted:
        yield "LX313", min(parted)
