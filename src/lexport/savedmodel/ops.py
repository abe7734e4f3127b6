"""The operations that matter for assets and tables, in groups."""

from typing import Any

__all__ = [
    "CALLS",
    "FILE_READERS",
    "LOOKUP_OPS",
    "PASSING",
    "RESTORE_OPS",
    "TABLE_INITIALIZERS",
    "TABLE_OPS",
    "TEXT_INITIALIZERS",
    "VARIABLE_OPS",
    "VARIABLE_QUERIES",
    "called_functions",
    "dataset_inputs",
    "making_functions",
]

CALLS = {  # which input is the first argument of the called functions
    "PartitionedCall": 0,
    "StatefulPartitionedCall": 0,
    "While": 0,
    "StatelessWhile": 0,
    "If": 1,
    "StatelessIf": 1,
    "Case": 1,
    "StatelessCase": 1,
}
PASSING = frozenset(  # the value is that of input 0
    {
        "EnsureShape",
        "ExpandDims",
        "Identity",
        "PlaceholderWithDefault",
        "PreventGradient",
        "ReadVariableOp",
        "Reshape",
        "Snapshot",
        "Squeeze",
        "StopGradient",
    }
)
FILE_READERS = {  # which input is the name of a file, or a list or a pattern of names
    "ReadFile": 0,
    "MatchingFiles": 0,
    "MatchingFilesDataset": 0,
    "TextLineDataset": 0,
    "FixedLengthRecordDataset": 0,
    "FixedLengthRecordDatasetV2": 0,
    "TFRecordDataset": 0,
    "TFRecordDatasetV2": 0,
    "CSVDataset": 0,
    "CSVDatasetV2": 0,
    "ExperimentalCSVDataset": 0,
    "ExperimentalLMDBDataset": 0,
    "ExperimentalMatchingFilesDataset": 0,
    "LMDBDataset": 0,
    "LoadDataset": 0,
    "LoadAndRemapMatrix": 0,
}
TABLE_OPS = frozenset(
    f"{prefix}{table}{version}"
    for prefix in ("", "Anonymous")
    for table in ("HashTable", "MutableHashTable", "MutableHashTableOfTensors", "MutableDenseHashTable")
    for version in ("", "V2")
)
LOOKUP_OPS = frozenset({"LookupTableFind", "LookupTableFindV2"})  # the table, the keys, the default value
TEXT_INITIALIZERS = frozenset({"InitializeTableFromTextFile", "InitializeTableFromTextFileV2"})
TABLE_INITIALIZERS = TEXT_INITIALIZERS | {  # input 0 is the table, the others are its content
    "InitializeTable",
    "InitializeTableV2",
    "InitializeTableFromDataset",
    "LookupTableImport",
    "LookupTableImportV2",
    "LookupTableInsert",
    "LookupTableInsertV2",
}
CHOOSING = frozenset({"element_length_func", "key_func", "predicate", "window_size_func"})
VARIABLE_QUERIES = frozenset({"VarIsInitializedOp", "IsVariableInitialized", "DisableCopyOnRead"})
VARIABLE_OPS = frozenset({"VarHandleOp", "VariableV2", "Variable"})
RESTORE_OPS = frozenset({"RestoreV2", "Restore", "RestoreSlice"})


def called_functions(node: Any) -> list[str]:
    """Gives the functions that a node calls; in old graphs the op itself is the name of a function."""
    names = [node.op]
    for attribute in node.attr.values():
        if attribute.HasField("func"):
            names.append(attribute.func.name)
        elif attribute.HasField("list"):
            names += [function.name for function in attribute.list.func]
    return names


def making_functions(node: Any) -> list[str]:
    """Gives the functions of a node whose results are, or become, its own: all but those that choose or count."""
    return [
        attribute.func.name
        for name, attribute in sorted(node.attr.items())
        if attribute.HasField("func") and name not in CHOOSING
    ]


def dataset_inputs(node: Any, argument: int, arguments: int) -> slice:
    """Gives which inputs of a dataset feed an argument of its function; all where the op does not tell.

    The function gets the state and the elements, and then what it captured, which `Targuments` counts.

    Args:
        node: the node that makes or reduces a dataset.
        argument: the index of the argument.
        arguments: how many arguments the function has.
    """
    if "Dataset" not in node.op or "Targuments" not in node.attr:
        return slice(None)
    captured = len(node.attr["Targuments"].list.type)
    first = 1 + (len(node.attr["Tstate"].list.type) if "Tstate" in node.attr else 0)
    position = first + argument - (arguments - captured)
    return slice(first) if position < first else slice(position, position + 1)
