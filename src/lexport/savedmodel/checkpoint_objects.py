"""What `tf.saved_model.load` fills each object with: the two object graphs of a SavedModel, walked side by side."""

from collections import deque
from typing import Any

from lexport.savedmodel.checkpoint import Checkpoint

__all__ = ["checkpoint_nodes", "place_of", "variable_names"]

CONTENT = "/.ATTRIBUTES/VARIABLE_VALUE"


def checkpoint_nodes(objects: Any, checkpoint: Checkpoint) -> dict[int, Any]:
    """Gives the node of the checkpoint for each object, by its number; objects that it does not know are left out.

    Args:
        objects: a `SavedObjectGraph`.
        checkpoint: what `variables/` holds.
    """
    if checkpoint.objects is None or not objects.nodes or not checkpoint.objects.nodes:
        return {}
    theirs, found = checkpoint.objects.nodes, {0: 0}
    pending = deque([0])
    while pending:
        one = pending.popleft()
        known = {child.local_name: child.node_id for child in theirs[found[one]].children}
        for child in sorted(objects.nodes[one].children, key=lambda child: child.local_name):
            target = known.get(child.local_name, -1)
            fits = 0 <= child.node_id < len(objects.nodes) and 0 <= target < len(theirs)
            if fits and child.node_id not in found:
                found[child.node_id] = target
                pending.append(child.node_id)
    return {one: theirs[number] for one, number in found.items()}


def variable_names(meta_graph: Any, checkpoint: Checkpoint) -> dict[str, str]:
    """Gives what a user calls each tensor of a checkpoint, by its key.

    Args:
        meta_graph: a `MetaGraphDef`.
        checkpoint: what `variables/` holds.

    Returns:
        The name of its variable, which several may have; without one the place of its object, such as `weights/3`.
    """
    objects = meta_graph.object_graph_def
    found = {key: place_of(key) for key in checkpoint.tensors}
    for number, node in checkpoint_nodes(objects, checkpoint).items():
        name = objects.nodes[number].variable.name
        if objects.nodes[number].WhichOneof("kind") == "variable" and name:
            found |= {one.checkpoint_key: name for one in node.attributes if one.checkpoint_key in found}
    return found


def place_of(key: str) -> str:
    """Gives the place of a variable in the saved object from its key.

    Example:
        >>> place_of("weights/3/.ATTRIBUTES/VARIABLE_VALUE")
        'weights/3'
    """
    return key.removesuffix(CONTENT)
