"""Mutual information between terms and labels, by the formulas of tensorflow_transform.

They are those of `_calculate_mutual_information_for_feature_value` in `tensorflow_transform/beam/analyzer_impls.py`
and of `tensorflow_transform/info_theory.py` (1.18.0.dev, commit 7ccb5a9). With `n` rows, `x` of them with a term, `y`
of them with a label and `n_xy` with both (or with the weights of those rows in place of their number), the information
of a term is

    sum over labels of  n_xy * (log2(n_xy) + log2(n) - log2(x) - log2(y))

which is the usual sum times n. The adjusted one has what chance alone would give (a hypergeometric distribution of
`n_xy`) taken off, and is not divided by anything, as in tensorflow_transform. The shares `n_xy / x` are kept at least
1e-6 away from 0 and 1. tensorflow_transform computes with float32 in between; here it is float64.
"""

from typing import Any

import numpy as np

__all__ = ["expected_information", "mutual_information", "recommended_difference"]

LEAST_SHARE = 1e-6
CELLS_AT_ONCE = 1 << 20


def mutual_information(n: float, x: Any, y: Any, n_xy: Any, min_difference: float) -> Any:
    """Gives the information that each pair of term and label adds.

    Args:
        n: the number (or weight) of all rows.
        x: of the rows with each term; shape (terms, 1).
        y: of the rows with each label; shape (labels,).
        n_xy: of the rows with both; shape (terms, labels).
        min_difference: pairs that are nearer to chance than this add nothing: they are NaN.

    Returns:
        float64 of shape (terms, labels), in bits times rows.

    Example:
        >>> x, y, n_xy = np.array([[10.0]]), np.array([2.0]), np.array([[2.0]])
        >>> mutual_information(14.0, x, y, n_xy, 0.0).round(6).tolist()
        [[0.970854]]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        together = np.clip(n_xy / x, LEAST_SHARE, 1 - LEAST_SHARE) * x
        information = together * ((np.log2(together) + np.log2(n)) - (np.log2(x) + np.log2(y)))
        unlike_chance = np.abs(x * y / n - together) >= min_difference
    return np.where(unlike_chance & (y > 0) & (x > 0), information, np.nan)


def expected_information(n: float, x: Any, y: Any) -> Any:
    """Gives the information that each pair of term and label would add by chance.

    The distribution of `n_xy` is summed up around its mean, 40 and 12 standard deviations to each side; what lies
    beyond is below the precision of a float64.

    Args:
        n: the number (or weight) of all rows.
        x: of the rows with the term of each pair; shape (pairs,), above 0.
        y: of the rows with its label; shape (pairs,), above 0.

    Returns:
        float64 of shape (pairs,), in bits times rows.

    Example:
        >>> expected_information(10.0, np.array([5.0, 2.0]), np.array([5.0, 4.0])).round(6).tolist()
        [0.215411, 0.524209]
    """
    start, end = np.rint(np.maximum(0, x + y - n)), np.rint(np.minimum(x, y))
    mean = x * y / n
    reach = 40 + 12 * np.sqrt(mean * np.maximum(n - x, 0) * np.maximum(n - y, 0) / (n * max(n - 1, 1)))
    first = np.minimum(np.maximum(start, np.floor(mean - reach)), end)
    last = np.maximum(np.minimum(end, np.ceil(mean + reach)), first)
    expected = np.empty(len(x))
    # Pairs with as many summands go together, so that little of a block is padding.
    order = np.argsort(last - first, kind="stable")
    while len(order):
        widths = last[order] - first[order] + 1
        rows = max(1, int(np.searchsorted(widths * np.arange(1, len(order) + 1), CELLS_AT_ONCE)))
        block, order = order[:rows], order[rows:]
        expected[block] = _expected(n, x[block, None], y[block, None], first[block, None], last[block, None])
    return expected


def _expected(n: float, x: Any, y: Any, first: Any, last: Any) -> Any:
    k = first + np.arange(int((last - first).max()) + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.log(x - k) + np.log(y - k) - np.log(k + 1) - np.log(n - x - y + k + 1)
    # The logarithm of each probability, but for a constant, which the division below takes out.
    logs = np.concatenate([np.zeros_like(first), np.cumsum(np.where(k < last, steps, 0)[:, :-1], axis=1)], axis=1)
    logs = np.where(k <= last, logs, -np.inf)
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    bits = k * (np.log2(np.maximum(k, 1)) + np.log2(n) - np.log2(x) - np.log2(y))
    return (bits * chances).sum(axis=1) / chances.sum(axis=1)


def recommended_difference(rows: float) -> int:
    """Gives the least difference from chance that tensorflow_transform recommends for a number (or weight) of rows.

    It is `calculate_recommended_min_diff_from_avg` of `tensorflow_transform/analyzers.py`: 2 up to 10,000 rows, 25
    from a million rows on, and a straight line between.

    Example:
        >>> [recommended_difference(rows) for rows in (100, 505_000, 10**9)]
        [2, 13, 25]
    """
    return int(min(25, max(2, (rows - 10_000) / (1_000_000 - 10_000) * (25 - 2) + 2)))
