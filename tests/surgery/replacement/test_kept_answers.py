"""What was kept is answered as before, or with the new term of the same id."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.surgery.replacement.kept_answers import compare_kept, exchanged_terms
from lexport.surgery.replacement.term_changes import TermChanges
from lexport.surgery.replacement.untouched_terms import changed_words, is_untouched, sampled_lines
from lexport.verify import Request
from lexport.verify.exchange import Answer

EXCHANGED = exchanged_terms([TermChanges([b"cat", b"dog"], [b"Katze", b"dog"])])
REQUEST = Request("kept", "serving_default", {"word": ["dog"]})


def compared(before: dict[str, Any] | None, after: dict[str, Any] | None) -> tuple[int, int, int, int]:
    """How many of one request are the same, exchanged, raise and differ."""
    answers = [Answer(one, None if one is not None else "raised") for one in (before, after)]
    kept = compare_kept([REQUEST], answers[:1], answers[1:], EXCHANGED, rtol=1e-5, atol=1e-6)
    return kept.same, kept.exchanged, kept.raised, len(kept.faults)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"id": [3]}, {"id": [3]}, (1, 0, 0, 0)),
        ({"label": ["cat"]}, {"label": ["Katze"]}, (0, 1, 0, 0)),
        ({"label": [["dog", "cat"]]}, {"label": [["dog", "Katze"]]}, (0, 1, 0, 0)),
        ({"score": np.float32([1.0])}, {"score": np.float32([1.000001])}, (1, 0, 0, 0)),
        (None, None, (0, 0, 1, 0)),
        ({"id": [3]}, {"id": [4]}, (0, 0, 0, 1)),
        ({"label": ["dog"]}, {"label": ["Katze"]}, (0, 0, 0, 1)),
        ({"label": ["cat"]}, {"label": ["Hund"]}, (0, 0, 0, 1)),
        ({"label": ["cat"], "id": [0]}, {"label": ["Katze"], "id": [1]}, (0, 0, 0, 1)),
        ({"label": ["cat"]}, {"label": ["cat", "cat"]}, (0, 0, 0, 1)),
        ({"label": ["cat"]}, {}, (0, 0, 0, 1)),
        ({"id": [3]}, None, (0, 0, 0, 1)),
        (None, {"id": [3]}, (0, 0, 0, 1)),
    ],
)
def test_only_the_term_of_the_same_id_may_stand_for_another(
    before: dict[str, Any] | None, after: dict[str, Any] | None, told: tuple[int, int, int, int]
) -> None:
    """Numbers, shapes, names of outputs and errors are those of before."""
    assert compared(before, after) == told


@pytest.mark.parametrize("text", [b"New York", b"new york!", b"YORK", b"##York"])
def test_a_text_with_a_word_that_changed_is_not_asked(text: bytes) -> None:
    """A layer that lowers, strips or splits its text would look the changed term up."""
    changed = changed_words([TermChanges([b"york", b"yorks"], [b"bern", b"yorks"])])
    assert not is_untouched(text, changed)
    assert is_untouched(b"yorks", changed)


@given(st.integers(0, 5000))
def test_samples_hold_the_first_and_the_last_and_nothing_twice(count: int) -> None:
    """However long the vocabulary is, some hundreds are asked."""
    lines = list(range(10, 10 + count))
    sampled = sampled_lines(lines)
    assert len(sampled) == min(count, 512) == len(set(sampled))
    assert set(sampled) <= set(lines)
    assert (sampled[:1], sampled[-1:]) == (lines[:1], lines[-1:])
