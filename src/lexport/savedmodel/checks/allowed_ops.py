"""The check that the graph computes, and does nothing else to the machine that serves it."""

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.checks.finding import StaticFinding, finding
from lexport.savedmodel.inventory import Inventory
from lexport.savedmodel.op_kinds import TENSORFLOW_TEXT, OpKind, op_library
from lexport.savedmodel.op_uses import OpUse

__all__ = ["check_allowed_ops"]


def check_allowed_ops(inventory: Inventory, allowed: Collection[str] = ()) -> StaticFinding:
    """Checks `allowed-ops`: every op computes, is the saver's own, or reads an asset.

    An op that is not known to be harmless is refused: one that reads or writes other files, prints, talks to other
    processes, runs Python, is bound to devices, or is of no library that lexport knows. `lexport.savedmodel.op_kinds`
    says what each op of TensorFlow can do.

    Args:
        inventory: the SavedModel.
        allowed: op types to let pass all the same.
    """
    refused = [use for use in inventory.op_uses if use.place.op not in allowed]
    named = sorted({use.place.op for use in inventory.op_uses} & set(allowed))
    return finding("allowed-ops", _problems(refused), _sound(inventory, named), _unknown(inventory, allowed))


def _unknown(inventory: Inventory, allowed: Collection[str]) -> str:
    """Names what is allowed for nothing: nobody can tell a mistyped op from one of a user's own library."""
    told = []
    for op in sorted(set(allowed) - set(inventory.op_counts)):
        near = difflib.get_close_matches(op, inventory.op_counts, 1)
        told.append(f"{op}{f' (did you mean {near[0]}?)' if near else ''}")
    return f"allow_ops names {', '.join(told)}, which the graph does not have" if told else ""


def _problems(refused: Sequence[OpUse]) -> Iterator[str]:
    by_op: dict[str, list[OpUse]] = defaultdict(list)
    for use in refused:
        by_op[use.place.op].append(use)
    for op, uses in sorted(by_op.items()):
        first, *others = uses
        more = f" and {len(others)} more" if others else ""
        yield f"{first.place}{more}: {_told(first.kind)}. {_remedy(op, first.kind)}"


def _told(kind: OpKind | None) -> str:
    if kind is None:
        return "the op is of no library that lexport knows, and a server without that library cannot load it"
    return f"the op {kind.told}"


def _remedy(op: str, kind: OpKind | None) -> str:
    remedy = f"If that is meant, name {op} in verify.allow_ops"
    return f"Use lexport.FileAsset for the file. {remedy}" if kind is OpKind.READS else remedy


def _sound(inventory: Inventory, named: Sequence[str]) -> str:
    nodes, ops = counted(sum(inventory.op_counts.values()), "node"), counted(len(inventory.op_counts), "op")
    parts = [f"{nodes} of {ops}, none does more than it may"]
    if named:
        parts.append(f"allowed by name: {', '.join(named)}")
    text = [op for op in inventory.op_counts if op_library(op)]
    if text:
        parts.append(f"a server needs {TENSORFLOW_TEXT} for {', '.join(text)}")
    return "; ".join(parts)
