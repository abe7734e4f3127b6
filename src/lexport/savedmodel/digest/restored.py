"""Which tensor of the checkpoint each output of a `RestoreV2` is: by its content, since keys have numbers in them."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from lexport.savedmodel.checkpoint import OBJECTS_KEY, Checkpoint
from lexport.savedmodel.graph import dtype_name

__all__ = ["Restored"]

ORDERED = ("dtypes", "_output_shapes")  # attributes in the order of the keys
STRING = 7  # of the enum DataType


class Restored:
    """The restoring nodes of one body, and what each of their outputs is.

    Args:
        nodes: the nodes of the body, by name.
        checkpoint: what is restored.

    Attributes:
        lists: the nodes that hold nothing but the lists of keys and slices; what they say is in the outputs.
    """

    def __init__(self, nodes: Mapping[str, Any], checkpoint: Checkpoint) -> None:
        self._outputs: dict[str, list[str]] = {}
        used = Counter(_name(reference) for node in nodes.values() for reference in node.input)
        lists: Counter[str] = Counter()
        for node in nodes.values():
            keys, slices = _lists(node, nodes)
            if (
                keys is not None
                and slices is not None
                and len(keys) == len(slices) == len(node.attr["dtypes"].list.type)
            ):
                types = node.attr["dtypes"].list.type
                self._outputs[node.name] = [
                    f"restored {_content(key, checkpoint)} {piece!r} {dtype_name(dtype)}"
                    for key, piece, dtype in zip(keys, slices, types, strict=True)
                ]
                lists.update(_name(reference) for reference in list(node.input)[1:3])
        self.lists = frozenset(name for name, times in lists.items() if times == used[name])

    def __contains__(self, node: object) -> bool:
        return node in self._outputs

    def output(self, node: str, output: str) -> str | None:
        """Gives what an output is; None where the node restores nothing, or has no such output.

        Args:
            node: its name.
            output: as a reference writes it, such as `3` or `tensors:3`.
        """
        number = output.rpartition(":")[2]
        outputs = self._outputs.get(node, [])
        known = number.isdecimal() and len(number) < 10 and int(number) < len(outputs)
        return outputs[int(number)] if known else None


def _name(reference: str) -> str:
    return reference.removeprefix("^").split(":")[0]


def _lists(node: Any, nodes: Mapping[str, Any]) -> tuple[list[bytes] | None, list[bytes] | None]:
    if node.op != "RestoreV2" or len(node.input) < 3 or any(one.startswith("^") for one in list(node.input)[:3]):
        return None, None
    keys, slices = (_strings(nodes.get(_name(reference))) for reference in list(node.input)[1:3])
    return keys, slices


def _strings(node: Any) -> list[bytes] | None:
    if node is None or node.op != "Const" or node.attr["value"].tensor.dtype != STRING:
        return None
    tensor = node.attr["value"].tensor
    count = 1
    for dimension in tensor.tensor_shape.dim:
        count *= dimension.size
    strings = list(tensor.string_val)
    # TensorFlow repeats the last value of a tensor that lists fewer than its shape asks for.
    return strings * count if len(strings) == 1 and 0 < count <= 1 << 20 else strings


def _content(key: bytes, checkpoint: Checkpoint) -> str:
    name = key.decode(errors="backslashreplace")
    if name == OBJECTS_KEY:
        return "the object graph"
    return checkpoint.tensors[name].identity if name in checkpoint.tensors else f"nothing: {name}"
