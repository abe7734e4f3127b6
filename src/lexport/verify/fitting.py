"""`travelling_cases`: which requests travel with an export, where not all of them may."""

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lexport.errors import Problem, VerificationError
from lexport.verify.tensors import tensor_bytes

if TYPE_CHECKING:
    from lexport.verify.baseline import Case

__all__ = ["travelling_cases"]

# How the names of cases begin that always travel.
EXAMPLES, WARMUP_CASES = "examples", "warmup["
# The first words of the other names; what finds most comes first, and what is named nowhere here before random rows.
KINDS = ("probes", "without", "odd", "batch")
RANDOM = "random"


def travelling_cases(cases: "Sequence[Case]", max_bytes: int) -> set[int]:
    """Chooses the cases that travel: the user's, then one of each kind and signature, then as many as fit.

    Args:
        cases: all of them; they are not changed.
        max_bytes: the most that their tensors may hold, before compression.

    Returns:
        The indices of those that travel.

    Raises:
        VerificationError: what must travel holds more. That is the examples, the warm-up requests and, of a
            signature for which there are none, one request, without which it could not be verified again.
    """
    sizes = [_size(case) for case in cases]
    if sum(sizes) <= max_bytes:
        return set(range(len(cases)))
    kept = _needed(cases, sizes)
    _check(cases, sizes, kept, max_bytes)
    left = max_bytes - sum(sizes[index] for index in kept)
    for index in _ranked(cases, sizes):
        if index not in kept and sizes[index] <= left:
            kept.add(index)
            left -= sizes[index]
    return kept


def _needed(cases: "Sequence[Case]", sizes: Sequence[int]) -> set[int]:
    needed = {index for index, case in enumerate(cases) if case.name.startswith((EXAMPLES, WARMUP_CASES))}
    telling = {cases[index].signature for index in needed if cases[index].tells}
    for index in sorted(range(len(cases)), key=sizes.__getitem__):
        if cases[index].tells and cases[index].signature not in telling:
            telling.add(cases[index].signature)
            needed.add(index)
    return needed


def _check(cases: "Sequence[Case]", sizes: Sequence[int], needed: set[int], max_bytes: int) -> None:
    required = sum(sizes[index] for index in needed)
    if required <= max_bytes:
        return
    problems = [
        Problem(f"signatures.{cases[index].signature}, {cases[index].name}", f"{sizes[index]:,} bytes, must travel")
        for index in sorted(needed, key=lambda index: -sizes[index])
    ]
    raise VerificationError(
        f"verify.baseline_limit is {max_bytes:,} bytes, and the requests that must travel with the export hold "
        f"{required:,} with their answers: the examples, the warm-up requests, and one request of any other signature. "
        f"Give fewer or smaller examples, or set verify.baseline_limit to at least {required}",
        problems,
    )


def _ranked(cases: "Sequence[Case]", sizes: Sequence[int]) -> Iterator[int]:
    """Gives the smallest of each kind and signature first; then the others, kind by kind."""
    order = sorted(range(len(cases)), key=lambda index: (_rank(cases[index]), sizes[index]))
    groups = itertools.groupby(order, key=lambda index: _rank(cases[index]))
    firsts: dict[tuple[int, str], int] = {}
    for rank, group in groups:
        for index in group:
            firsts.setdefault((rank, cases[index].signature), index)
    yield from firsts.values()
    yield from order


def _rank(case: "Case") -> int:
    kind = case.name.replace("/", " ").split(" ", 1)[0]
    return KINDS.index(kind) if kind in KINDS else len(KINDS) + kind.startswith(RANDOM)


def _size(case: "Case") -> int:
    return sum(map(tensor_bytes, [*case.inputs.values(), *(case.outputs or {}).values()]))
