"""`StoredTerms`: the vocabulary of a table with the ids that the table gives, from its file or from constants."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lexport.savedmodel.constant_integers import constant_integers
from lexport.savedmodel.dataflow import Dataflow, OriginKind
from lexport.savedmodel.graph import Value, dtype_name
from lexport.savedmodel.inventory import Inventory
from lexport.savedmodel.ops import TEXT_INITIALIZERS
from lexport.savedmodel.saved_model_file import read_saved_model, serving_graph
from lexport.savedmodel.tables import ContentKind, Table, TableContent
from lexport.savedmodel.tensor_values import tensor_values
from lexport.savedmodel.tree import open_inside

__all__ = ["StoredTerms", "read_stored_terms"]

WHOLE_LINE, LINE_NUMBER = -2, -1


@dataclass(frozen=True)
class StoredTerms:
    """The terms that fill a table.

    Attributes:
        name: the asset file; for constants, the node of the table that they fill.
        asset: the file's name below `assets/`; None for constants.
        table: what is filled, in words.
        first: the id of the first line of a file: those below are mask and out-of-vocabulary tokens. None for
            constants, whose ids are with them, and where columns of a file hold the ids.
        inventory: the SavedModel.
        pairs: ids and terms of constants.
    """

    name: str
    asset: str | None
    table: str
    first: int | None
    inventory: Inventory
    pairs: tuple[tuple[bytes, bytes], ...] = ()

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Gives each term with its id, in the order in which they are stored; a file is not held in memory.

        The id is empty where a column of the file holds it.

        Raises:
            OSError: the file cannot be read.
        """
        if self.asset is None:
            yield from ((number.decode(), term) for number, term in self.pairs)
            return
        with open_inside(self.inventory.directory, f"assets/{self.asset}") as file:
            for place, line in enumerate(file):
                # As TensorFlow's reader does: it drops every carriage return.
                term = line.removesuffix(b"\n").replace(b"\r", b"")
                yield "" if self.first is None else str(place + self.first), term


def read_stored_terms(inventory: Inventory) -> list[StoredTerms]:
    """Finds the vocabularies of a SavedModel; one that fills several tables with the same ids is found once.

    Args:
        inventory: the SavedModel.

    Raises:
        AssetError: it is damaged.
    """
    flow = Dataflow(serving_graph(read_saved_model(inventory.directory, inventory.files)))
    found: dict[tuple[object, ...], StoredTerms] = {}
    for table in inventory.tables:
        for content in table.content:
            one = _stored(inventory, flow, table, content)
            if one is not None:
                found.setdefault((one.name, one.first, one.pairs), one)
    return sorted(found.values(), key=lambda one: (one.name, one.first or 0))


def _stored(inventory: Inventory, flow: Dataflow, table: Table, content: TableContent) -> StoredTerms | None:
    body = flow.bodies.get(content.place.function)
    node = body.nodes.get(content.place.node) if body else None
    if body is None or node is None:
        return None
    if content.kind is ContentKind.ASSET and content.asset:
        asset = inventory.asset(content.asset)
        first = _first_id(node) if node.op in TEXT_INITIALIZERS else None
        readable = asset is not None and asset.content is not None
        return StoredTerms(content.asset, content.asset, str(table), first, inventory) if readable else None
    if content.kind is ContentKind.INLINED:
        sides = [_side(flow, value) for value in body.inputs(node.name)[1:3]]
        pairs = tuple(_pairs(sides)) if len(sides) == 2 else ()
        return StoredTerms(table.places[0].node, None, str(table), None, inventory, pairs) if pairs else None
    return None


def _first_id(node: Any) -> int | None:
    indices = {node.attr[name].i for name in ("key_index", "value_index")}
    return int(node.attr["offset"].i) if indices == {WHOLE_LINE, LINE_NUMBER} else None


def _side(flow: Dataflow, value: Value) -> tuple[str, list[bytes]] | None:
    """Gives the dtype and the values of keys or values; None where they are no constant, or one of several."""
    origins = {origin for origin in flow.origins(value) if origin.kind is OriginKind.CONSTANT}
    if len(origins) == 1:
        tensor = flow.tensor(next(iter(origins)).place)
        return dtype_name(tensor.dtype), tensor_values(tensor)
    integers = constant_integers(flow.bodies[value.body], value)
    return None if integers is None else ("int64", [b"%d" % number for number in integers])


def _pairs(sides: list[tuple[str, list[bytes]] | None]) -> Iterator[tuple[bytes, bytes]]:
    """Puts ids and terms together: strings are terms, and of two sides of integers the keys are."""
    keys, values = sides
    if keys is None or values is None:
        return
    terms, ids = (values[1], keys[1]) if values[0] == "string" else (keys[1], values[1])
    yield from zip(ids, terms, strict=False)
