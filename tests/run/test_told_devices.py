"""A report says where an export was replayed, and where the answers came from."""

import pytest

from lexport.run.told_devices import told_devices
from lexport.verify import CheckResult, VerificationReport

REPORT = VerificationReport((CheckResult("size", True, "1 B"),), {"device": "gpu", "seed": "7"})


@pytest.mark.parametrize(
    ("requested", "used", "told"),
    [
        ("cpu", "cpu", "cpu"),
        ("gpu", "gpu", "gpu"),
        ("auto", "gpu", "auto: cpu and gpu"),
        ("auto", "cpu", "auto: cpu alone, as TensorFlow sees no GPU"),
    ],
)
def test_what_auto_did_is_told(requested: str, used: str, told: str) -> None:
    """In the place of the fact that the verifier gave; the checks and the other facts stay."""
    report = told_devices(REPORT, requested=requested, used=used, built_on="cpu")
    assert report == VerificationReport(REPORT.checks, {"device": told, "seed": "7"})
    assert list(report.facts) == ["device", "seed"]


def test_answers_of_a_gpu_are_told() -> None:
    """They are why a CPU is compared with the tolerance of GPUs."""
    report = told_devices(REPORT, requested="cpu", used="cpu", built_on="gpu")
    assert report.facts["answers in memory from"] == "gpu"
