"""The object graph as entities: what `tf.saved_model.load` rebuilds, and what the checkpoint puts into it."""

from typing import Any

from lexport.savedmodel.checkpoint import Checkpoint
from lexport.savedmodel.checkpoint_objects import checkpoint_nodes
from lexport.savedmodel.digest.entities import Entities
from lexport.savedmodel.digest.graph_entities import GraphEntities
from lexport.tfformats.protos import message_class

__all__ = ["add_objects"]

LIST = "trackable_list_wrapper"
REFERENCES = ("children", "dependencies", "slot_variables", "saveable_objects")
# Fields of each kind of object that are numbers or names of something else.
OF_KIND = {
    "asset": ("asset_file_def_index",),
    "function": ("concrete_functions",),
    "bare_concrete_function": ("concrete_function_name",),
    "constant": ("operation",),
    "captured_tensor": ("name", "concrete_function"),
    "variable": ("name",),
}


def add_objects(
    entities: Entities, meta_graph: Any, graph: GraphEntities, assets: list[int], checkpoint: Checkpoint
) -> list[int]:
    """Adds the objects, and the functions in the form in which Python calls them.

    Args:
        entities: what to add to.
        meta_graph: a `MetaGraphDef`.
        graph: its nodes and functions.
        assets: the entity of each `asset_file_def`.
        checkpoint: its tensors.

    Returns:
        The entity of each object, in their order.
    """
    objects = meta_graph.object_graph_def
    stored = _stored(objects, checkpoint)
    numbers = [entities.add("object", _label(one), *stored.get(at, ())) for at, one in enumerate(objects.nodes)]
    concrete = {name: _concrete(entities, name, one, graph) for name, one in objects.concrete_functions.items()}
    for name, one in objects.concrete_functions.items():
        for place, bound in enumerate(one.bound_inputs):
            if 0 <= bound < len(numbers):
                entities.link(concrete[name], f"bound to {place}", numbers[bound])
    if numbers:
        entities.link(entities.add("root"), "is", numbers[0])
    for number, one in zip(numbers, objects.nodes, strict=True):
        _link(entities, number, one, objects.nodes, numbers)
        _link_kind(entities, number, one, graph, assets, concrete)
    return numbers


def _label(one: Any) -> bytes:
    label = message_class("SavedObject")()
    label.CopyFrom(one)
    for field in REFERENCES:
        label.ClearField(field)
    kind = label.WhichOneof("kind")
    for field in OF_KIND.get(kind or "", ()):
        getattr(label, kind).ClearField(field)
    for component in label.variable.experimental_distributed_variable_components if kind == "variable" else ():
        component.ClearField("name")
    data: bytes = label.SerializeToString(deterministic=True)
    return data


def _concrete(entities: Entities, name: str, one: Any, graph: GraphEntities) -> int:
    label = message_class("SavedConcreteFunction")()
    label.CopyFrom(one)
    label.ClearField("bound_inputs")
    number = entities.add("concrete function", label.SerializeToString(deterministic=True))
    function = graph.function(name)
    if function is not None:
        entities.link(number, "runs", function)
    return number


def _link(entities: Entities, number: int, one: Any, nodes: Any, numbers: list[int]) -> None:
    known = range(len(numbers))
    # Keras and TensorFlow list variables in the order of their addresses in memory.
    unordered = one.user_object.identifier == LIST and all(
        child.node_id in known and nodes[child.node_id].WhichOneof("kind") == "variable" for child in one.children
    )
    links = [("child", "" if unordered else child.local_name, child.node_id) for child in one.children]
    links += [("needs", "" if unordered else child.local_name, child.node_id) for child in one.dependencies]
    for slot in one.slot_variables:
        links += [("slot of", slot.slot_name, slot.original_variable_node_id)]
        links += [("slot", slot.slot_name, slot.slot_variable_node_id)]
    for name, saveable in one.saveable_objects.items():
        links += [("saved by", name, saveable.save_function), ("restored by", name, saveable.restore_function)]
    for role, name, target in links:
        if target in known:
            entities.link(number, f"{role} {name}", numbers[target])


def _link_kind(
    entities: Entities, number: int, one: Any, graph: GraphEntities, assets: list[int], concrete: dict[str, int]
) -> None:
    kind = one.WhichOneof("kind")
    found: list[tuple[str, int | None]] = []
    if kind == "asset" and 0 <= one.asset.asset_file_def_index < len(assets):
        found = [("file", assets[one.asset.asset_file_def_index])]
    elif kind == "function":
        found = [(f"trace {at}", concrete.get(name)) for at, name in enumerate(one.function.concrete_functions)]
    elif kind == "bare_concrete_function":
        found = [("function", concrete.get(one.bare_concrete_function.concrete_function_name))]
    elif kind == "constant":
        found = [("value", graph.node(one.constant.operation))]
    elif kind == "captured_tensor":
        tensor = graph.tensor(one.captured_tensor.name, one.captured_tensor.concrete_function)
        found = [(f"tensor {tensor[0]}", tensor[1])] if tensor else []
    for role, target in found:
        if target is not None:
            entities.link(number, role, target)


def _stored(objects: Any, checkpoint: Checkpoint) -> dict[int, list[str]]:
    """Gives what each object is filled with."""
    nodes = checkpoint_nodes(objects, checkpoint)
    return {one: _attributes(node, checkpoint) for one, node in nodes.items()}


def _attributes(node: Any, checkpoint: Checkpoint) -> list[str]:
    tensors = checkpoint.tensors
    found = [
        f"{one.name} {tensors[one.checkpoint_key].identity if one.checkpoint_key in tensors else 'nothing'}"
        for one in node.attributes
    ]
    return sorted(found)
