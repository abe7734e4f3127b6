"""New terms that are not answered as those were whose ids they have are told by name."""

from typing import Any

import numpy as np
import pytest

from lexport.surgery.replacement.exchanged_answers import ExchangedTerms, answered_alike
from lexport.verify import Request
from lexport.verify.exchange import Answer

OLD = Request("before", "serving_default", {"word": ["cat", "dog"]})
NEW = Request("after", "serving_default", {"word": ["Katze", "Hund"]})
LABELS = {b"red": frozenset({b"rot"})}
ASKED = ExchangedTerms("words", (b"Katze", b"Hund"), OLD, NEW)


def texts(*values: str) -> Any:
    """An answer of strings."""
    return np.array([value.encode() for value in values], object)


def other(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[bytes]:
    """The new terms that are answered otherwise."""
    answers = [Answer(one, None if one is not None else "raised") for one in (before, after)]
    alike, otherwise = answered_alike([ASKED], {id(OLD): answers[0]}, {id(NEW): answers[1]}, LABELS)
    assert alike | otherwise == {("words", b"Katze"), ("words", b"Hund")}
    assert not alike & otherwise
    return sorted(term for _, term in otherwise)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"id": np.int64([3, 4])}, {"id": np.int64([3, 4])}, []),
        ({"id": np.int64([3, 4])}, {"id": np.int64([1, 4])}, [b"Katze"]),
        ({"id": np.int64([3, 4])}, {"id": np.int64([1, 1])}, [b"Hund", b"Katze"]),
        ({"row": np.float32([[1, 2], [3, 4]])}, {"row": np.float32([[1, 2], [3, 5]])}, [b"Hund"]),
        ({"row": np.float32([[np.nan], [3]])}, {"row": np.float32([[np.nan], [3]])}, []),
        (
            {"id": np.int64([3, 4]), "label": np.array([b"x", b"y"], object)},
            {"id": np.int64([3, 4])},
            [b"Hund", b"Katze"],
        ),
        ({"id": np.int64([3, 4])}, {"id": np.int64([3, 4, 5])}, [b"Hund", b"Katze"]),
        ({"total": np.int64(7)}, {"total": np.int64(7)}, [b"Hund", b"Katze"]),
        ({"label": texts("red", "blue")}, {"label": texts("rot", "blue")}, []),
        ({"label": texts("red", "blue")}, {"label": texts("rot", "blau")}, [b"Hund"]),
        ({"label": texts("rot", "red")}, {"label": texts("red", "red")}, [b"Katze"]),
        (None, {"id": np.int64([3, 4])}, [b"Hund", b"Katze"]),
        ({"id": np.int64([3, 4])}, None, [b"Hund", b"Katze"]),
    ],
)
def test_each_row_is_compared_with_that_of_the_old_term(
    before: dict[str, Any] | None, after: dict[str, Any] | None, told: list[bytes]
) -> None:
    """All outputs count; answers that have no row for each term show nothing, so they tell all terms."""
    assert other(before, after) == told


def test_a_term_that_one_input_answers_alike_is_found() -> None:
    """Other inputs may not look it up at all."""
    answers = {id(OLD): Answer({"id": np.int64([3, 4])}, None), id(NEW): Answer({"id": np.int64([3, 4])}, None)}
    elsewhere = (Request("a", "s", {"tag": ["cat", "dog"]}), Request("b", "s", {"tag": ["Katze", "Hund"]}))
    answers |= {id(elsewhere[0]): Answer({"id": np.int64([0, 0])}, None)}
    answers |= {id(elsewhere[1]): Answer({"id": np.int64([5, 6])}, None)}
    _, otherwise = answered_alike([ASKED, ExchangedTerms("words", ASKED.terms, *elsewhere)], answers, answers, {})
    assert not otherwise
