"""A long list of terms takes a way of its own, and comes to the same end as a short one."""

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport import Vocabulary
from lexport.errors import VocabularyError
from lexport.layers import StringLookup
from lexport.layers.long_list import LONG, vocabulary_of_list

TERMS = st.lists(st.sampled_from(["a", "b", "[UNK]", "", "é", "\u2028", " ", "a\nb", "\r", "\ud800", "\ufeffx"]))


@given(
    terms=TERMS,
    options=st.fixed_dictionaries(
        {
            "mask_token": st.sampled_from([None, "", "b"]),
            "num_oov_indices": st.integers(0, 2),
            "invert": st.booleans(),
            "max_tokens": st.sampled_from([None, 4]),
        }
    ),
)
@settings(deadline=None)
def test_it_makes_what_keras_way_makes_or_leaves_it_alone(terms: list[str], options: dict[str, Any]) -> None:
    """Special tokens at the head are taken off; what Keras's way refuses is left to it."""
    options["num_oov_indices"] = 1 if options["invert"] else options["num_oov_indices"]
    made = vocabulary_of_list(keras.layers.StringLookup(name="words", **options), terms)
    try:
        expected = StringLookup(name="words", vocabulary=terms, **options).vocabulary if terms else None
    except (ValueError, VocabularyError):
        expected = None
    assert made == expected


@pytest.mark.parametrize("form", [list, tuple, np.array, lambda terms: np.array(terms, dtype=object)])
def test_a_long_list_gives_the_ids_of_a_file(form: Any) -> None:
    """In every form that Keras takes; and the config still equals what was given."""
    terms = [f"term {number}" for number in range(LONG)]
    layer = StringLookup(vocabulary=form(["[UNK]", *terms]), name="words")
    assert layer.vocabulary == Vocabulary.from_terms("words", terms)
    assert layer(["term 0", f"term {LONG - 1}", "other"]).numpy().tolist() == [1, LONG, 0]
    assert layer.get_config()["vocabulary"] == terms


@pytest.mark.parametrize(
    ("bad", "message"), [("term 7", "at least one repeated"), ("", "mask token at unexpected"), (7, None)]
)
def test_a_long_list_is_refused_in_keras_words(bad: Any, message: str | None) -> None:
    """Whatever is wrong with it; a number among the strings is one more term, as in a short list."""
    terms: list[Any] = [f"term {number}" for number in range(LONG)]
    terms[-1] = bad
    if message is None:
        assert StringLookup(vocabulary=terms, mask_token="").vocabulary.terms[-1] == "7"
        return
    with pytest.raises(ValueError, match=message):
        StringLookup(vocabulary=terms, mask_token="")


@pytest.mark.parametrize("count", [10, LONG])
def test_bytes_at_the_head_are_no_special_token_whatever_the_length(count: int) -> None:
    """Keras compares special tokens with text; ids must not depend on how long the list is."""
    terms = [b"[UNK]", *(f"t{i}".encode() for i in range(count))]
    made, theirs = StringLookup(vocabulary=terms), keras.layers.StringLookup(vocabulary=terms)
    assert made(["t0"]).numpy().tolist() == theirs(["t0"]).numpy().tolist() == [2]


@pytest.mark.parametrize("more", [1, LONG])
def test_a_gap_is_no_term(more: int) -> None:
    """Of a column with gaps; the word `None` would have got an id."""
    with pytest.raises(ValueError, match=r"None is none\. Received None at index 1"):
        StringLookup(vocabulary=["a", None, *map(str, range(more))])
    with pytest.raises(ValueError, match="Received None at index 1"):
        StringLookup(vocabulary=np.array(["a", None, *map(str, range(more))], object))
