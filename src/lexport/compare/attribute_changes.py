"""Which attributes have another value than before, of ops of which there are as many."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from lexport.compare.export_comparison import AttributeChange
from lexport.compare.exported_side import ExportedSide
from lexport.savedmodel.digest.attribute_values import AttributeValue

__all__ = ["attribute_changes"]

Found = dict[tuple[str, str], list[AttributeValue]]


def attribute_changes(old: ExportedSide, new: ExportedSide) -> Iterator[AttributeChange]:
    """Compares how often each value occurs. Where there are more or fewer of an op, that is told, and not its values.

    Args:
        old: the first SavedModel.
        new: the second.
    """
    before, after = _left(old.attributes, new.attributes), _left(new.attributes, old.attributes)
    counts = old.inventory.op_counts, new.inventory.op_counts
    for op, attribute in sorted(before.keys() | after.keys()):
        if counts[0].get(op) == counts[1].get(op):
            first, second = before.get((op, attribute), []), after.get((op, attribute), [])
            values = (one[0].text if one else None for one in (first, second))
            yield AttributeChange(op, attribute, max(len(first), len(second)), *values)


def _left(counted: Counter[AttributeValue], others: Counter[AttributeValue]) -> Found:
    """Gives the values that occur less often on the other side, each as often as it is missing there."""
    found: Found = defaultdict(list)
    for value in sorted((counted - others).elements()):
        found[value.op, value.attribute].append(value)
    return found
