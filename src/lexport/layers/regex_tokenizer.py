"""`RegexTokenizer`: text into words by a regular expression, for a lookup."""

from typing import Any

import keras
import tensorflow as tf

from lexport.layers.text_library import text_library
from lexport.layers.word_tokenizer import WordTokenizer

__all__ = ["RegexTokenizer"]


@keras.saving.register_keras_serializable(package="lexport")
class RegexTokenizer(WordTokenizer):
    r"""Splits text at the matches of a regular expression, as `tensorflow_text.RegexSplitter` does.

    It owns nothing: a `lexport.layers.StringLookup` behind it owns the vocabulary.

    Args:
        pattern: what separates words, in the syntax of RE2; it must not match the empty string.
        keep_pattern: which of the separators are words themselves; the empty string for none.
        **kwargs: `ragged`, `sequence_length`, `pad_value` (the empty string), `name`, and those of
            `keras.layers.Layer`.

    Input:
        Strings of any shape, dense or ragged; `(batch, 1)` counts as `(batch,)`.

    Output:
        Strings, with a dimension more than the text: ragged with `ragged=True`, or else filled up with `pad_value`,
        which a lookup with `mask_token=""` maps to 0.

    Raises:
        ValueError: a pattern is not one of RE2, or matches the empty string.

    Example:
        >>> RegexTokenizer(r"[\s,;]+|[!?]", r"[!?]", ragged=True)(["the gnu, hurd!"]).to_list()
        [[b'the', b'gnu', b'hurd', b'!']]
    """

    def __init__(self, pattern: str, keep_pattern: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pattern, self.keep_pattern = pattern, keep_pattern
        for name, given in (("pattern", pattern), ("keep_pattern", keep_pattern)):
            _check(self.name, name, given)

    def _split(self, text: Any) -> Any:
        return text_library().regex_split(text, self.pattern, self.keep_pattern)

    def get_config(self) -> dict[str, Any]:
        """Gives the arguments of the constructor."""
        return {**super().get_config(), "pattern": self.pattern, "keep_pattern": self.keep_pattern}


def _check(layer: str, argument: str, pattern: str) -> None:
    with tf.init_scope():
        try:
            empty = bool(tf.strings.regex_full_match("", pattern))
        except tf.errors.InvalidArgumentError as error:
            raise ValueError(f"layer {layer!r}: {argument} is no regular expression of RE2: {error.message}") from error
    if (pattern and empty) or (argument == "pattern" and not pattern):
        raise ValueError(
            f"layer {layer!r}: {argument} must not match the empty string, which is everywhere. Received: {pattern!r}"
        )
