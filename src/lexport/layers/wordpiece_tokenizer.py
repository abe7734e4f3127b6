"""`WordpieceTokenizer`: words into pieces, by the kernels of tensorflow-text, with an owned vocabulary."""

from typing import Any

import keras
import tensorflow as tf

from lexport.layers.piece_tokenizer import PieceTokenizer
from lexport.layers.text_library import text_library

__all__ = ["WordpieceTokenizer"]


@keras.saving.register_keras_serializable(package="lexport")
class WordpieceTokenizer(PieceTokenizer):
    """Cuts words into pieces and gives their ids, as `tensorflow_text.WordpieceTokenizer` does.

    The vocabulary is owned as that of `lexport.layers.StringLookup` is. The id of a piece is its line in the file,
    from 0; a word that cannot be cut has the id of `unknown_token`, or where that is no piece, the number of pieces.

    Args:
        vocabulary: a `lexport.Vocabulary`, a path, or a list, array or tensor of pieces.
        kernel: `"classic"`, or `"fast"` for `tensorflow_text.FastWordpieceTokenizer`: linear in the length of a
            word. It needs `unknown_token` among the pieces. In a SavedModel its automaton, which is made of the
            vocabulary, is a second asset.
        suffix_indicator: what pieces start with that are not at the start of a word.
        max_bytes_per_word: longer words are unknown.
        max_chars_per_token: how long pieces are at most, which saves time; classic kernel only.
        unknown_token: the piece for unknown words; None leaves them as they are, which is no piece.
        split_unknown_characters: whether unknown characters are pieces of their own; classic kernel only.
        **kwargs: `ragged`, `sequence_length`, `pad_value`, `name`, and those of `keras.layers.Layer`.

    Input:
        Words: strings of any shape, dense or ragged.

    Output:
        int64 ids, with a dimension more than the words: ragged with `ragged=True`, or else filled up with
        `pad_value` (0) to `sequence_length` or to the longest.

    Raises:
        VocabularyError: the vocabulary cannot be represented in a file, lacks a piece that the kernel needs, or has
            problems; all are named.
        ValueError: options that the kernel does not have.

    Example:
        >>> layer = WordpieceTokenizer(["[UNK]", "great", "##est", "the"], ragged=True)
        >>> layer(["the", "greatest", "hurd"]).to_list()
        [[3], [1, 2], [0]]
        >>> layer.detokenize([[3, 1, 2]]).to_list()
        [[b'the', b'greatest']]
    """

    takes_columns = False
    _whole_text = False

    def __init__(
        self,
        vocabulary: Any = None,
        *,
        kernel: str = "classic",
        suffix_indicator: str = "##",
        max_bytes_per_word: int = 100,
        max_chars_per_token: int | None = None,
        unknown_token: str | None = "[UNK]",  # noqa: S107 - a piece, no password
        split_unknown_characters: bool = False,
        **kwargs: Any,
    ) -> None:
        options = {
            "suffix_indicator": suffix_indicator,
            "max_bytes_per_word": max_bytes_per_word,
            "max_chars_per_token": max_chars_per_token,
            "unknown_token": unknown_token,
            "split_unknown_characters": split_unknown_characters,
        }
        inner = {"has_input_vocabulary": kwargs.pop("has_input_vocabulary", vocabulary is not None)}
        super().__init__(vocabulary, kernel, options, inner=inner, **kwargs)

    def tokenize(self, text: Any) -> Any:
        """Cuts words into pieces.

        Args:
            text: words, strings `(...)`, dense or ragged.

        Returns:
            int64 ids `(..., pieces)`, ragged.
        """
        if self.kernel == "classic":
            return self._lookup_layer.ids(self._words().tokenize(text))
        automaton = self._lookup_layer.automaton_in_memory()
        fast = text_library().FastWordpieceTokenizer(model_buffer=automaton, token_out_type=tf.string)
        return self._lookup_layer.ids(fast.tokenize(text))
