"""The formulas of tensorflow_transform, against its own tests and against plain Python."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.corpus.selection.information import expected_information, mutual_information, recommended_difference


@pytest.mark.parametrize(
    ("together", "x", "y", "n", "expected"),
    [
        (2, 10, 2, 14, 0.970854),
        (4, 15, 6, 25, 0.608012),
        (2, 10, 6, 25, -0.526069),
        (3, 31, 4, 41, -0.0350454),
        (4, 8, 8, 16, 0),
        (4, 0, 8, 8, float("nan")),
        (4, 8, 0, 8, float("nan")),
    ],
)
def test_partial_information_is_that_of_tensorflow_transform(
    together: float, x: float, y: float, n: float, expected: float
) -> None:
    """The cases of its `info_theory_test.py`; what it gives as 0 for want of rows adds nothing here."""
    found = mutual_information(n, np.array([[float(x)]]), np.array([float(y)]), np.array([[float(together)]]), 0.0)
    assert found[0, 0] == pytest.approx(expected, abs=1e-4, nan_ok=True)


@pytest.mark.parametrize(("n", "x", "y", "expected"), [(10, 10, 10, 0), (10, 5, 5, 0.215411), (10, 2, 4, 0.524209)])
def test_information_by_chance_is_that_of_tensorflow_transform(n: float, x: float, y: float, expected: float) -> None:
    """The cases of its `info_theory_test.py`."""
    assert expected_information(n, np.array([float(x)]), np.array([float(y)]))[0] == pytest.approx(expected, abs=1e-4)


def _by_chance(n: int, x: int, y: int) -> float:
    """The sum over the whole distribution, with exact binomials."""
    chances = {k: math.comb(x, k) * math.comb(n - x, y - k) / math.comb(n, y) for k in range(1, min(x, y) + 1)}
    bits = math.log2(n) - math.log2(x) - math.log2(y)
    return sum(k * (math.log2(k) + bits) * chance for k, chance in chances.items() if chance)


@given(st.integers(2, 400).flatmap(lambda n: st.tuples(st.just(n), *[st.integers(1, n)] * 2)))
def test_information_by_chance_is_the_exact_sum(case: tuple[int, int, int]) -> None:
    """Binomial coefficients as Python's integers, without logarithms of factorials."""
    n, x, y = case
    found = expected_information(n, np.array([float(x)]), np.array([float(y)]))[0]
    assert found == pytest.approx(_by_chance(n, x, y), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("n", "x", "y"), [(6_000, 3_000, 2_000), (6_000, 200, 5_900), (50_000, 20_000, 3)])
def test_leaving_out_the_tails_changes_nothing(n: int, x: int, y: int) -> None:
    """For distributions that are wider than what is summed up."""
    found = expected_information(n, np.array([float(x)]), np.array([float(y)]))[0]
    assert found == pytest.approx(_by_chance(n, x, y), rel=1e-9)


def test_many_pairs_are_those_one_by_one() -> None:
    """Blocks of pairs with sums of different lengths."""
    rng = np.random.default_rng(0)
    x, y = (rng.integers(1, 5_000, 700).astype(np.float64) for _ in range(2))
    alone = [expected_information(6_000.0, x[i : i + 1], y[i : i + 1])[0] for i in range(len(x))]
    assert expected_information(6_000.0, x, y) == pytest.approx(alone, rel=1e-12)


def test_weights_need_not_be_whole() -> None:
    """The bounds of the sum are rounded as tensorflow_transform rounds them, and nothing becomes NaN."""
    found = expected_information(12.6, np.array([2.5, 3.5, 12.4]), np.array([5.7, 12.6, 0.2]))
    assert np.isfinite(found).all()


@given(st.integers(0, 3_000_000))
def test_the_recommended_difference_grows_with_the_rows(rows: int) -> None:
    """From 2 to 25, and never beyond."""
    assert 2 <= recommended_difference(rows) <= recommended_difference(rows + 1_000) <= 25
