"""LX301 to LX313: what TensorFlow would read otherwise in the vocabularies, or not at all."""

import re
from collections.abc import Iterator
from typing import Any

from lexport.doctor.finding import Finding, at_file
from lexport.doctor.subject import GraphView, Subject
from lexport.errors import AssetError, Problem
from lexport.savedmodel.assets import ASSETS
from lexport.savedmodel.dataflow import OriginKind
from lexport.savedmodel.graph import dtype_name
from lexport.savedmodel.ops import TEXT_INITIALIZERS
from lexport.savedmodel.tree import open_inside
from lexport.vocabulary.file_format import Dtype
from lexport.vocabulary.lint import lint
from lexport.vocabulary.lint_rule import LintRule

__all__ = ["vocabulary_content"]

WHOLE_LINE, LINE_NUMBER = -2, -1
LIMIT = 4 << 30
SHOWN = 20  # of each kind, in each file: ten million lines can be wrong in the same way
LINE = re.compile(r"line (\d+)")
# Where `splitlines` parts a line and TensorFlow does not; NEL and the two separators in UTF-8.
KERAS_LINE_END = re.compile(rb"[\x0b\x0c\x1c\x1d\x1e]|\xc2\x85|\xe2\x80[\xa8\xa9]")
CODES = {
    LintRule.BYTE_ORDER_MARK: "LX301",
    LintRule.NOT_UTF8: "LX304",
    LintRule.SPECIAL_TOKEN: "LX305",
    LintRule.DUPLICATE_TERM: "LX306",
    LintRule.EMPTY_TERM: "LX307",
    LintRule.BLANK_TERM: "LX308",
    LintRule.NUL: "LX309",
    LintRule.EMPTY_VOCABULARY: "LX311",
    LintRule.NOT_AN_INTEGER: "LX312",
}


def vocabulary_content(subject: Subject) -> Iterator[Finding]:
    """Reads each asset that fills a table line by line, as TensorFlow reads it."""
    readers: dict[str, list[Any]] = {}
    for graph in subject.graphs:
        for name, node in _whole_line_readers(graph):
            readers.setdefault(name, []).append(node)
    for name, nodes in sorted(readers.items()):
        asset = subject.inventory.asset(name)
        if asset is not None and asset.content is not None:
            yield from _file(subject, f"{ASSETS}/{name}", nodes)


def _whole_line_readers(graph: GraphView) -> Iterator[tuple[str, Any]]:
    names = [asset.filename for asset in graph.meta_graph.asset_file_def]
    for function in graph.flow.live:
        body = graph.flow.bodies[function]
        for node in body.nodes.values():
            inputs = body.inputs(node.name) if node.op in TEXT_INITIALIZERS else []
            if len(inputs) < 2 or WHOLE_LINE not in (node.attr["key_index"].i, node.attr["value_index"].i):
                continue
            for origin in graph.flow.origins(inputs[1]):
                if origin.kind is OriginKind.ASSET and 0 <= origin.asset < len(names):
                    yield names[origin.asset], _Reader(graph, body.name, node)


class _Reader:
    """What a node makes of the lines of a file.

    Args:
        graph: where the node is.
        function: whose body holds it.
        node: an initializer of a table.
    """

    def __init__(self, graph: GraphView, function: str, node: Any) -> None:
        self.by_term = node.attr["key_index"].i == WHOLE_LINE
        # A layer that leaves ids free puts its own special tokens there; any other table may have them in its file.
        self.keeps_ids_free = node.attr["offset"].i > 0
        tables = graph.flow.origins(graph.flow.bodies[function].inputs(node.name)[0])
        attribute = "key_dtype" if self.by_term else "value_dtype"
        made = [graph.flow.bodies[one.place.function].nodes.get(one.place.node) for one in tables]
        self.dtypes = {dtype_name(one.attr[attribute].type) for one in made if one is not None}


def _file(subject: Subject, path: str, readers: list[_Reader]) -> Iterator[Finding]:
    try:
        with open_inside(subject.directory, path) as file:
            data = file.read(LIMIT)
    except (OSError, AssetError):
        return  # it was there a moment ago; a file that changes meanwhile is told by the next run
    dtype: Dtype = "int64" if any("int64" in one.dtypes for one in readers) else "string"
    passed = set() if any(one.keeps_ids_free for one in readers) else {LintRule.SPECIAL_TOKEN}
    told: dict[str, int] = {}
    for problem in lint(data, dtype=dtype, allow=passed):
        finding = _finding(path, data, problem, by_term=any(one.by_term for one in readers))
        if finding is not None:
            told[finding.code.name] = told.get(finding.code.name, 0) + 1
            if told[finding.code.name] <= SHOWN:
                yield finding
    for code, count in told.items():
        if count > SHOWN:
            yield at_file(code, path, f"and {count - SHOWN} more lines")
    yield from _unlinted(path, data)


def _finding(path: str, data: bytes, problem: Problem, *, by_term: bool) -> Finding | None:
    rule, _, message = problem.message.partition(": ")
    match = LINE.fullmatch(problem.where)
    line = int(match[1]) if match else None
    if rule == LintRule.CARRIAGE_RETURN:
        whole = data.count(b"\r") == data.count(b"\r\n")
        return at_file("LX302" if whole else "LX303", path, message, line=line)
    if rule == LintRule.DUPLICATE_TERM and not by_term:
        return None  # ids to terms: two ids may have the same term
    return at_file(CODES[LintRule(rule)], path, message, line=line) if rule in CODES else None


def _unlinted(path: str, data: bytes) -> Iterator[Finding]:
    if data and not data.endswith(b"\n"):
        last = data[data.rfind(b"\n") + 1 :][-80:].decode(errors="replace")
        yield at_file("LX310", path, f"the file ends with {last!r}", line=data.count(b"\n") + 1)
    match = KERAS_LINE_END.search(data)
    if match:
        start, end = data.rfind(b"\n", 0, match.start()) + 1, data.find(b"\n", match.end())
        term = data[start : end if end >= 0 else None][:80].decode(errors="replace")
        yield at_file("LX313", path, f"the term {term!r} is the first", line=data.count(b"\n", 0, match.start()) + 1)
