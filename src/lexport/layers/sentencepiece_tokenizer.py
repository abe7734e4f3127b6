"""`SentencepieceTokenizer`: text into pieces, by the kernels of tensorflow-text, with an owned model."""

from typing import Any

import keras
import tensorflow as tf

from lexport.errors import VocabularyError
from lexport.layers.owned_file import OwnedFile
from lexport.layers.owned_model import OwnedModel
from lexport.layers.sentencepiece_resource import SentencepieceResource
from lexport.layers.text_library import sentencepiece_kernels
from lexport.layers.tokenizer_layer import TokenizerLayer
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["SentencepieceTokenizer"]


@keras.saving.register_keras_serializable(package="lexport")
class SentencepieceTokenizer(OwnedModel, TokenizerLayer):
    """Cuts text into the pieces of a SentencePiece model, as `tensorflow_text.SentencepieceTokenizer` does.

    The `.model` file is owned as the vocabulary of `lexport.layers.StringLookup` is: in a SavedModel it is the asset
    `<name>.model`, and its bytes are nowhere in the graph. Sampling is not offered, as nobody could verify it.

    Args:
        model: a `SentencePieceModel`, the path of a `.model` file, or its bytes.
        add_bos: whether to begin with the piece for the beginning of a text.
        add_eos: whether to end with the piece for the end of a text.
        reverse: whether to give the pieces in reverse order.
        **kwargs: `ragged`, `sequence_length`, `pad_value`, `name`, and those of `keras.layers.Layer`.

    Input:
        Strings of any shape, dense or ragged; `(batch, 1)` counts as `(batch,)`.

    Output:
        int64 ids, with a dimension more than the text: ragged with `ragged=True`, or else filled up with
        `pad_value` (0) to `sequence_length` or to the longest.

    Raises:
        VocabularyError: the file is no sound model; everything that is wrong with it is named.

    Example:
        >>> import io, sentencepiece
        >>> file = io.BytesIO()
        >>> text = iter(["the gnu and the hurd", "a gnu is not the hurd"] * 9)
        >>> options = {"vocab_size": 30, "hard_vocab_limit": False, "minloglevel": 9}
        >>> sentencepiece.SentencePieceTrainer.train(sentence_iterator=text, model_writer=file, **options)
        >>> layer = SentencepieceTokenizer(file.getvalue(), ragged=True)
        >>> layer.detokenize(layer(["the gnu", "hurd"])).numpy().tolist()
        [b'the gnu', b'hurd']
    """

    def __init__(
        self, model: Any = None, *, add_bos: bool = False, add_eos: bool = False, reverse: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.add_bos, self.add_eos, self.reverse = bool(add_bos), bool(add_eos), bool(reverse)
        self._resource: SentencepieceResource | None = None
        if model is not None:
            self.set_model(model)

    def _take(self, model: SentencePieceModel) -> None:
        file = OwnedFile(f"{model.name}.model", model.data, "sentencepiece")
        self._resource = SentencepieceResource(file, **self._options())

    def vocabulary_size(self) -> int:
        """Gives how many pieces there are, and so how many ids."""
        if self.model is None:
            raise VocabularyError(self.why_missing())
        return len(self.model)

    def tokenize(self, text: Any) -> Any:
        """Cuts text into pieces.

        Args:
            text: strings `(...)`, dense or ragged.

        Returns:
            int64 ids `(..., pieces)`, ragged.
        """
        return tf.cast(self.pieces(text, tf.int32), tf.int64)

    def pieces(self, text: Any, out_type: Any) -> Any:
        """Cuts text into pieces, and gives what the kernel gives.

        Args:
            text: strings `(...)`, dense or ragged.
            out_type: `tf.int32` for ids, `tf.string` for the pieces themselves.

        Returns:
            A ragged tensor `(..., pieces)`.
        """
        if isinstance(text, tf.RaggedTensor):
            inner = self.pieces(text.flat_values, out_type)
            return text.with_flat_values(inner.with_row_splits_dtype(text.row_splits.dtype))
        text = tf.convert_to_tensor(text, tf.string)
        if text.shape.rank != 1:
            return self.pieces(tf.RaggedTensor.from_tensor(text), out_type)
        found, splits = sentencepiece_kernels().sentencepiece_tokenize_op(
            self._handle(), text, 0, 1.0, out_type=out_type, **self._options()
        )
        return tf.RaggedTensor.from_row_splits(found, splits, validate=False)

    def detokenize(self, ids: Any) -> Any:
        """Joins pieces to text.

        Args:
            ids: integers `(..., pieces)`, dense or ragged, at least a matrix. Padding counts as a piece.

        Returns:
            Strings `(...)`: what was normalized away stays so.
        """
        ids = tf.cast(ids, tf.int32)
        if not isinstance(ids, tf.RaggedTensor):
            ids = tf.RaggedTensor.from_tensor(ids)
        if ids.ragged_rank > 1:
            return ids.with_values(self.detokenize(ids.values))
        return sentencepiece_kernels().sentencepiece_detokenize_op(
            self._handle(), ids.flat_values, ids.row_splits, **self._options()
        )

    def get_config(self) -> dict[str, Any]:
        """Gives a config that names the model by name, sha256 and size, without its bytes or any path."""
        return {**super().get_config(), **self._options()}

    def _options(self) -> dict[str, bool]:
        return {"add_bos": self.add_bos, "add_eos": self.add_eos, "reverse": self.reverse}

    def _handle(self) -> Any:
        if self._resource is None:
            raise VocabularyError(self.why_missing())
        return self._resource.handle()
