"""Which variables have another value, shape or dtype than before."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import zip_longest

from lexport.compare.export_comparison import WeightChange
from lexport.compare.exported_side import ExportedSide
from lexport.savedmodel.checkpoint import StoredTensor
from lexport.savedmodel.checkpoint_objects import place_of

__all__ = ["weight_changes"]

Named = dict[str, list[tuple[str, StoredTensor]]]


def weight_changes(old: ExportedSide, new: ExportedSide) -> Iterator[WeightChange]:
    """Puts the variables of two sides together by name; those that have one name together, in the order of their keys.

    Keras writes each variable twice, under keys in no order, and TensorFlow calls each `Variable`. So those of one name
    that are on both sides come first, and only the others are compared. A variable that went, and one with the same
    value that came, is one that was renamed.

    Args:
        old: the first SavedModel.
        new: the second.
    """
    changes = list(_changes(_by_name(old), _by_name(new)))
    gone = Counter(one.old.identity for one in changes if one.old and not one.new)
    come = Counter(one.new.identity for one in changes if one.new and not one.old)
    renamed = [gone & come, gone & come]
    for one in changes:
        tensor, side = (one.old, 0) if one.old else (one.new, 1)
        alone = tensor is not None and not (one.old and one.new)
        if tensor is not None and alone and renamed[side][tensor.identity]:
            renamed[side][tensor.identity] -= 1
        else:
            yield one


def _changes(before: Named, after: Named) -> Iterator[WeightChange]:
    for name in sorted(before.keys() | after.keys()):
        first, second = before.get(name, []), after.get(name, [])
        several = max(len(first), len(second)) > 1
        left = _without(first, second), _without(second, first)
        for one, other in zip_longest(*left):
            key, _ = one or other
            place = f"{name} ({place_of(key)})" if several else name
            yield WeightChange(place, one and one[1], other and other[1])


def _by_name(side: ExportedSide) -> Named:
    found: Named = defaultdict(list)
    for key, tensor in sorted(side.digest.tensors.items()):
        found[side.variables[key]].append((key, tensor))
    return found


def _without(
    tensors: list[tuple[str, StoredTensor]], others: list[tuple[str, StoredTensor]]
) -> list[tuple[str, StoredTensor]]:
    """Takes out the tensors that are among the others, each as often as it is there."""
    there = Counter(tensor.identity for _, tensor in others)
    left = []
    for key, tensor in tensors:
        there[tensor.identity] -= 1
        if there[tensor.identity] < 0:
            left.append((key, tensor))
    return left
