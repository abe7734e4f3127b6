"""The live model's answers are written down, and one bad row does not hide the others."""

from collections.abc import Callable, Mapping

import ml_dtypes
import numpy as np
import pytest

from lexport.errors import SignatureError
from lexport.verify.baseline import Case
from lexport.verify.input_spec import InputSpec
from lexport.verify.recording import record_baseline
from lexport.verify.request import Request
from lexport.verify.tensors import Tensor


def doubled(request: Request) -> Mapping[str, Tensor]:
    """A live model that raises on negative numbers."""
    x = request.inputs["x"]
    if (x < 0).any():
        raise ValueError(f"negative: {x.min()}")
    return {"twice": 2 * x}


def record(values: list[int], shape: tuple[int | None, ...] = (None,), name: str = "probes") -> tuple[Case, ...]:
    """Records one request of the model above."""
    request = Request(name, "s", {"x": values})
    return record_baseline([request], doubled, {"s": {"x": InputSpec("int64", shape)}}, seed=5).cases


def plain(cases: tuple[Case, ...]) -> list[tuple[str, object, object, str | None]]:
    """Gives name, input, output and error of each case."""
    return [(c.name, c.inputs["x"].tolist(), c.outputs and c.outputs["twice"].tolist(), c.error) for c in cases]


def test_an_answered_batch_is_one_case() -> None:
    """Inputs and outputs, no error."""
    assert plain(record([1, 2])) == [("probes", [1, 2], [2, 4], None)]


def test_rows_that_raise_become_cases_of_their_own() -> None:
    """The rest of the batch stays together and is still compared."""
    assert plain(record([1, -2, 3, -4])) == [
        ("probes, row 1", [-2], None, "ValueError: negative: -2"),
        ("probes, row 3", [-4], None, "ValueError: negative: -4"),
        ("probes", [1, 3], [2, 6], None),
    ]


def test_rows_of_a_fixed_batch_are_repeated_to_its_size() -> None:
    """A row cannot be asked alone where the signature takes three."""
    assert plain(record([1, -2, 3], (3,))) == [
        ("probes, row 1", [-2, -2, -2], None, "ValueError: negative: -2"),
        ("probes", [1, 3, 1], [2, 6, 2], None),
    ]


def test_a_model_that_answers_nothing_is_refused() -> None:
    """A candidate that is broken in every way would agree with it."""
    with pytest.raises(SignatureError, match=r"(?s)cannot be compared with.*raises on all 2 requests.*negative: -1"):
        record([-1, -2])


@pytest.mark.parametrize("answer", [lambda x: 2 * x, lambda x: x[:0]], ids=["raises", "nothing"])
def test_a_model_that_answers_empty_batches_alone_is_refused(answer: Callable[[Tensor], Tensor]) -> None:
    """No value could be compared: an assertion such as `x > 100000` holds for every row of none."""

    def refuse_rows(request: Request) -> Mapping[str, Tensor]:
        if request.inputs["x"].size and answer(request.inputs["x"]).size:
            raise ValueError("too small")
        return {"twice": answer(request.inputs["x"])}

    requests = [Request(f"batch of {n}", "s", {"x": np.ones(n, np.int64)}) for n in (2, 0)]
    with pytest.raises(SignatureError, match=r"raises on all 2 requests|its answers to all 2 requests hold no value"):
        record_baseline(requests, refuse_rows, {"s": {"x": InputSpec("int64", (None,))}})


def test_an_example_that_the_model_refuses_is_an_error_that_names_its_row() -> None:
    """A probe may be out of place; the user's own example is what will be asked in production."""
    with pytest.raises(SignatureError, match="examples, row 1: the model in memory raises ValueError: negative: -2"):
        record([1, -2, 3], name="examples")


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "complex64"])
def test_an_output_of_nothing_but_nan_is_refused_whatever_its_dtype(dtype: str) -> None:
    """NumPy does not count bfloat16 and complex numbers among its floats."""
    nan = np.full(2, np.nan, np.float32).astype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)
    with pytest.raises(SignatureError, match=r"outputs\.y: the model in memory gives nothing but NaN"):
        record_baseline(
            [Request("probes", "s", {"x": [1, 2]})], lambda _: {"y": nan}, {"s": {"x": InputSpec("int64", (None,))}}
        )


def test_an_output_of_nothing_but_nan_is_refused() -> None:
    """NaN agrees with NaN, so whatever is broken in the same way would pass."""
    spec = {"s": {"x": InputSpec("float32", (None,))}}
    request = Request("examples", "s", {"x": np.ones(2, np.float32)})
    with pytest.raises(SignatureError, match=r"outputs\.y: the model in memory gives nothing but NaN"):
        record_baseline([request], lambda r: {"y": r.inputs["x"] * np.nan, "x": r.inputs["x"]}, spec)
    baseline = record_baseline([request], lambda r: {"y": np.array([np.nan, 1], np.float32)}, spec)
    assert baseline.cases[0].outputs is not None


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ('in a File "/home/ann/model.py", line 3', "ValueError"),
        ("", "ValueError"),
        ("first line\n/home/ann", "ValueError: first line"),
    ],
)
def test_an_error_travels_without_paths(message: str, kept: str) -> None:
    """The answers are published with the export, and must not tell where the model was trained."""

    def refuse_one(request: Request) -> Mapping[str, Tensor]:
        if (request.inputs["x"] < 0).any():
            raise ValueError(message)
        return {"x": request.inputs["x"]}

    request = Request("probes", "s", {"x": [1, -1]})
    cases = record_baseline([request], refuse_one, {"s": {"x": InputSpec("int64", (None,))}}).cases
    assert [case.error for case in cases] == [kept, None]


def test_an_empty_batch_that_the_model_refuses_is_not_asked() -> None:
    """Keras's TextVectorization raises on it in Python and answers it in a graph."""

    def refuse_nothing(request: Request) -> Mapping[str, Tensor]:
        return {"most": request.inputs["x"].max(keepdims=True)}

    requests = [Request(f"batch of {n}", "s", {"x": np.ones(n, np.int64)}) for n in (0, 1)]
    cases = record_baseline(requests, refuse_nothing, {"s": {"x": InputSpec("int64", (None,))}}).cases
    assert [case.name for case in cases] == ["batch of 1"]


def test_the_seed_is_kept() -> None:
    """So that a report can say it."""
    request = Request("examples", "s", {"x": [1]})
    assert record_baseline([request], doubled, {"s": {"x": InputSpec("int64", (None,))}}, seed=5).seed == 5
