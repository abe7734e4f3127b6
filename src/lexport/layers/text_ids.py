"""From text to the ids of its tokens, in fewer steps than Keras takes."""

from dataclasses import dataclass
from typing import Any

import tensorflow as tf

__all__ = ["STANDARDIZATIONS", "TextIds", "text_ids"]

# Each says whether to lower and whether to strip punctuation, of ASCII both.
STANDARDIZATIONS = {
    None: (False, False),
    "lower": (True, False),
    "strip_punctuation": (False, True),
    "lower_and_strip_punctuation": (True, True),
}
# What Keras writes character by character.
_PUNCTUATION = r"[!-/:-@\[-`{-~]"

# From how many texts on it pays to standardize them as one. A text with a NUL is rare, and then none are joined.
_MANY = 128
_SEPARATOR = "\0"


@dataclass(frozen=True)
class TextIds:
    """The ids of the tokens of some texts.

    Attributes:
        ids: int64 of shape `(tokens,)`, text after text.
        texts: int64 of shape `(tokens,)`: the number of the text that each token is of; it never falls.
        count: int64 scalar, how many texts there are.
    """

    ids: Any
    texts: Any
    count: Any

    def ragged(self) -> Any:
        """Gives the ids as a ragged tensor, a row a text."""
        return tf.RaggedTensor.from_value_rowids(self.ids, self.texts, nrows=self.count, validate=False)

    def dense(self, length: int | None) -> Any:
        """Gives the ids as a tensor of shape `(count, length)`, cut or padded with zeros; by default to the longest."""
        return tf.raw_ops.RaggedTensorToTensor(
            shape=tf.constant([-1, -1 if length is None else length], tf.int64),
            values=self.ids,
            default_value=tf.constant(0, tf.int64),
            row_partition_tensors=[self.count, self.texts],
            row_partition_types=["FIRST_DIM_SIZE", "VALUE_ROWIDS"],
        )


def text_ids(texts: Any, table: Any, standardize: str | None) -> TextIds:
    """Standardizes texts, splits them at whitespace and looks the tokens up.

    Keras makes a ragged tensor of the tokens, a dozen small steps without a graph, and replaces the id of each token
    that equals the mask token. The mask token is empty, and splitting gives no empty token. Keras also standardizes
    text by text.

    Splitting first, and standardizing only what is no term as it stands, would be as exact where the terms are fixed
    points of the standardisation, which never makes or removes whitespace. It is slower: in English a third of the
    tokens is capitalised, has a comma or is unknown, and a regular expression costs more by token than by text
    (benchmarks/text_vectorization.py measures it).

    Args:
        texts: strings of shape `(count,)`.
        table: from terms to int64 ids.
        standardize: one of `STANDARDIZATIONS`.
    """
    places, tokens, shape = tf.raw_ops.StringSplitV2(input=_standardized(texts, standardize), sep="")
    return TextIds(table.lookup(tokens), places[:, 0], shape[0])


def _standardized(texts: Any, standardize: str | None) -> Any:
    """Standardizes many texts as one text, which spares what each costs for itself, a few as they are."""
    count = texts.shape[0]
    if not STANDARDIZATIONS[standardize][1] or (count is not None and count < _MANY):
        return _one_by_one(texts, standardize)
    if count is not None:
        return _together(texts, standardize)
    many = tf.greater_equal(tf.size(texts), _MANY)
    return tf.cond(many, lambda: _together(texts, standardize), lambda: _one_by_one(texts, standardize))


def _together(texts: Any, standardize: str | None) -> Any:
    # Standardizing leaves each separator as it is: if there are as many parts as texts, they are the texts.
    whole = tf.strings.reduce_join(texts, axis=0, keepdims=True, separator=_SEPARATOR)
    parts = tf.raw_ops.StringSplitV2(input=_one_by_one(whole, standardize), sep=_SEPARATOR)
    fits = tf.equal(parts.shape[1], tf.size(texts, out_type=tf.int64))
    return tf.cond(fits, lambda: parts.values, lambda: _one_by_one(texts, standardize))


def _one_by_one(texts: Any, standardize: str | None) -> Any:
    lower, strip_punctuation = STANDARDIZATIONS[standardize]
    if lower:
        texts = tf.strings.lower(texts)
    return tf.strings.regex_replace(texts, _PUNCTUATION, "") if strip_punctuation else texts
