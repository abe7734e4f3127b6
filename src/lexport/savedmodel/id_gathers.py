"""Rows that are taken by the ids of a lookup table or a tokenizer: an embedding must have one for each id."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lexport.savedmodel.dataflow import Dataflow, OriginKind
from lexport.savedmodel.file_resources import FileResource
from lexport.savedmodel.graph import Body, Place, Value, constant_size
from lexport.savedmodel.ops import LOOKUP_OPS, TABLE_INITIALIZERS, TEXT_INITIALIZERS
from lexport.savedmodel.tables import table_key

__all__ = ["IdGather", "read_id_gathers", "variables_read"]

GATHERS = frozenset({"ResourceGather", "GatherV2"})
HOLDING = (OriginKind.TABLE, OriginKind.VARIABLE)
TOKENIZERS = frozenset({"SentencepieceTokenizeOp"})  # the model, the text, and more
LINE_NUMBER = -1
CONSTANT_INITIALIZERS = frozenset({"InitializeTable", "InitializeTableV2", "LookupTableImport", "LookupTableImportV2"})
ID_BYTES = {3: 4, 9: 8}  # int32 and int64, of the enum DataType
# Which inputs of an op hold ids that its output holds, too. A calculation is none of them: it may bring ids into range.
KEEPING: Mapping[str, tuple[int, ...]] = {
    "Cast": (0,),
    "ConcatV2": tuple(range(64)),
    "Pack": tuple(range(64)),
    "Pad": (0,),
    "PadV2": (0,),
    "RaggedGather": (1,),
    "RaggedTensorToTensor": (1,),
    "SelectV2": (1, 2),
    "Slice": (0,),
    "StridedSlice": (0,),
    "TFText>RoundRobinTrim": tuple(range(1, 64)),
    "Tile": (0,),
    "Transpose": (0,),
}


@dataclass(frozen=True)
class IdGather:
    """A node that takes rows of a variable by the ids of a table or model whose largest id is known.

    Attributes:
        place: the node.
        rows: how many the variable has.
        variable: what it is called.
        table: the node that makes the table or model; of several that name one resource the first.
        asset: the file name of the asset that fills it; empty where constants in the graph do.
        offset: the id of the first line of the asset; of constants the largest id, and one more.
        limit: how many lines of the asset are read; None for all; 0 for constants.
        pieces: how many pieces the asset has, where it is a SentencePiece model.
    """

    place: Place
    rows: int
    variable: str
    table: Place
    asset: str
    offset: int
    limit: int | None
    pieces: int | None = None

    def ids(self, lines: int) -> int:
        """Gives how many ids there are where the asset has so many lines: the largest one and one more."""
        if self.pieces is not None:
            return self.pieces
        return self.offset + (lines if self.limit is None else min(lines, self.limit))


@dataclass(frozen=True)
class _Filling:
    asset: str
    offset: int
    limit: int | None
    pieces: int | None = None


def read_id_gathers(
    flow: Dataflow,
    assets: list[str],
    resources: Sequence[FileResource] = (),
    pieces: Callable[[str], int | None] = lambda name: None,
) -> tuple[IdGather, ...]:
    """Finds the embeddings of a graph whose ids come from a table or a SentencePiece model, unchanged.

    Args:
        flow: the edges of the graph.
        assets: the file name of each `asset_file_def`, in order.
        resources: the models in memory, and what else is filled from assets.
        pieces: gives how many pieces an asset has; None for one that is no model.
    """
    fillings = dict(_fillings(flow, assets)) | dict(_models(flow, resources, pieces))
    found = set()
    for name in flow.live if fillings else ():
        body = flow.bodies[name]
        for node in body.nodes.values():
            inputs = body.inputs(node.name) if node.op in GATHERS else []
            if len(inputs) < 2 or node.attr["batch_dims"].i or not _along_rows(flow, inputs[2:]):
                continue
            variables = variables_read(flow, inputs[0])
            # Callers of a shared function are not told apart here, so only a single variable is sure to be meant.
            if len(variables) == 1:
                found |= set(_gathers(flow, body.place(node.name), variables.popitem(), inputs[1], fillings))
    return tuple(sorted(found, key=lambda gather: (gather.place, gather.table)))


def _gathers(
    flow: Dataflow, place: Place, variable: tuple[str, int], ids: Value, fillings: Mapping[str, _Filling]
) -> Iterator[IdGather]:
    name, rows = variable
    # Loaders take one resource from different nodes: from the graph itself, or from the function of an object.
    tables: dict[str, Place] = {}
    for table in sorted(_tables(flow, ids)):
        tables.setdefault(table_key(flow, table), table)
    for key, table in tables.items():
        filling = fillings.get(key)
        if filling is not None:
            yield IdGather(place, rows, name, table, filling.asset, filling.offset, filling.limit, filling.pieces)


def _fillings(flow: Dataflow, assets: list[str]) -> Iterator[tuple[str, _Filling]]:
    """Gives the file of each table whose values are the numbers of its lines, by the table's key."""
    for name in flow.live:
        body = flow.bodies[name]
        for node in body.nodes.values():
            inputs = body.inputs(node.name) if node.op in TABLE_INITIALIZERS else []
            if node.op in CONSTANT_INITIALIZERS and len(inputs) == 3:
                yield from _constant_fillings(flow, inputs)
            if node.op not in TEXT_INITIALIZERS or len(inputs) < 2 or node.attr["value_index"].i != LINE_NUMBER:
                continue
            files = {one.asset for one in flow.origins(inputs[1]) if one.kind is OriginKind.ASSET}
            size = node.attr["vocab_size"].i if "vocab_size" in node.attr else -1
            for index in files & set(range(len(assets))):
                filling = _Filling(assets[index], node.attr["offset"].i, size if size >= 0 else None)
                for origin in flow.origins(inputs[0]):
                    if origin.kind is OriginKind.TABLE:
                        yield table_key(flow, origin.place), filling


