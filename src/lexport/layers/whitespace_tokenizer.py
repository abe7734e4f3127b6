"""`WhitespaceTokenizer`: text into words, for a lookup."""

from typing import Any

import keras

from lexport.layers.text_library import text_library
from lexport.layers.word_tokenizer import WordTokenizer

__all__ = ["WhitespaceTokenizer"]


@keras.saving.register_keras_serializable(package="lexport")
class WhitespaceTokenizer(WordTokenizer):
    r"""Splits text at the white space of Unicode, as `tensorflow_text.WhitespaceTokenizer` does.

    At white space of several bytes, such as U+3000 or U+2003, tensorflow-text 2.21.1 leaves all bytes but the last with
    the word before, and so does this layer. `RegexTokenizer(r"[\s\p{Z}]+")` splits there as expected.

    It owns nothing: a `lexport.layers.StringLookup` behind it owns the vocabulary.

    Args:
        **kwargs: `ragged`, `sequence_length`, `pad_value` (the empty string), `name`, and those of
            `keras.layers.Layer`.

    Input:
        Strings of any shape, dense or ragged; `(batch, 1)` counts as `(batch,)`.

    Output:
        Strings, with a dimension more than the text: ragged with `ragged=True`, or else filled up with `pad_value`,
        which a lookup with `mask_token=""` maps to 0.

    Example:
        >>> from lexport.layers import StringLookup
        >>> words = WhitespaceTokenizer(sequence_length=3)(["the gnu", "hurd"])
        >>> StringLookup(vocabulary=["the", "gnu"], mask_token="")(words).numpy().tolist()
        [[2, 3, 0], [1, 0, 0]]
    """

    def _split(self, text: Any) -> Any:
        return text_library().WhitespaceTokenizer().tokenize(text)
