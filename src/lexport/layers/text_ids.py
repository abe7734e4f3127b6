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

    Keras makes a ragged tensor of the tokens, a dozen small steps without a graph, and replaces each token that equals
    the mask token by the mask's id. No token is the mask token here, which is empty: splitting gives no empty token.

    Splitting first, and standardizing only what is no term as it stands, would be as exact where the terms are fixed
    points of the standardisation, which never makes or removes whitespace. It is slower: in English a third of the
    tokens is capitalised, has a comma or is unknown, and a regular expression costs more by token than by text
    (benchmarks/text_vectorization.py measures it).

    Args:
        texts: strings of shape `(count,)`.
        table: from terms to int64 ids.
        standardize: one of `STANDARDIZATIONS`.
    """
    lower, strip_punctuation = STANDARDIZATIONS[standardize]
    if lower:
        texts = tf.strings.lower(texts)
    if strip_punctuation:
        texts = tf.strings.regex_replace(texts, _PUNCTUATION, "")
    places, tokens, shape = tf.raw_ops.StringSplitV2(input=texts, sep="")
    return TextIds(table.lookup(tokens), places[:, 0], shape[0])
