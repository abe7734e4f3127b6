"""`compare_kept`: whether requests of kept terms are answered as before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lexport.surgery.replacement.term_changes import TermChanges
from lexport.verify.compare import compare_outputs
from lexport.verify.exchange import Answer
from lexport.verify.request import Request
from lexport.verify.tensors import Tensor

__all__ = ["KeptAnswers", "compare_kept", "exchanged_terms"]

Exchanged = Mapping[bytes, frozenset[bytes]]


@dataclass(frozen=True)
class KeptAnswers:
    """What came of requests that were asked before and after.

    Attributes:
        same: how many were answered as before.
        exchanged: how many were answered with the new terms of the same ids, and as before otherwise.
        raised: how many raised before, and raise now; they tell nothing.
        faults: what was answered otherwise.
    """

    same: int
    exchanged: int
    raised: int
    faults: tuple[str, ...]


def exchanged_terms(changes: Sequence[TermChanges]) -> dict[bytes, frozenset[bytes]]:
    """Gives the terms that stand where each old term stood.

    Example:
        >>> exchanged_terms([TermChanges([b"cat", b"dog"], [b"Katze", b"dog"])])
        {b'cat': frozenset({b'Katze'})}
    """
    found: dict[bytes, set[bytes]] = {}
    for one in changes:
        for before, after in zip(one.old, one.new, strict=False):
            if before != after:
                found.setdefault(before, set()).add(after)
    return {before: frozenset(after) for before, after in found.items()}


def compare_kept(
    requests: Sequence[Request],
    before: Sequence[Answer],
    after: Sequence[Answer],
    exchanged: Exchanged,
    *,
    rtol: float,
    atol: float,
) -> KeptAnswers:
    """Compares the answers of a SavedModel with those of the one whose vocabulary was replaced.

    Args:
        requests: what was asked.
        before: the answers of the original, in the same order.
        after: those of the new one.
        exchanged: what may stand in an output of strings in place of an old term.
        rtol: relative tolerance of floats.
        atol: absolute tolerance of floats.
    """
    same, swapped, raised, faults = 0, 0, 0, []
    for request, old, new in zip(requests, before, after, strict=True):
        if old.outputs is None or new.outputs is None:
            raised += old.outputs is new.outputs
            if old.outputs is not new.outputs:
                told = new.error if new.outputs is None else f"it answered, and had raised {old.error}"
                faults.append(f"{request.signature}, {request.name}: {told}")
            continue
        expected = {
            name: _with_new_terms(value, new.outputs.get(name), exchanged) for name, value in old.outputs.items()
        }
        mismatches = compare_outputs(expected, new.outputs, rtol=rtol, atol=atol).mismatches
        if mismatches:
            told = str(mismatches[0]).replace("the baseline has", "the original gave")
            faults.append(f"{request.signature}, {request.name}: {told}")
        elif any(expected[name] is not value for name, value in old.outputs.items()):
            swapped += 1
        else:
            same += 1
    return KeptAnswers(same, swapped, raised, tuple(faults))


def _with_new_terms(before: Tensor, after: Tensor | None, exchanged: Exchanged) -> Tensor:
    """Puts the new terms where an output may have them; the same array where it has none."""
    if after is None or before.dtype.kind != "O" or after.dtype.kind != "O" or before.shape != after.shape:
        return before
    pairs = zip(before.ravel().tolist(), after.ravel().tolist(), strict=True)
    chosen = [new if old != new and new in exchanged.get(old, ()) else old for old, new in pairs]
    if chosen == before.ravel().tolist():
        return before
    expected = np.empty(len(chosen), object)
    expected[:] = chosen
    return expected.reshape(before.shape)
