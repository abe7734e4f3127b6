"""The words are those that tensorflow-text's `BertTokenizer` cuts into pieces."""

import sys
from collections.abc import Callable
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.corpus.subword.bert_words import bert_words

# Marks that stay and change places, marks that vanish, what blocks, jamo, what composes, folds, or splits.
TRICKY = "a\u302e\u1715\U00016ff0\U0001d165\u0300\u034f\u0345\u0900\u200d\u00ad\ufe0f \t\n\x0b\x85\u00a0\u3000\u2028"
TRICKY += "\u1100\u1161\u11a8\uac00\uac01\u00c9\u0130\u1e9e\ufb01\u03a3\u2126\u00b4\U0001d15e\u2026,-'#$^`[]_"
TRICKY += "\u4e00\uf900"
TEXT = st.text(st.one_of(st.sampled_from(TRICKY), st.characters(exclude_categories=["Cs"])))
MARKS = st.text(st.sampled_from(TRICKY[:12]), max_size=8)
LOWER_CASE = pytest.mark.parametrize("lower_case", [True, False])


def ours(texts: list[str], *, lower_case: bool) -> list[list[str]]:
    """The words of each text."""
    words, owners = bert_words(pa.array(texts, pa.large_string()), lower_case=lower_case)
    found: list[list[str]] = [[] for _ in texts]
    for word, owner in zip(words.to_pylist(), owners.tolist(), strict=True):
        found[owner].append(word)
    return found


def theirs(texts: list[str], *, lower_case: bool) -> list[list[str]]:
    """The words of each text, as tensorflow-text has them."""
    split = _tokenizer(lower_case).tokenize(tf.constant(texts, shape=[len(texts)])).to_list()
    return [[word.decode() for word in words] for words in split]


@LOWER_CASE
@settings(max_examples=300, deadline=None)
@given(texts=st.lists(TEXT, min_size=1, max_size=5))
def test_words_are_those_of_the_bert_tokenizer(lower_case: bool, texts: list[str]) -> None:
    """Over arbitrary Unicode, however the characters stand together."""
    assert ours(texts, lower_case=lower_case) == theirs(texts, lower_case=lower_case)


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(MARKS, min_size=1, max_size=5))
def test_marks_change_places_as_in_the_bert_tokenizer(texts: list[str]) -> None:
    """Of the marks that lower-casing keeps, those of a lower class come first, unless something stands between."""
    assert ours(texts, lower_case=True) == theirs(texts, lower_case=True)


@pytest.mark.parametrize(
    ("shape", "lower_case"),
    [("{}", True), ("a{}b", True), ("a{}b", False), ("\u302e{}\u1715", True)],
    ids=["alone", "between letters", "as it is", "between marks"],
)
def test_every_character_of_unicode_is_treated_as_by_the_bert_tokenizer(shape: str, lower_case: bool) -> None:
    """Each by itself, inside a word, and between two marks that would change places."""
    texts = [shape.format(chr(point)) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    mine, text_ops = ours(texts, lower_case=lower_case), theirs(texts, lower_case=lower_case)
    assert [(text, a, b) for text, a, b in zip(texts, mine, text_ops, strict=True) if a != b] == []


def test_the_list_of_characters_is_what_the_installed_library_does() -> None:
    """A new tensorflow-text may know a newer Unicode; the script that is named in the list writes it anew."""
    probe = _probe()
    assert probe.LIST.read_text(encoding="ascii") == probe.listing()


@cache
def _tokenizer(lower_case: bool) -> Any:
    return _probe().BasicTokenizer(lower_case=lower_case)


@cache
def _probe() -> Any:
    spec = spec_from_file_location("probe_bert_characters", Path(__file__).with_name("probe_bert_characters.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    load: Callable[[Any], None] = spec.loader.exec_module
    load(module)
    return module
