"""`PieceLookup`: the lookup inside a wordpiece tokenizer, and the automaton that is derived from its vocabulary."""

from typing import Any, NamedTuple

import tensorflow as tf

from lexport.errors import Problem, VocabularyError
from lexport.layers.model_buffer import ModelBuffer
from lexport.layers.owned_file import OwnedFile
from lexport.layers.string_lookup import StringLookup
from lexport.layers.text_library import text_library
from lexport.vocabulary import Vocabulary

__all__ = ["FastOptions", "PieceLookup"]

STORE = "wordpiece"


class FastOptions(NamedTuple):
    """What the automaton of the fast kernel is built with, beside the vocabulary."""

    max_bytes_per_word: int
    suffix_indicator: str
    unknown_token: str
    no_pretokenization: bool
    support_detokenization: bool = False


class PieceLookup(StringLookup):
    """Maps pieces to their line numbers, from 0; what is no piece to the number of pieces, as tensorflow-text does.

    Args:
        fast: what to build the automaton of the fast kernel with; None for the classic kernel, which needs none.
        required: pieces that the vocabulary must hold.
        **kwargs: as for `StringLookup`.
    """

    def __init__(self, *, fast: FastOptions | None = None, required: tuple[str, ...] = (), **kwargs: Any) -> None:
        self._fast = fast
        self._required = required
        self.automaton: ModelBuffer | None = None
        # `[UNK]` and its like are pieces among pieces here, also at the head of the file.
        super().__init__(mask_token=None, oov_token=None, num_oov_indices=0, **kwargs)

    @property
    def table(self) -> Any:
        """The table from pieces to line numbers.

        Raises:
            VocabularyError: there is no vocabulary.
        """
        if self.vocabulary is None:
            raise VocabularyError(self._why_missing())
        return self.lookup_table

    def automaton_in_memory(self) -> Any:
        """Gives the tensor that the fast kernel takes.

        Raises:
            VocabularyError: there is no vocabulary.
        """
        if self.automaton is None:
            raise VocabularyError(self._why_missing())
        return self.automaton.read()

    def ids(self, pieces: Any) -> Any:
        """Looks up a flat or ragged tensor of pieces."""
        if isinstance(pieces, tf.RaggedTensor):
            return pieces.with_flat_values(self.ids(pieces.flat_values))
        found = self.table.lookup(pieces)
        return tf.where(found < 0, self.table.size(), found)

    def known(self, pieces: Any, unknown: str) -> Any:
        """Gives the pieces of a flat or ragged tensor that the vocabulary holds, and `unknown` for every other."""
        if isinstance(pieces, tf.RaggedTensor):
            return pieces.with_flat_values(self.known(pieces.flat_values, unknown))
        return tf.where(self.table.lookup(pieces) < 0, unknown, pieces)

    def _table(self, vocabulary: Vocabulary) -> Any:
        missing = [piece for piece in self._required if piece not in set(vocabulary.terms)]
        if missing:
            raise VocabularyError(
                f"layer {self.name!r} cannot use vocabulary {vocabulary.name!r}",
                [Problem("", f"must hold {piece!r}", "Add it, or tell the layer another piece") for piece in missing],
            )
        if self._fast is not None:
            self.automaton = ModelBuffer(_automaton(vocabulary, self._fast, self.name))
        return super()._table(vocabulary)


def _automaton(vocabulary: Vocabulary, options: FastOptions, layer: str) -> OwnedFile:
    """Builds what the fast kernel walks through; the same vocabulary and options give the same bytes."""
    try:
        built = text_library().build_fast_wordpiece_model(list(vocabulary.terms), *options)
    except (RuntimeError, ValueError) as error:
        raise VocabularyError(
            f"layer {layer!r}: the fast kernel cannot use vocabulary {vocabulary.name!r}: {error}. Use kernel='classic'"
        ) from error
    data = bytes(built)
    digest = OwnedFile(vocabulary.name, data, STORE).digest
    # Other options give another automaton of the same vocabulary.
    return OwnedFile(f"{vocabulary.name}-{digest[:12]}.wordpiece", data, STORE)
