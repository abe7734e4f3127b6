"""What a function is by itself: types and attributes, without its name and those of its arguments."""

from collections.abc import Collection
from typing import Any

from lexport.savedmodel.digest.attributes import Description, describe
from lexport.tfformats.protos import message_class

__all__ = ["function_label"]


def function_label(function: Any, known: Collection[str]) -> tuple[list[str | bytes | int], Description]:
    """Gives the label of a function, and what its attributes say.

    Args:
        function: a `FunctionDef`.
        known: the names of the functions in the graph.
    """
    signature = message_class("OpDef")()
    signature.CopyFrom(function.signature)
    for field in ("name", "control_output", "summary", "description"):
        signature.ClearField(field)
    for argument in (*signature.input_arg, *signature.output_arg):
        argument.ClearField("name")
        argument.ClearField("description")
    unique = sorted(function.resource_arg_unique_id.items())
    label = [signature.SerializeToString(deterministic=True), len(function.control_ret), str(unique)]
    return label, describe(function.attr, known)
