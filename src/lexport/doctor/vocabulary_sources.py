"""LX101 to LX105: where the content of tables, and of other ops that read files, comes from."""

from collections.abc import Iterator

from lexport.doctor.finding import Finding, at_file, at_node
from lexport.doctor.subject import Subject
from lexport.savedmodel.checks.expectations import SIZE_LIMIT
from lexport.savedmodel.checks.tables import is_small
from lexport.savedmodel.saved_model_file import GRAPH_FILE, PROTO_LIMIT
from lexport.savedmodel.tables import ContentKind, Table, TableContent

__all__ = ["file_reads", "graph_size", "table_contents"]

INLINE_LIMIT = 16  # a table of fewer terms is mostly the model's own, such as its labels


def table_contents(subject: Subject) -> Iterator[Finding]:
    """Finds tables that are not filled from an asset."""
    for table in subject.inventory.tables:
        for content in table.content:
            yield from _content(subject, table, content)


def _content(subject: Subject, table: Table, content: TableContent) -> Iterator[Finding]:
    users = tuple(sorted({name for place in table.places for name in subject.signatures(place)}))
    if content.kind is ContentKind.INLINED and not is_small(content, INLINE_LIMIT):
        size = content.size or 0
        share = f"{size / PROTO_LIMIT:.2%} of the 2 GB that saved_model.pb can have"
        yield at_node("LX101", content.place, f"{table} has {content.terms} terms, {size} bytes, {share}", users)
    elif content.kind is ContentKind.PATH:
        yield at_node("LX103", content.place, f"{table} is filled from the file {content.path!r}", users)
    elif content.kind is ContentKind.UNKNOWN:
        yield at_node("LX104", content.place, f"{table} is filled from something that the graph does not tell", users)


def graph_size(subject: Subject, limit: int = SIZE_LIMIT) -> Iterator[Finding]:
    """Finds a graph that grows toward the limit of protocol buffers.

    Args:
        subject: the SavedModel.
        limit: in bytes.
    """
    size = subject.inventory.sizes.graph
    if size > limit:
        yield at_file("LX102", GRAPH_FILE, f"it has {size} bytes, {size / PROTO_LIMIT:.0%} of the limit")


def file_reads(subject: Subject) -> Iterator[Finding]:
    """Finds ops that read a file by a constant name, or by one that the graph does not tell."""
    for read in subject.inventory.file_reads:
        users = subject.signatures(read.place)
        for path in read.paths:
            yield at_node("LX105", read.place, f"it reads the file {path!r}", users)
        for other in read.others:
            yield at_node("LX105", read.place, f"it reads a file whose name comes from {other}", users)
