"""An `ExportComparison` as a tree."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lexport.cli.comparison_tree import comparison_tree
from lexport.cli.document import Span, Tree, line
from lexport.cli.measures import count_text, size_text
from lexport.compare.export_comparison import (
    AttributeChange,
    ExportComparison,
    OpChange,
    PartChange,
    SignatureChange,
    VocabularyChange,
    WeightChange,
)
from lexport.savedmodel.checkpoint import StoredTensor

__all__ = ["export_diff_tree"]

HIDDEN = "which node reads from which, or an object, differs; nothing else here shows it but the places"


def export_diff_tree(a: Path, b: Path, compared: ExportComparison, limit: int) -> Tree:
    """Draws up what changed, each part as a branch; parts without a change are left out.

    Args:
        a: the old directory.
        b: the new one.
        compared: what was found.
        limit: how many terms and variables to show.
    """
    told = Span("a client would notice", "bad") if compared.noticed else Span("no client would notice", "good")
    digests = [compared.old, compared.new] if compared.noticed else [compared.old]
    parts = [
        Tree.of(Span("canonical digest", "name"), digests),
        *_part("vocabularies", [_vocabulary(one, limit) for one in compared.vocabularies]),
        *_part("weights", _limited([_weight(one) for one in _ordered(compared.weights)], limit, "variable")),
        *_part("signatures", [_signature(one) for one in compared.signatures]),
        *_part("ops", [_op(one) for one in compared.ops]),
        *_part("attributes", [_attribute(one) for one in compared.attributes]),
        *_part("assets", [_two(one.path, one.old, one.new) for one in compared.assets]),
        *_part("graph", [*([HIDDEN] if compared.hidden else []), *_places(compared.parts, limit)]),
        *_part("noticed by no client", [_two(one.path, one.old, one.new) for one in compared.unnoticed]),
    ]
    return Tree.of(line(Span(f"{a} -> {b}", "name"), "  ", told), parts)


def _part(title: str, children: Sequence[Any]) -> list[Tree]:
    return [Tree.of(Span(title, "name"), children)] if children else []


def _limited(children: list[str], limit: int, noun: str) -> list[str]:
    more = len(children) - limit
    return [*children[:limit], *([f"... {count_text(more, f'more {noun}')}"] if more > 0 else [])]


def _vocabulary(change: VocabularyChange, limit: int) -> Tree:
    if change.terms is not None:
        return comparison_tree(change.name, change.terms, limit)
    if change.new_name is not None:
        same = f"  is {change.new_name} now, with the same {count_text(change.new or 0, 'term')}"
        return Tree.of(line(Span(change.name, "name"), same))
    count, told = (change.old, "removed") if change.old is not None else (change.new, "added")
    return Tree.of(line(Span(change.name, "name"), f"  {told}, with {count_text(count or 0, 'term')}"))


def _ordered(changes: Sequence[WeightChange]) -> list[WeightChange]:
    """Puts those first that came, went or have another shape: they say more than other values do."""
    return sorted(changes, key=lambda one: bool(one.old and one.new and one.old.shape == one.new.shape))


def _weight(change: WeightChange) -> str:
    if change.old is None or change.new is None:
        told = "added" if change.old is None else "removed"
        return f"{change.name}  {_tensor(change.old or change.new)}: {told}"
    if (change.old.dtype, change.old.shape) == (change.new.dtype, change.new.shape):
        return f"{change.name}  {_tensor(change.old)}: other values"
    return f"{change.name}  {_tensor(change.old)} -> {_tensor(change.new)}"


def _tensor(tensor: StoredTensor | None) -> str:
    return "" if tensor is None else f"{tensor.dtype} {list(tensor.shape)}, {size_text(tensor.size)}"


def _signature(change: SignatureChange) -> Tree:
    old, new = set(change.old or ()), set(change.new or ())
    children = [f"removed  {one}" for one in change.old or () if one not in new]
    children += [f"added    {one}" for one in change.new or () if one not in old]
    told = "" if change.old and change.new else "  removed" if change.old else "  added"
    return Tree.of(line(Span(change.name, "name"), told), children)


def _op(change: OpChange) -> str:
    library = "" if change.library == "TensorFlow" else f"  of {change.library}"
    return f"{change.op}  {change.old} -> {change.new}{library}"


def _attribute(change: AttributeChange) -> str:
    values = " -> ".join(one for one in (change.old, change.new) if one is not None)
    return f"{change.op}.{change.attribute}  {count_text(change.nodes, 'node')}, such as {values}"


def _places(changes: Sequence[PartChange], limit: int) -> list[str]:
    return _limited([_place(one) for one in changes], limit, "place")


def _place(change: PartChange) -> str:
    if change.kind == "graph":
        return "the nodes outside of functions"
    # Which of the two has another counter in its name says nothing.
    name = change.new if change.new is not None else change.old
    told = "added" if change.old is None else "removed" if change.new is None else "differs"
    return f"{change.kind} {name}  {told}"


def _two(path: str, old: str | None, new: str | None) -> str:
    told = "added" if old is None else "removed" if new is None else "changed"
    return f"{path}  {told}"
