"""`BertTokenizer`: text into pieces, and packed for a BERT model, with an owned vocabulary."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from lexport.layers.model_buffer import ModelBuffer
from lexport.layers.owned_file import OwnedFile
from lexport.layers.piece_tokenizer import PieceTokenizer
from lexport.layers.text_library import text_library

__all__ = ["BertTokenizer"]


@keras.saving.register_keras_serializable(package="lexport")
class BertTokenizer(PieceTokenizer):
    """Splits text into words and these into pieces, and gives their ids, as `tensorflow_text.BertTokenizer` does.

    The vocabulary is owned as that of `lexport.layers.StringLookup` is.

    Args:
        vocabulary: a `lexport.Vocabulary`, a path, or a list, array or tensor of pieces.
        kernel: `"classic"`, or `"fast"` for `tensorflow_text.FastBertTokenizer`: faster, with the same pieces for
            ordinary text, but other words for some characters. It needs `unknown_token` among the pieces.
        pack: whether to give what a BERT model takes, of one text or of several.
        lower_case: whether to fold case and strip accents.
        keep_whitespace: whether white space becomes tokens; classic kernel only.
        normalization_form: such as `"NFC"`, without `lower_case`; classic kernel only.
        preserve_unused_token: whether `[unused1]` and its like stay whole; classic kernel only.
        start_token: the piece before the first text, where `pack` is on.
        end_token: the piece after each text, where `pack` is on.
        suffix_indicator: what pieces start with that are not at the start of a word.
        max_bytes_per_word: longer words are unknown.
        max_chars_per_token: how long pieces are at most, which saves time; classic kernel only.
        unknown_token: the piece for unknown words; None leaves them as they are, which is no piece.
        split_unknown_characters: whether unknown characters are pieces of their own; classic kernel only.
        **kwargs: `ragged`, `sequence_length`, `pad_value`, `name`, and those of `keras.layers.Layer`. With `pack`,
            `sequence_length` is required, and `ragged` is not possible.

    Input:
        Strings of shape `(batch,)` or `(batch, 1)`; with `pack` also a list of them, one for each segment.

    Output:
        int64 ids of shape `(batch, pieces)`, ragged with `ragged=True`. With `pack` a dict of three tensors, int64 of
        shape `(batch, sequence_length)`: `input_word_ids`, with `start_token` and `end_token`; `input_mask`, 1 where
        there are pieces; `input_type_ids`, the number of the segment. Texts that are too long together are cut in
        turns, as `tensorflow_text.RoundRobinTrimmer` does.

    Raises:
        VocabularyError: the vocabulary cannot be represented in a file, lacks a piece that the layer needs, or has
            problems; all are named.
        ValueError: options that the kernel does not have, or that exclude each other.

    Example:
        >>> pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "gnu", "##s", "!"]
        >>> BertTokenizer(pieces, lower_case=True, ragged=True)(["The GNUs!"]).to_list()
        [[4, 5, 6, 7]]
        >>> packed = BertTokenizer(pieces, lower_case=True, pack=True, sequence_length=6)(["The GNUs"])
        >>> packed["input_word_ids"].numpy().tolist(), packed["input_mask"].numpy().tolist()
        ([[2, 4, 5, 6, 3, 0]], [[1, 1, 1, 1, 1, 0]])
    """

    _whole_text = True

    def __init__(
        self,
        vocabulary: Any = None,
        *,
        kernel: str = "classic",
        pack: bool = False,
        lower_case: bool = False,
        keep_whitespace: bool = False,
        normalization_form: str | None = None,
        preserve_unused_token: bool = False,
        start_token: str = "[CLS]",  # noqa: S107 - a piece, no password
        end_token: str = "[SEP]",  # noqa: S107 - a piece, no password
        suffix_indicator: str = "##",
        max_bytes_per_word: int = 100,
        max_chars_per_token: int | None = None,
        unknown_token: str | None = "[UNK]",  # noqa: S107 - a piece, no password
        split_unknown_characters: bool = False,
        **kwargs: Any,
    ) -> None:
        options = {
            "lower_case": lower_case,
            "keep_whitespace": keep_whitespace,
            "normalization_form": normalization_form,
            "preserve_unused_token": preserve_unused_token,
            "suffix_indicator": suffix_indicator,
            "max_bytes_per_word": max_bytes_per_word,
            "max_chars_per_token": max_chars_per_token,
            "unknown_token": unknown_token,
            "split_unknown_characters": split_unknown_characters,
        }
        if pack and (kwargs.get("ragged") or kwargs.get("sequence_length") is None):
            raise ValueError("pack=True requires a sequence_length, and gives no ragged tensors")
        inner = {"has_input_vocabulary": kwargs.pop("has_input_vocabulary", vocabulary is not None)}
        required = (start_token, end_token) if pack else ()
        super().__init__(vocabulary, kernel, options, required=required, inner=inner, **kwargs)
        self.pack, self.start_token, self.end_token = pack, start_token, end_token
        # Made here, as what is made in a trace belongs to the trace.
        self._normalizer = ModelBuffer(_normalizer(lower_case)) if kernel == "fast" else None

    def tokenize(self, text: Any) -> Any:
        """Cuts text into pieces.

        Args:
            text: strings `(...)`, dense or ragged.

        Returns:
            int64 ids `(..., pieces)`, ragged.
        """
        library = text_library()
        if self._normalizer is None:
            table = self._lookup_layer.table
            words = library.BertTokenizer(table, token_out_type=tf.string, **self._options).tokenize(text)
            return self._lookup_layer.ids(words.merge_dims(-2, -1))
        fast = library.FastBertTokenizer(
            token_out_type=tf.string,
            fast_wordpiece_model_buffer=self._lookup_layer.automaton_in_memory(),
            fast_bert_normalizer_model_buffer=self._normalizer.read(),
        )
        return self._lookup_layer.ids(fast.tokenize(text))

    def call(self, inputs: Any) -> Any:
        """Tokenizes one text a row, or with `pack` several."""
        if not self.pack:
            self._check_single(inputs)
            return super().call(inputs)
        texts = list(inputs) if _is_several(inputs) else [inputs]
        return self._packed([self.tokenize(self._text(one)) for one in texts])

    def _packed(self, segments: Sequence[Any]) -> dict[str, Any]:
        library, length = text_library(), int(self.sequence_length or 0)
        budget = length - len(segments) - 1  # one for each end, and one for the start
        if budget < 1:
            raise ValueError(
                f"layer {self.name!r}: sequence_length must be at least {len(segments) + 2} for {len(segments)} packed "
                f"texts, for the start, the end of each, and a piece. Received: {length}"
            )
        trimmed = library.RoundRobinTrimmer(budget).trim(list(segments))
        start, end = tf.unstack(self._lookup_layer.ids(tf.constant([self.start_token, self.end_token])))
        combined, types = library.combine_segments(trimmed, start, end)
        ids, mask = library.pad_model_inputs(combined, length, self.pad_value)
        types, _ = library.pad_model_inputs(types, length)
        return {"input_word_ids": ids, "input_mask": mask, "input_type_ids": types}

    def compute_output_spec(self, inputs: Any) -> Any:
        """Gives the shapes and dtypes of the output without tokenizing anything."""
        if not self.pack:
            self._check_single(inputs)
            return super().compute_output_spec(inputs)
        first = inputs[0] if _is_several(inputs) else inputs
        shape = self.compute_output_shape(first.shape)
        names = ("input_word_ids", "input_mask", "input_type_ids")
        return {name: keras.KerasTensor(shape, dtype=self.output_dtype) for name in names}

    def _check_single(self, inputs: Any) -> None:
        if isinstance(inputs, list | tuple) and any(hasattr(one, "shape") for one in inputs):
            raise ValueError(
                f"layer {self.name!r} takes one text a row. Build it with pack=True to pack several. Received: "
                f"{len(inputs)} tensors"
            )

    def get_config(self) -> dict[str, Any]:
        """Gives a config that names the vocabulary by name, sha256 and size, and holds no piece and no path."""
        packing = {"pack": self.pack, "start_token": self.start_token, "end_token": self.end_token}
        return {**super().get_config(), **packing}


def _is_several(inputs: Any) -> bool:
    """Tells segments from one batch as a list of strings."""
    return isinstance(inputs, list | tuple) and bool(inputs) and not isinstance(inputs[0], str | bytes)


def _normalizer(lower_case: bool) -> OwnedFile:
    """Builds the table by which the fast kernel normalizes; it depends on tensorflow-text alone."""
    data = bytes(text_library().build_fast_bert_normalizer_model(lower_case))
    return OwnedFile(f"bert-{'lower' if lower_case else 'cased'}.normalizer", data, "wordpiece")
