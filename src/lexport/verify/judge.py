"""`judge`: whether a candidate's answers are the live model's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lexport.savedmodel.checks.counted import counted
from lexport.verify.asked_again import why_another_answer
from lexport.verify.baseline import Baseline, Case
from lexport.verify.candidates import Candidate
from lexport.verify.compare import FLOATS, Comparison, Mismatch, compare_outputs
from lexport.verify.exchange import Answer, Answers
from lexport.verify.observation import Observation
from lexport.verify.report import CheckResult
from lexport.verify.tensors import dtype_name

__all__ = ["Replay", "judge", "replay_check_name", "unanswered"]

SHOWN_MISMATCHES = 5
SHOWN_VALUE = 80


@dataclass(frozen=True)
class Replay:
    """What came of one candidate.

    Attributes:
        checks: one for each signature of the baseline.
        facts: what the candidate told about itself.
        observation: what its lookups found; None where it was not to watch them, or could not.
    """

    checks: tuple[CheckResult, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    observation: Observation | None = None


def judge(candidate: Candidate, baseline: Baseline, answers: Answers, *, rtol: float, atol: float) -> Replay:
    """Compares the answers of a candidate with the baseline.

    Args:
        candidate: who answered.
        baseline: requests with the live model's answers.
        answers: one for each request, or why there are none.
        rtol: relative tolerance of floats.
        atol: absolute tolerance of floats.

    Example:
        >>> case = Case("examples", "serving_default", {"x": [1]}, {"y": [2]})
        >>> answers = Answers((Answer({"y": np.array([3])}),))
        >>> judge(Candidate("a", "b"), Baseline((case,)), answers, rtol=0, atol=0).checks[0].passed
        False
    """
    if answers.unable is not None:
        return unanswered(candidate, baseline, f"this loader cannot run here: {answers.unable}", passed=None)
    if answers.load_error is not None:
        detail = f"the export does not load: {answers.load_error}"
        return unanswered(candidate, baseline, detail, facts=answers.facts)
    checks = (
        _check(replay_check_name(candidate, signature), _of(signature, baseline, answers), rtol, atol)
        for signature in baseline.signatures
    )
    return Replay(tuple(checks), answers.facts, answers.observation)


def unanswered(
    candidate: Candidate,
    baseline: Baseline,
    detail: str,
    *,
    passed: bool | None = False,
    facts: Mapping[str, str] | None = None,
) -> Replay:
    """Gives the same outcome for every signature, where a candidate answered nothing."""
    names = (replay_check_name(candidate, signature) for signature in baseline.signatures)
    return Replay(tuple(CheckResult(name, passed, detail) for name in names), facts or {})


def replay_check_name(candidate: Candidate, signature: str) -> str:
    """Names the check of one signature through one loader on one device.

    Example:
        >>> replay_check_name(Candidate("tf.saved_model.load", ""), "serving_default")
        'replay:tf.saved_model.load:serving_default'
        >>> replay_check_name(Candidate("tf.saved_model.load", "", "gpu"), "serving_default")
        'replay:tf.saved_model.load:serving_default@gpu'
    """
    name = f"replay:{candidate.name}:{signature}"
    return name if candidate.device == "cpu" else f"{name}@{candidate.device}"


def _of(signature: str, baseline: Baseline, answers: Answers) -> list[tuple[Case, Answer]]:
    pairs = zip(baseline.cases, answers.answers, strict=True)
    return [(case, answer) for case, answer in pairs if case.signature == signature]


def _check(name: str, pairs: Sequence[tuple[Case, Answer]], rtol: float, atol: float) -> CheckResult:
    # What is wrong with one output is told once: of its first request.
    told: dict[tuple[str, bool], list[str]] = {}
    comparisons: list[Comparison] = []
    for case, answer in pairs:
        if case.outputs is None or answer.outputs is None:
            for fault in _error_fault(case, answer):
                told.setdefault(("", case.outputs is None), []).append(fault)
            continue
        comparison = compare_outputs(case.outputs, answer.outputs, rtol=rtol, atol=atol)
        comparisons.append(comparison)
        for one in comparison.mismatches:
            fault = f"{case.name}: {one}{_input_row(case, one)}{why_another_answer(case)}"
            told.setdefault((one.output, one.index is None), []).append(fault)
    faults = [_once(alike) for alike in told.values()]
    faults += _within_tolerance([case for case, _ in pairs], atol)
    if not any(case.tells for case, _ in pairs):
        faults.append("the live model gave no value to any request, so nothing was compared")
    if faults:
        more = [f"... and {len(faults) - SHOWN_MISMATCHES} more"] if len(faults) > SHOWN_MISMATCHES else []
        return CheckResult(name, False, "\n".join([*faults[:SHOWN_MISMATCHES], *more]))
    return CheckResult(name, True, _agreement(pairs, comparisons))


def _once(faults: Sequence[str]) -> str:
    others = len(faults) - 1
    return f"{faults[0]}; the same of {others} other request{'s' if others > 1 else ''}" if others else faults[0]


def _within_tolerance(cases: Sequence[Case], atol: float) -> Iterator[str]:
    """Names outputs that are so small that zeros would agree with them; an output of zeros may be meant."""
    largest: dict[str, float] = {}
    for case in cases:
        for name, value in (case.outputs or {}).items():
            if dtype_name(value) in FLOATS and value.size:
                sizes = np.abs(value.astype(np.complex128)).ravel()
                largest[name] = float(np.fmax.reduce(sizes, initial=largest.get(name, 0.0)))
    for name, size in largest.items():
        if 0 < size <= atol:
            yield (
                f"output {name!r}: no value is larger than {size:.2g}, and the absolute tolerance is {atol:.2g}: "
                "any small number would agree. Verify with a smaller atol"
            )


def _error_fault(case: Case, answer: Answer) -> list[str]:
    if case.outputs is None and answer.outputs is not None:
        return [f"{case.name}: answered, where the live model raised {case.error}"]
    if case.outputs is not None:
        return [f"{case.name}: raised {answer.error}, where the live model answered"]
    return []


def _input_row(case: Case, mismatch: Mismatch) -> str:
    """Shows the inputs of the row in which the worst element is."""
    rows = case.request.rows
    if not case.outputs or mismatch.index is None:
        return ""
    shape = case.outputs[mismatch.output].shape
    in_batch = bool(shape) and shape[0] == rows
    shown = ", ".join(
        f"{name}={_shown(value[mismatch.index[0]] if in_batch and value.ndim and len(value) == rows else value)}"
        for name, value in case.inputs.items()
    )
    return f" (input row {mismatch.index[0]}: {shown})" if in_batch else f" (inputs: {shown})"


def _shown(value: object) -> str:
    plain = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    text = repr(plain)
    return text if len(text) <= SHOWN_VALUE else f"{text[:SHOWN_VALUE]}..."


def _agreement(pairs: Sequence[tuple[Case, Answer]], comparisons: Sequence[Comparison]) -> str:
    rows = sum(case.request.rows for case, _ in pairs)
    elements = sum(comparison.elements for comparison in comparisons)
    verb = "agrees" if elements == 1 else "agree"
    parts = [f"{counted(len(pairs), 'request')}, {counted(rows, 'row')}, {counted(elements, 'value')} {verb}"]
    errors = sum(case.outputs is None for case, _ in pairs)
    if errors:
        parts.append(f"{errors} {'raises' if errors == 1 else 'raise'} as in the live model")
    floats = [comparison for comparison in comparisons if comparison.worst_output]
    if floats:
        worst = max(floats, key=lambda comparison: comparison.worst_difference)
        parts.append(f"worst difference {worst.worst_difference:.2g} in {worst.worst_output!r}")
    return "; ".join(parts)
