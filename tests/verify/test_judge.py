"""Answers that agree are worth nothing where there was nothing to agree on."""

import numpy as np

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
