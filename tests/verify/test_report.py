"""A report passes only if everything was checked and held, and it survives being written down."""

import json
from typing import Any

import pytest

from lexport.errors import VerificationError
from lexport.verify.report import CheckResult, VerificationReport

GOOD = CheckResult("assets", True, "2 files")
BAD = CheckResult("replay:tf.saved_model.load:serving_default", False, "examples: output 'id' differs\nsecond line")
SKIPPED = CheckResult("replay:other:serving_default", None, "a static check failed")


def test_all_checks_must_pass() -> None:
    """A failed check fails the report, and so does one that was not run, and having none at all."""
    assert VerificationReport((GOOD,)).passed
    assert not VerificationReport((GOOD, BAD)).passed
    assert not VerificationReport((GOOD, SKIPPED)).passed
    assert not VerificationReport(()).passed


def test_a_check_that_was_not_run_fails_the_report_only_where_it_is_required() -> None:
    """It never counts as passed: alone it proves nothing. A check that failed fails it always."""
    optional = CheckResult("replay:other:serving_default", None, "no library", required=False)
    assert VerificationReport((GOOD, optional)).passed
    assert not VerificationReport((optional,)).passed
    assert not VerificationReport((GOOD, CheckResult("other", False, "differs", required=False))).passed
    with pytest.raises(VerificationError, match="nothing was verified"):
        VerificationReport((optional,)).raise_if_failed()
    again = VerificationReport.from_json(VerificationReport((GOOD, optional)).to_json())
    assert again.passed
    assert again.checks == (GOOD, optional)


def test_a_report_of_before_there_were_optional_checks_requires_all() -> None:
    """So what was not run fails it, as it did."""
    content = json.loads(VerificationReport((GOOD, SKIPPED)).to_json())
    for check in content["checks"]:
        del check["required"]
    assert not VerificationReport.from_json(json.dumps(content)).passed


def test_failed_checks_are_raised_all_at_once() -> None:
    """Each with its name; those that were not run say so, after the others."""
    with pytest.raises(VerificationError, match="of 3 checks 1 failed, 1 not run") as caught:
        VerificationReport((GOOD, SKIPPED, BAD)).raise_if_failed()
    assert [problem.where for problem in caught.value.problems] == [BAD.name, SKIPPED.name]
    assert caught.value.problems[1].message == "not run: a static check failed"


def test_an_empty_report_raises() -> None:
    """Nothing verified is not verified."""
    with pytest.raises(VerificationError, match="nothing was verified"):
        VerificationReport(()).raise_if_failed()


def test_a_good_report_raises_nothing() -> None:
    """The line after it publishes."""
    VerificationReport((GOOD,)).raise_if_failed()


def test_a_report_comes_back_from_json() -> None:
    """Equal, and with the same verdict."""
    report = VerificationReport((GOOD, BAD, SKIPPED), {"seed": "7"})
    assert VerificationReport.from_json(report.to_json()) == report
    assert json.loads(report.to_json())["passed"] is False


def test_the_verdict_in_json_is_not_believed() -> None:
    """It follows from the checks."""
    content = json.loads(VerificationReport((BAD,)).to_json()) | {"passed": True}
    assert not VerificationReport.from_json(json.dumps(content)).passed


@pytest.mark.parametrize(
    "change",
    [{"format": 9}, {"checks": 3}, {"checks": [{"name": "a"}]}, {"facts": []}, {"checks": [None]}],
)
def test_json_that_is_no_report_is_refused(change: dict[str, Any]) -> None:
    """With the reason, as an error of ours."""
    content = json.loads(VerificationReport((GOOD,)).to_json()) | change
    with pytest.raises(VerificationError, match="not a verification report"):
        VerificationReport.from_json(json.dumps(content))


def test_passed_must_be_a_verdict() -> None:
    """`1` or `"yes"` is none."""
    content = json.loads(VerificationReport((GOOD,)).to_json())
    content["checks"][0]["passed"] = "yes"
    with pytest.raises(VerificationError, match="true, false or null"):
        VerificationReport.from_json(json.dumps(content))


def test_text_lines_up() -> None:
    """One line a check, further lines of a detail below the first, facts at the end."""
    assert str(VerificationReport((GOOD, BAD, SKIPPED), {"seed": "7"})).splitlines() == [
        "passed   assets                                      2 files",
        "FAILED   replay:tf.saved_model.load:serving_default  examples: output 'id' differs",
        "                                                     second line",
        "not run  replay:other:serving_default                a static check failed",
        "seed: 7",
    ]


def test_what_was_not_run_for_one_reason_is_told_once() -> None:
    """Of three loaders and five signatures fifteen lines say nothing that one does not; JSON has them all."""
    skipped = [
        CheckResult(f"replay:{loader}:{name}", None, "a static check failed") for loader in "abc" for name in "xy"
    ]
    other = CheckResult("replay:d:x", None, "this loader cannot run here", required=False)
    report = VerificationReport((BAD, *skipped, other))
    assert [line.split()[0] for line in str(report).splitlines() if not line.startswith(" ")] == [
        "FAILED",
        "not",
        "not",
    ]
    assert "not run  replay:*                                    6 checks: a static check failed" in str(report)
    with pytest.raises(VerificationError, match="of 8 checks 1 failed, 6 not run") as caught:
        report.raise_if_failed()
    assert [str(problem) for problem in caught.value.problems][1:] == [
        "replay:*: not run: 6 checks: a static check failed"
    ]
    assert len(json.loads(report.to_json())["checks"]) == 8
