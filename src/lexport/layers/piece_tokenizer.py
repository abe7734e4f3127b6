"""`PieceTokenizer`: what the layers around the wordpiece kernels share."""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from lexport.layers.piece_lookup import FastOptions, PieceLookup
from lexport.layers.text_library import text_library
from lexport.layers.tokenizer_layer import TokenizerLayer
from lexport.layers.vocabulary_record import RECORD_KEY, take_record
from lexport.vocabulary import Vocabulary

__all__ = ["PieceTokenizer"]

KERNELS = ("classic", "fast")
# The fast kernel has none of these: their values here are the only ones that it serves.
CLASSIC_ONLY = {
    "max_chars_per_token": None,
    "split_unknown_characters": False,
    "keep_whitespace": False,
    "normalization_form": None,
    "preserve_unused_token": False,
}


class PieceTokenizer(TokenizerLayer):
    """Cuts words into pieces of an owned vocabulary, and gives their ids.

    Whichever kernel cuts, the vocabulary file says which id a piece has. The vocabulary is that of an inner lookup
    under this layer's name, which owns it in every format.
    """

    # What the subclass's kernel is told, by name.
    _options: Mapping[str, Any]
    _whole_text: bool

    def __init__(
        self,
        vocabulary: Any,
        kernel: str,
        options: Mapping[str, Any],
        *,
        required: tuple[str, ...] = (),
        inner: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.kernel, self._options = kernel, dict(options)
        _check_kernel(self.name, kernel, options)
        fast = None
        if kernel == "fast":
            chosen = (options["max_bytes_per_word"], options["suffix_indicator"], options["unknown_token"])
            fast = FastOptions(*chosen, no_pretokenization=not self._whole_text)
            required = (*required, options["unknown_token"])
        # The name is this layer's, so that the asset is called after it.
        self._lookup_layer = PieceLookup(
            name=self.name, fast=fast, required=required, vocabulary=vocabulary, **(inner or {})
        )

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The vocabulary that the layer owns; None before there is one."""
        owned: Vocabulary | None = self._lookup_layer.vocabulary
        return owned

    def set_vocabulary(self, vocabulary: Any) -> None:
        """Sets the vocabulary and takes ownership of it.

        Args:
            vocabulary: a `Vocabulary`, the path of a file with one piece a line, or a list, array or tensor.

        Raises:
            VocabularyError: it cannot be represented in a file, lacks a piece that the layer needs, or has
                problems; all are named.
        """
        self._lookup_layer.set_vocabulary(vocabulary)

    def get_vocabulary(self) -> list[str]:
        """Gives the pieces in the order of their ids."""
        return list(self._lookup_layer.get_vocabulary())

    def vocabulary_size(self) -> int:
        """Gives how many ids there are: one a piece, and one more where unknown words have no piece."""
        pieces = self.get_vocabulary()
        return len(pieces) + (self._options["unknown_token"] not in pieces)

    def detokenize(self, ids: Any) -> Any:
        """Joins pieces to words; whichever kernel cut them.

        Args:
            ids: integers, `(..., pieces)`, at least a matrix; dense or ragged. Padding counts as a piece.

        Returns:
            A ragged tensor of strings, `(..., words)`.
        """
        return self._words().detokenize(ids)

    def _words(self) -> Any:
        """Makes tensorflow-text's classic tokenizer of words, around the layer's own table."""
        names = ("suffix_indicator", "max_bytes_per_word", "max_chars_per_token", "unknown_token")
        options = {name: self._options[name] for name in (*names, "split_unknown_characters")}
        return text_library().WordpieceTokenizer(self._lookup_layer.table, token_out_type=tf.string, **options)

    # -- configs, and where the inner lookup comes in --------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """Gives a config that names the vocabulary by name, sha256 and size, and holds no piece and no path."""
        inner = self._lookup_layer.get_config()
        owned = {key: inner[key] for key in ("vocabulary", RECORD_KEY, "has_input_vocabulary") if key in inner}
        return {**super().get_config(), "kernel": self.kernel, **self._options, **owned}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Any:
        """Makes a layer from its config; the pieces come from the store, or later from the archive.

        Raises:
            VocabularyError: the config names a path: none is ever read from a config.
        """
        plain, record = take_record(config)
        layer = cls(**plain)
        if record is not None:
            layer._lookup_layer.restore_vocabulary(record, given_as_terms=config.get("vocabulary") is not None)
        return layer


def _check_kernel(layer: str, kernel: str, options: Mapping[str, Any]) -> None:
    if kernel not in KERNELS:
        raise ValueError(f"layer {layer!r}: kernel must be one of {KERNELS}. Received: {kernel!r}")
    told = [name for name, value in CLASSIC_ONLY.items() if options.get(name, value) != value]
    if kernel == "fast" and (told or not options["unknown_token"]):
        missing = told or ["unknown_token=None"]
        raise ValueError(f"layer {layer!r}: the fast kernel has no {', '.join(missing)}. Use kernel='classic'")
