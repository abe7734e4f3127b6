"""Edits of single places of a `SavedModel` message, and the proof that nothing else was changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lexport.errors import AssetError

__all__ = ["AssetEdit", "AttributeEdit", "ConstantEdit", "Edit", "apply_edits", "check_edits"]


@dataclass(frozen=True)
class AttributeEdit:
    """Another value of one attribute of one node.

    Attributes:
        graph: the number of the meta graph.
        function: the function that holds the node; empty for the graph itself.
        node: its name.
        attribute: `shared_name`, or `vocab_size`.
        old: what it is.
        new: what it becomes.
    """

    graph: int
    function: str
    node: str
    attribute: str
    old: bytes | int
    new: bytes | int

    @property
    def undone(self) -> "AttributeEdit":
        """The edit that takes this one back."""
        return AttributeEdit(self.graph, self.function, self.node, self.attribute, self.new, self.old)


@dataclass(frozen=True)
class AssetEdit:
    """Another file name of one asset.

    Attributes:
        graph: the number of the meta graph.
        index: of the `asset_file_def`.
        old: what it is.
        new: what it becomes.
    """

    graph: int
    index: int
    old: str
    new: str

    @property
    def undone(self) -> "AssetEdit":
        """The edit that takes this one back."""
        return AssetEdit(self.graph, self.index, self.new, self.old)


@dataclass(frozen=True)
class ConstantEdit:
    """Another text in a constant of one text.

    Attributes:
        graph: the number of the meta graph.
        node: the constant, in the graph itself.
        old: what it is.
        new: what it becomes.
    """

    graph: int
    node: str
    old: bytes
    new: bytes

    @property
    def undone(self) -> "ConstantEdit":
        """The edit that takes this one back."""
        return ConstantEdit(self.graph, self.node, self.new, self.old)


Edit = AttributeEdit | AssetEdit | ConstantEdit


def apply_edits(saved_model: Any, edits: Sequence[Edit]) -> None:
    """Edits a message in place.

    Args:
        saved_model: a `SavedModel` message.
        edits: each for another place.

    Raises:
        AssetError: a place does not hold what an edit says that it does.

    Example:
        >>> from lexport.tfformats.protos import message_class
        >>> message = message_class("SavedModel")()
        >>> message.meta_graphs.add().asset_file_def.add().filename = "a.txt"
        >>> apply_edits(message, [AssetEdit(0, 0, "a.txt", "b.txt")])
        >>> message.meta_graphs[0].asset_file_def[0].filename
        'b.txt'
    """
    bodies = {(one.graph, _function(one)) for one in edits if not isinstance(one, AssetEdit)}
    nodes = _nodes(saved_model, bodies)
    for edit in edits:
        if isinstance(edit, AssetEdit):
            asset = saved_model.meta_graphs[edit.graph].asset_file_def[edit.index]
            _check(edit, asset.filename)
            asset.filename = edit.new
            continue
        attributes = nodes[edit.graph, _function(edit), edit.node].attr
        if isinstance(edit, ConstantEdit):
            texts = attributes["value"].tensor.string_val
            _check(edit, b"".join(texts))
            texts[:] = [edit.new]
            continue
        field = "s" if isinstance(edit.new, bytes) else "i"
        _check(edit, getattr(attributes[edit.attribute], field))
        setattr(attributes[edit.attribute], field, edit.new)


def check_edits(original: Any, edited: Any, edits: Sequence[Edit]) -> None:
    """Takes edits back, and compares what comes of it with the original, byte by byte.

    Args:
        original: a `SavedModel` message.
        edited: another one; changed in place.
        edits: all that may be between them.

    Raises:
        AssetError: they differ in anything else.
    """
    apply_edits(edited, [one.undone for one in edits])
    # Bytes, not messages: a NaN in a constant is no other number.
    if edited.SerializeToString(deterministic=True) != original.SerializeToString(deterministic=True):
        raise AssetError("the edited graph differs from the original in more than what was to be edited")


def _function(edit: AttributeEdit | ConstantEdit) -> str:
    return edit.function if isinstance(edit, AttributeEdit) else ""


def _nodes(saved_model: Any, functions: set[tuple[int, str]]) -> dict[tuple[int, str, str], Any]:
    found: dict[tuple[int, str, str], Any] = {}
    for number, meta_graph in enumerate(saved_model.meta_graphs):
        graph = meta_graph.graph_def
        bodies = [("", graph.node), *((one.signature.name, one.node_def) for one in graph.library.function)]
        for function, nodes in bodies:
            if (number, function) in functions:
                found |= {(number, function, node.name): node for node in nodes}
    return found


def _check(edit: Edit, received: object) -> None:
    if received != edit.old:
        raise AssetError(f"cannot edit the graph: required {edit.old!r}; received {received!r} in {edit}")
