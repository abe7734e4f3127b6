"""`StringLookup`: Keras's layer, owning its vocabulary."""

import keras

from lexport.layers.owned_vocabulary import OwnedVocabulary

__all__ = ["StringLookup"]


@keras.saving.register_keras_serializable(package="lexport")
class StringLookup(OwnedVocabulary, keras.layers.StringLookup):
    """Maps strings to ids, or ids to strings; a `keras.layers.StringLookup` that owns its vocabulary.

    Takes every argument of `keras.layers.StringLookup` and gives the same ids. The vocabulary is a tracked asset
    file in every format: a named file in a SavedModel's `assets/`, bytes inside a `.keras` archive, a digest in
    weights and checkpoints.

    Args:
        *args: as for `keras.layers.StringLookup`.
        **kwargs: as for `keras.layers.StringLookup`; `vocabulary` also takes a `lexport.Vocabulary`, and a
            vocabulary from a file works with `output_mode="tf_idf"` too. One whose documents were counted brings its
            `idf_weights`.

    Input:
        A string tensor of any shape: dense, ragged or sparse. With `invert=True`, an int64 tensor.

    Output:
        int64 ids of the same shape; strings with `invert=True`; float32 of shape `(..., size)` in the other output
        modes.

    Raises:
        VocabularyError: the vocabulary cannot be represented in a file, or has problems; all are named.
        ValueError: what `keras.layers.StringLookup` refuses.

    Example:
        >>> layer = StringLookup(vocabulary=["the", "of"])
        >>> layer(["of", "the", "gnu"]).numpy().tolist()
        [2, 1, 0]
        >>> layer.vocabulary
        Vocabulary('string_lookup', 2 terms, string, sha256 7816c170aa5a)
    """
