"""`TableFilling`: how a node fills lookup tables from the lines of an asset."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lexport.doctor.subject import GraphView, Subject
from lexport.errors import Problem
from lexport.savedmodel.dataflow import OriginKind
from lexport.savedmodel.graph import Place, dtype_name
from lexport.savedmodel.ops import TEXT_INITIALIZERS

__all__ = ["TableFilling", "filling_problems", "read_fillings"]

WHOLE_LINE, LINE_NUMBER = -2, -1


@dataclass(frozen=True)
class TableFilling:
    """A node that fills lookup tables from an asset.

    Attributes:
        graph: the number of the meta graph.
        place: the node.
        tables: the nodes that make what it fills.
        key_index: the column of the keys; -2 for whole lines, -1 for their numbers.
        value_index: that of the values.
        offset: the id of the first line.
        limit: how many lines it reads; None for all.
        files: the names of the assets that it may read; one, where that is certain.
        dtypes: of the terms, as the tables hold them.
    """

    graph: int
    place: Place
    tables: tuple[Place, ...]
    key_index: int
    value_index: int
    offset: int
    limit: int | None
    files: tuple[str, ...]
    dtypes: tuple[str, ...]

    @property
    def by_lines(self) -> bool:
        """Whether terms are whole lines and ids their numbers."""
        return {self.key_index, self.value_index} == {WHOLE_LINE, LINE_NUMBER}

    @property
    def inverse(self) -> bool:
        """Whether the table gives terms for ids."""
        return self.value_index == WHOLE_LINE


def read_fillings(subject: Subject, asset: str) -> tuple[TableFilling, ...]:
    """Finds the nodes that fill tables from an asset, in all meta graphs.

    Args:
        subject: the SavedModel.
        asset: the file name below `assets/`.
    """
    found = (one for number, graph in enumerate(subject.graphs) for one in _fillings(number, graph))
    return tuple(one for one in found if asset in one.files)


def _fillings(number: int, graph: GraphView) -> Iterator[TableFilling]:
    names = [asset.filename for asset in graph.meta_graph.asset_file_def]
    for function in sorted(graph.flow.live):
        body = graph.flow.bodies[function]
        for node in body.nodes.values():
            inputs = body.inputs(node.name) if node.op in TEXT_INITIALIZERS else []
            if len(inputs) == 2:
                origins = graph.flow.origins(inputs[1])
                files = {names[one.asset] for one in origins if 0 <= one.asset < len(names)}
                tables = {one.place for one in graph.flow.origins(inputs[0]) if one.kind is OriginKind.TABLE}
                yield _filling(number, graph, body.place(node.name), node, sorted(tables), sorted(files))


def _filling(
    number: int, graph: GraphView, place: Place, node: Any, tables: Sequence[Place], files: Sequence[str]
) -> TableFilling:
    size = node.attr["vocab_size"].i if "vocab_size" in node.attr else -1
    side = "value_dtype" if node.attr["value_index"].i == WHOLE_LINE else "key_dtype"
    made = (graph.flow.bodies[one.function].nodes[one.node] for one in tables)
    return TableFilling(
        number,
        place,
        tuple(tables),
        int(node.attr["key_index"].i),
        int(node.attr["value_index"].i),
        int(node.attr["offset"].i),
        int(size) if size >= 0 else None,
        tuple(files),
        tuple(sorted({dtype_name(one.attr[side].type) for one in made})),
    )


def filling_problems(subject: Subject, name: str, asset: str, fillings: Sequence[TableFilling]) -> Iterator[Problem]:
    """Tells why an asset cannot be taken for a list of terms, one a line.

    Args:
        subject: the SavedModel.
        name: what the vocabulary is called.
        asset: its file name.
        fillings: what `read_fillings` found for it.
    """
    known = {one.place for one in fillings}
    found = subject.inventory.asset(asset)
    for reader in found.readers if found else ():
        if reader not in known:
            what = f"{reader} reads {asset!r} too, and nobody can tell what it makes of another content"
            yield Problem(name, what, "Export the model again with the new vocabulary")
    for one in fillings:
        if not one.by_lines:
            yield Problem(
                name, f"{one.place} reads columns of {asset!r}; required: a term on each line", "Export again"
            )
        if one.files != (asset,):
            yield Problem(name, f"{one.place} reads one of {', '.join(one.files)}, and the graph does not tell which")
        if len(one.dtypes) != 1 or one.dtypes[0] not in ("string", "int64"):
            told = ", ".join(one.dtypes) or "of unknown dtype"
            yield Problem(name, f"the terms of {one.place} must be string or int64; received {told}")
    if not fillings and not (found and found.readers):
        yield Problem(name, f"no table is filled from {asset!r}, so nothing would change")