def _models(
    flow: Dataflow, resources: Sequence[FileResource], pieces: Callable[[str], int | None]
) -> Iterator[tuple[str, _Filling]]:
    ops = {node.op for name in flow.live for node in flow.bodies[name].nodes.values()}
    for resource in resources if ops & TOKENIZERS else ():
        count = pieces(resource.asset)
        if count is not None and resource.place.function in flow.bodies:
            yield table_key(flow, resource.place), _Filling(resource.asset, 0, None, count)


def _constant_fillings(flow: Dataflow, inputs: list[Value]) -> Iterator[tuple[str, _Filling]]:
    """Gives the largest id of a table whose keys and values are constants; nothing where the ids are made otherwise."""
    origins = flow.origins(inputs[2])
    if len(origins) != 1 or any(one.kind is not OriginKind.CONSTANT for one in origins):
        return
    tensor = flow.tensor(next(iter(origins)).place)
    size = ID_BYTES.get(tensor.dtype, 0)
    if not size:
        return
    packed = tensor.tensor_content[: len(tensor.tensor_content) // size * size]
    parts = (tensor.int_val, tensor.int64_val, memoryview(packed).cast("q" if size == 8 else "i"))
    largest = [max(part) for part in parts if len(part)]
    for origin in flow.origins(inputs[0]) if largest else ():
        if origin.kind is OriginKind.TABLE:
            yield table_key(flow, origin.place), _Filling("", max(largest) + 1, 0)


def _along_rows(flow: Dataflow, axis: list[Value]) -> bool:
    """Says whether rows are taken: along axis 0, which is that of every `ResourceGather`."""
    origins = flow.origins(axis[0]) if axis else set()
    return all(origin.kind is OriginKind.CONSTANT and _is_zero(flow, origin.place) for origin in origins)


def _is_zero(flow: Dataflow, constant: Place) -> bool:
    tensor = flow.tensor(constant)
    numbers = [*tensor.int_val, *tensor.int64_val]
    return constant_size(tensor)[0] == 1 and not any(numbers) and not any(tensor.tensor_content)


def variables_read(flow: Dataflow, value: Value) -> dict[str, int]:
    """Gives the rows of the variables that a value is read from, and not calculated from, by their names.

    Args:
        flow: the edges of the graph.
        value: a variable, or what is read of it.
    """
    found = {}
    for current in _walk(flow, value, {"Cast": (0,)}):
        body = flow.bodies.get(current.body)
        node = body.nodes.get(current.node) if body else None
        if node is not None and node.op == "VarHandleOp" and node.attr["shape"].shape.dim:
            found[node.name] = int(node.attr["shape"].shape.dim[0].size)
    return {name: rows for name, rows in found.items() if rows >= 0}


def _tables(flow: Dataflow, ids: Value) -> set[Place]:
    """Gives the tables and models whose ids a value holds unchanged."""
    tables: set[Place] = set()
    for current in _walk(flow, ids, KEEPING):
        body = flow.bodies.get(current.body)
        node = body.nodes.get(current.node) if body else None
        if body is not None and node is not None and node.op in LOOKUP_OPS | TOKENIZERS:
            origins = [origin for handle in body.inputs(node.name)[:1] for origin in flow.origins(handle)]
            tables |= {origin.place for origin in origins if origin.kind in HOLDING}
    return tables


def _walk(flow: Dataflow, value: Value, keeping: Mapping[str, tuple[int, ...]]) -> Iterator[Value]:
    seen: set[Value] = set()
    pending = [value]
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        yield current
        body = flow.bodies.get(current.body)
        node = body.nodes.get(current.node) if body else None
        if body is None or node is None:
            pending += flow.sources(current)
        elif node.op in keeping:
            inputs = body.inputs(node.name)
            kept = keeping[node.op] if node.op != "SelectV2" or _only_wraps(flow, body, inputs) else ()
            pending += [inputs[index] for index in kept if index < len(inputs)]
        elif node.op != "VarHandleOp" and flow.passes_on(body.place(current.node)):
            pending += flow.sources(current)


def _only_wraps(flow: Dataflow, body: Body, inputs: list[Value]) -> bool:
    """Says whether a choice is that of a mask or an out-of-vocabulary id, or of Keras for negative ids.

    Any other comparison may be there to keep ids in range.
    """
    condition = body.nodes.get(inputs[0].node) if inputs else None
    if condition is None or condition.op in ("Equal", "NotEqual"):
        return condition is not None
    bound = body.inputs(condition.name)[1:2] if condition.op == "Less" else []
    origins = flow.origins(bound[0]) if bound else set()
    return bool(origins) and all(
        origin.kind is OriginKind.CONSTANT and _is_zero(flow, origin.place) for origin in origins
    )
