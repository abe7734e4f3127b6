"""Answers that agree are worth nothing where there was nothing to agree on."""

from typing import Any

import ml_dtypes
import numpy as np
import pytest

from lexport.verify.baseline import Baseline, Case
from lexport.verify.candidates import Candidate
from lexport.verify.exchange import Answer, Answers
from lexport.verify.judge import judge


def test_a_baseline_of_empty_batches_alone_fails() -> None:
    """Somebody else may have written it: that 0 values agree must not pass for a verification."""
    none = np.zeros(0, np.int64)
    cases = (Case("batch of 0", "s", {"x": none}, {"y": none}), Case("row", "s", {"x": [1]}, None, "ValueError"))
    answers = Answers((Answer({"y": none}), Answer(None, "ValueError")))
    [check] = judge(Candidate("loader", ""), Baseline(cases), answers, rtol=0, atol=0).checks
    assert check.passed is False
    assert "nothing was compared" in check.detail


@pytest.mark.parametrize("dtype", [np.float32, ml_dtypes.bfloat16, np.complex64])
@pytest.mark.parametrize(("values", "passed"), [([1e-8, 2e-7], False), ([0.0, 0.0], True), ([1e-8, 1.0], True)])
def test_an_output_that_is_smaller_than_the_tolerance_fails(values: list[float], passed: bool, dtype: Any) -> None:
    """The probabilities of a million labels are: another order of them would agree as well."""
    outputs = {"p": np.array(values, np.float32).astype(dtype)}
    cases = (Case("probes", "s", {"x": [1, 2]}, outputs), Case("nan", "s", {"x": [3]}, {"p": outputs["p"] * np.nan}))
    answers = Answers((Answer(outputs), Answer(cases[1].outputs)))
    [check] = judge(Candidate("loader", ""), Baseline(cases), answers, rtol=1e-5, atol=1e-6).checks
    assert check.passed is passed
    assert passed or "no value is larger than 2e-07, and the absolute tolerance is 1e-06" in check.detail


def test_what_is_wrong_with_an_output_is_told_once() -> None:
    """Of its first request; a changed weight changes every answer."""
    cases = tuple(Case(f"probes/{n}", "s", {"x": [n]}, {"y": [n], "z": [n]}) for n in range(30))
    answers = Answers(tuple(Answer({"y": np.array([n + 1]), "z": np.array([n + (n == 7)])}) for n in range(30)))
    [check] = judge(Candidate("loader", ""), Baseline(cases), answers, rtol=0, atol=0).checks
    first, second = check.detail.splitlines()
    assert first.startswith("probes/0: output 'y': ")
    assert first.endswith("; the same of 29 other requests")
    assert second.startswith("probes/7: output 'z': ")
