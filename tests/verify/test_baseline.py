"""A baseline holds requests with their answers, travels in one file, and is refused where it was tampered with."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lexport.errors import VerificationError
from lexport.verify.baseline import Baseline, Case
from lexport.verify.tensors import read_tensors, write_tensors

ANSWERED = Case("examples", "serving_default", {"word": ["the", ""]}, {"id/x": np.array([[1], [0]]), "ok": True})
RAISED = Case("probes/word/words, row 3", "ids", {"word": ["zz"]}, None, "InvalidArgumentError: zz")


def test_a_baseline_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """Names, signatures, tensors, errors and the seed."""
    Baseline((ANSWERED, RAISED), seed=7).write(tmp_path / "baseline.npz")
    read = Baseline.read(tmp_path / "baseline.npz")
    assert read.seed == 7
    assert read.signatures == ("serving_default", "ids")
    first, second = read.cases
    assert (first.name, first.error) == ("examples", None)
    assert first.inputs["word"].tolist() == [b"the", b""]
    assert first.outputs is not None
    assert first.outputs["id/x"].tolist() == [[1], [0]]
    assert first.outputs["ok"].shape == ()
    assert (second.outputs, second.error) == (None, "InvalidArgumentError: zz")


def test_a_case_has_either_outputs_or_an_error() -> None:
    """A case with neither would agree with everything."""
    for outputs, error in [(None, None), ({"id": np.array(1)}, "raised")]:
        with pytest.raises(VerificationError, match="either outputs or an error"):
            Case("examples", "serving_default", {}, outputs, error)


def test_a_request_does_not_hold_the_answer() -> None:
    """What goes to a candidate cannot tell it what to say."""
    assert not hasattr(ANSWERED.request, "outputs")
    assert ANSWERED.request.rows == 2


def test_a_baseline_beyond_the_limit_is_not_written(tmp_path: Path) -> None:
    """The message says how large it is, what is allowed, and what to do."""
    with pytest.raises(VerificationError, match=r"holds 36 bytes .* at most 35 .* fewer or smaller examples"):
        Baseline((ANSWERED,)).write(tmp_path / "baseline.npz", max_bytes=35)
    assert not (tmp_path / "baseline.npz").exists()
    Baseline((ANSWERED,)).write(tmp_path / "baseline.npz", max_bytes=36)


def test_a_baseline_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    """A baseline from elsewhere cannot fill the memory."""
    Baseline((ANSWERED,)).write(tmp_path / "baseline.npz")
    with pytest.raises(VerificationError, match="at most 10 are read"):
        Baseline.read(tmp_path / "baseline.npz", max_bytes=10)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("format", 2, "format 2; this lexport reads format 1"),
        ("seed", "many", "not a baseline"),
        ("cases", [{"name": "examples"}], "not a baseline"),
        ("cases", 3, "not a baseline"),
    ],
)
def test_a_damaged_header_is_refused(key: str, value: Any, reason: str, tmp_path: Path) -> None:
    """The file is named, and what is wrong with it."""
    path = tmp_path / "baseline.npz"
    Baseline((ANSWERED,)).write(path)
    tensors, header = read_tensors(path)
    write_tensors(path, tensors, header | {key: value})
    with pytest.raises(VerificationError, match=reason):
        Baseline.read(path)


def test_probes_that_are_too_large_are_left_out_and_named(tmp_path: Path) -> None:
    """A model with wide outputs can still be exported; its examples are always compared."""
    example = Case("examples", "s", {"x": [1]}, {"y": np.ones(10, np.float32)})
    small, large = (Case(f"probes/{n}", "s", {"x": [1]}, {"y": np.ones(n, np.float32)}) for n in (20, 4000))
    fitted = Baseline((large, example, small), seed=3).fitting(1000)
    fitted.write(tmp_path / "baseline.npz", max_bytes=1000)
    read = Baseline.read(tmp_path / "baseline.npz")
    assert [case.name for case in read.cases] == ["examples", "probes/20"]
    assert (read.seed, read.left_out) == (3, ("s/probes/4000",))


def test_examples_are_never_left_out() -> None:
    """They are what the user wants compared, so too many of them are an error that says how many would fit."""
    baseline = Baseline((Case("examples", "s", {"x": [1]}, {"y": np.ones(4000, np.float32)}),))
    with pytest.raises(VerificationError, match=r"set verify\.baseline_limit to at least 16008") as raised:
        baseline.fitting(1000)
    assert str(raised.value.problems[0]) == "signatures.s, examples: 16,008 bytes, must travel"
    assert baseline.fitting(16008).cases == baseline.cases


def test_one_request_of_each_kind_travels_before_a_second_of_any() -> None:
    """Probes of the vocabularies first, random rows last; a signature without examples keeps one request."""
    names = ("random", "probes/x/words[0]", "probes/x/words[1]", "odd/no x", "batch of 1")
    cases = [Case(name, "s", {"x": np.ones(100)}, {"y": [1]}) for name in names]
    other = Case("random", "t", {"x": np.ones(5000)}, {"y": [1]})
    examples = Case("examples", "s", {"x": [1]}, {"y": [1]})
    fitted = Baseline((*cases, other, examples)).fitting(43_000)
    assert [case.name for case in fitted.cases] == ["probes/x/words[0]", "odd/no x", "batch of 1", "random", "examples"]
    assert fitted.travelling == "5 of 7 requests travel with the export (verify.baseline_limit)"


def test_inputs_may_have_slashes_in_their_names_and_nothing_may_belong_to_no_case(tmp_path: Path) -> None:
    """The tensors are told apart by paths: the case, the side, and all the rest is the name."""
    baseline = Baseline((Case("examples", "s", {"a/b": [1]}, {"c/inputs/d": [2]}),))
    baseline.write(tmp_path / "baseline.npz")
    [case] = Baseline.read(tmp_path / "baseline.npz").cases
    assert (list(case.inputs), list(case.outputs or {})) == (["a/b"], ["c/inputs/d"])
    tensors, header = read_tensors(tmp_path / "baseline.npz")
    write_tensors(tmp_path / "baseline.npz", {**tensors, "elsewhere": tensors["0/inputs/a/b"]}, header)
    with pytest.raises(VerificationError, match="is not a baseline"):
        Baseline.read(tmp_path / "baseline.npz")
