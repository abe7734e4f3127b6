"""LX301 to LX313 for vocabularies in the graph: what is wrong with terms that are constants."""

import codecs
import re
from collections.abc import Iterator, Sequence

from lexport.doctor.finding import Finding, at_node
from lexport.doctor.subject import GraphView, Subject
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
KERAS_LINE_ENDS = [one.encode() for one in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"]
BLOCK = 1 << 16


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
    data = _joined(terms)
    if data and data.count(NEW_LINE) == len(terms) - 1:
        if not _is_known_to_be_sound(data + NEW_LINE):
            yield from _terms(subject, place, data, dict(_faults(data)))
            yield from _twice(subject, graph, place, terms)
        yield from _terms(subject, place, data, dict(_parted(data)))


def _is_known_to_be_sound(lines: bytes) -> bool:
    """Says whether nothing can be wrong with a large text, in one pass on all cores."""
    return len(lines) >= WORTHWHILE and is_sound(lines, dtype="string", special_tokens=(), blank_terms=False)


def _joined(terms: Sequence[bytes]) -> bytes:
    """Puts one term a line, without a Python object for each of ten million terms at the same time."""
    blocks = (terms[start : start + BLOCK] for start in range(0, len(terms), BLOCK))
    return NEW_LINE.join(NEW_LINE.join(block) for block in blocks)


def _terms(subject: Subject, place: Place, data: bytes, faults: dict[str, int]) -> Iterator[Finding]:
    users = subject.signatures(place)
    for code, at in faults.items():
        start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
        term = data[start : end if end >= 0 else None][:80]
        yield at_node(code, place, f"term {data.count(NEW_LINE, 0, at) + 1} is the first: {term!r}", users)


def _twice(subject: Subject, graph: GraphView, place: Place, terms: Sequence[bytes]) -> Iterator[Finding]:
    """Finds the first term that has two ids; with one id it may stand there as often as it likes."""
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
    if _is_windows(data):
        yield "LX302", data.find(b"\r")


def _parted(data: bytes) -> Iterator[tuple[str, int]]:
    """Gives the code and the place of the first character at which Keras would part a term."""
    ends = [one for one in KERAS_LINE_ENDS if one.isascii() or not data.isascii()]
    ends += [] if _is_windows(data) else [b"\r"]
    found = [at for at in map(data.find, ends) if at >= 0]
    if found:
        yield "LX313", min(found)


def _is_windows(data: bytes) -> bool:
    returns = data.count(b"\r")
    return returns > 0 and (data + NEW_LINE).count(WINDOWS) == returns == data.count(NEW_LINE) + 1
