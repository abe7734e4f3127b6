from collections.abc import Callable
from typing import get_args

import pytest

from lexport.config.verification import LoaderName
from lexport.verify.candidates import CANDIDATES

SectionProblems = Callable[..., list[str]]


@pytest.mark.parametrize("key", ["rtol", "atol"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [(-1e-9, "must be >= 0; received -1e-09"), ("0.1", "must be a number; received '0.1'"), (None, "must be a number")],
)
def test_a_tolerance_is_a_number_of_at_least_zero(
    section_problems: SectionProblems, key: str, value: object, expected: str
) -> None:
    """A negative one could never be met, and text is no number."""
    (problem,) = section_problems(verify={key: value})
    assert problem.startswith(f"verify.{key}: {expected}")


@pytest.mark.parametrize("value", [0, 0.0, 1e-300, 1])
def test_a_tolerance_may_be_zero(section_problems: SectionProblems, value: float) -> None:
    """Exact equality may be asked for."""
    assert section_problems(verify={"rtol": value, "atol": value}) == []


def test_examples_must_exist(section_problems: SectionProblems) -> None:
    """A typo here would otherwise verify on probes alone."""
    (problem,) = section_problems(verify={"examples": "pipelines/example.jsonl"})
    assert problem.startswith("verify.examples: must be a file that exists; received 'pipelines/example.jsonl'")


def test_examples_are_not_a_directory(section_problems: SectionProblems) -> None:
    """A directory is no file of examples."""
    (problem,) = section_problems(verify={"examples": "pipelines"})
    assert problem.startswith("verify.examples: must be a file that exists")


@pytest.mark.parametrize(
    ("verify", "expected"),
    [
        ({"gpu": {"rtol": -1}}, "verify.gpu.rtol: must be >= 0; received -1"),
        ({"gpu": {"tol": 1}}, "verify.gpu.tol: must"),
        ({"gpu": 1e-3}, "verify.gpu: must be a mapping"),
        ({"allow_ops": ["Print V2"]}, "verify.allow_ops[0]: must be the name of an op type, such as 'PrintV2'"),
        ({"allow_ops": [""]}, "verify.allow_ops[0]: must be the name of an op type"),
        ({"allow_strings": [""]}, "verify.allow_strings[0]: must"),
        ({"allow_strings": [1]}, "verify.allow_strings[0]: must"),
        ({"allow_unreached": [""]}, "verify.allow_unreached[0]: must"),
        ({"allow_state": "sometimes"}, "verify.allow_state: must"),
        ({"allow_unreached": "words"}, "verify.allow_unreached: must"),
        ({"baseline_limit": 0}, "verify.baseline_limit: must be >= 1; received 0"),
        ({"baseline_limit": "64 MiB"}, "verify.baseline_limit: must be an integer; received '64 MiB'"),
        ({"baseline_limit": 2**34 + 1}, "verify.baseline_limit: must be <= 17179869184"),
    ],
)
def test_a_wrong_setting_is_named(section_problems: SectionProblems, verify: object, expected: str) -> None:
    """With its whole key path."""
    (problem,) = section_problems(verify=verify)
    assert problem.startswith(expected)


def test_several_allowed_ops_and_strings_are_taken(section_problems: SectionProblems) -> None:
    """Names of libraries have a `>` in them."""
    verify = {
        "allow_ops": ["PrintV2", "TFText>RoundRobinTrim"],
        "allow_strings": ["/a/b"],
        "allow_unreached": ["a"],
        "allow_state": True,
        "gpu": {"rtol": 0},
    }
    assert section_problems(verify=verify) == []


def test_the_loaders_that_can_be_required_are_those_that_the_verifier_has() -> None:
    """The config repeats their names, as it may not import the verifier."""
    assert set(get_args(LoaderName)) == {candidate.name for candidate in CANDIDATES}


def test_an_unknown_loader_is_named(section_problems: SectionProblems) -> None:
    """A misspelt one would never be run."""
    (problem,) = section_problems(verify={"require": ["tf.saved_model.lod"]})
    assert problem.startswith("verify.require[0]: must be one of tf.saved_model.load, ")
