"""`arity_problems`: nodes that have other numbers of inputs than their op takes, which no loader would load."""

from collections.abc import Iterator, Mapping
from typing import Any

from lexport.errors import Problem

__all__ = ["REMEDY", "arity_problems"]

REMEDY = "TensorFlow writes no such graph; do not load it, and export the model again"
CALLS = ("PartitionedCall", "StatefulPartitionedCall")
# As TensorFlow registers them; the ops whose inputs are told apart by their places.
ARITY: Mapping[str, int] = {
    "Assign": 2,
    "AssignVariableOp": 2,
    "Cast": 1,
    "Equal": 2,
    "GatherV2": 3,
    "Greater": 2,
    "GreaterEqual": 2,
    "Identity": 1,
    "InitializeTable": 3,
    "InitializeTableFromTextFile": 2,
    "InitializeTableFromTextFileV2": 2,
    "InitializeTableV2": 3,
    "Less": 2,
    "LessEqual": 2,
    "LookupTableExport": 1,
    "LookupTableExportV2": 1,
    "LookupTableFind": 3,
    "LookupTableFindV2": 3,
    "LookupTableImport": 3,
    "LookupTableImportV2": 3,
    "LookupTableInsert": 3,
    "LookupTableInsertV2": 3,
    "LookupTableSize": 1,
    "LookupTableSizeV2": 1,
    "NotEqual": 2,
    "ReadVariableOp": 1,
    "ResourceGather": 2,
    "RestoreV2": 3,
    "Select": 3,
    "SelectV2": 3,
}


def arity_problems(where: str, nodes: Any, arguments: Mapping[str, int]) -> Iterator[Problem]:
    """Tells the nodes of a body with too few or too many inputs.

    Args:
        where: the body.
        nodes: its `NodeDef`s.
        arguments: how many each function of the graph takes, by its name.

    Example:
        >>> from lexport.tfformats.protos import message_class
        >>> node = message_class("NodeDef")(name="same", op="Equal", input=["a", "^b"])
        >>> [problem.message for problem in arity_problems("the graph", [node], {})]
        ["Equal 'same' has 1 input; required: 2"]
    """
    for node in nodes:
        # In old graphs the op itself is the name of a function.
        function = node.attr["f"].func.name if node.op in CALLS else node.op
        required = arguments.get(function, ARITY.get(node.op))
        given = sum(not one.startswith("^") for one in node.input)
        if required is not None and given != required:
            told = f"{given} input{'' if given == 1 else 's'}"
            yield Problem(where, f"{node.op} {node.name[:80]!r} has {told}; required: {required}", REMEDY)
