"""Which nodes work on strings."""

from typing import Any

__all__ = ["handles_strings"]

STRING = 7  # of the enum DataType
# They take or give strings, and none of their attributes says so.
PREFIXES = ("Regex", "StaticRegex", "String", "Substr", "Unicode", "UnsortedSegmentJoin", "DecodeRaw", "AsString")
# XLA drops them, or they only hold what others work on.
HARMLESS = frozenset({"Assert", "Const", "Identity", "NoOp", "Placeholder", "PrintV2"})


def handles_strings(node: Any) -> bool:
    """Says whether a node takes or gives strings.

    Args:
        node: a `NodeDef`.
    """
    if node.op in HARMLESS:
        return False
    if node.op.startswith(PREFIXES):
        return True
    return any(one.type == STRING or STRING in one.list.type for one in node.attr.values())
