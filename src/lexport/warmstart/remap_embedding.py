"""`remap_embedding`: the rows of a matrix put to the ids of another vocabulary."""

from typing import Any

import keras
import numpy as np

from lexport.warmstart.ids import ids_of
from lexport.warmstart.new_rows import NewRows, new_rows

__all__ = ["as_array", "moved", "remap_embedding"]


def remap_embedding(
    old_vocabulary: Any,
    new_vocabulary: Any,
    matrix: Any,
    *,
    initializer: Any = "uniform",
    special_rows: int | None = None,
    axis: int = 0,
    size: int | None = None,
) -> Any:
    """Gives a matrix for a new vocabulary: each surviving term has the row that it had, to the bit.

    The rows before the terms, those of the mask and of what is out of the vocabulary, are kept, and so are rows behind
    them. What `tf.keras.utils.warmstart_embedding_matrix` did for two lists is done here for vocabularies, which hold
    terms only, and for layers, which know their special ids.

    Args:
        old_vocabulary: what the rows stand for: a `Vocabulary`; a `StringLookup`, `IntegerLookup` or
            `TextVectorization`, of lexport or of Keras; or a tokenizer of lexport.
        new_vocabulary: what the rows are to stand for, of the same kinds.
        matrix: floats of any shape, an array or a tensor, such as `(ids, width)`.
        initializer: what new terms get: a Keras initializer or its name, a callable of a shape and a dtype, or an
            array of the shape of the matrix, but for as many ids as are new.
        special_rows: how many rows stand before the terms. By default what the layers say; of two vocabularies all
            rows that the terms leave. Say it where rows stand behind the terms.
        axis: along which the ids run; -1 for the kernel of an output layer whose classes are a vocabulary.
        size: how many rows the result has, as an `Embedding` of `max_tokens` rows whose vocabulary has fewer terms; by
            default as many behind the terms as the matrix has. Rows behind the terms are kept in their order where
            there is room, and further ones get what the initializer gives.

    Returns:
        An array of the dtype of the matrix.

    Raises:
        VocabularyError: there are fewer rows than ids, before or after, the layers have other special ids, or a layer
            has no vocabulary.
        ValueError: the matrix holds no floats, has no such axis, or the rows given have another shape.

    Example:
        >>> from lexport import Vocabulary
        >>> old, new = (Vocabulary.from_terms("words", terms) for terms in (["the", "of"], ["of", "and", "the"]))
        >>> rows = np.array([[0.0], [1.0], [2.0]], np.float32)  # out of the vocabulary, the, of
        >>> remap_embedding(old, new, rows, initializer="zeros").tolist()
        [[0.0], [2.0], [0.0], [1.0]]
    """
    values = as_array(matrix)
    if not (values.dtype.kind == "f" or values.dtype.name == "bfloat16"):
        raise ValueError(f"matrix must hold floats; received dtype {values.dtype}")
    if not -values.ndim <= axis < values.ndim:
        raise ValueError(f"axis must be one of the matrix, of shape {values.shape}; received {axis}")
    rows = new_rows(ids_of(old_vocabulary), ids_of(new_vocabulary), values.shape[axis], special_rows, size)
    return moved(values, rows, initializer, axis)


def moved(values: Any, rows: NewRows, initializer: Any, axis: int) -> Any:
    """Moves the rows of an array, along an axis, and fills those that have no source.

    Raises:
        ValueError: the rows given for new terms have another shape.
    """
    by_row = np.moveaxis(values, axis, 0)
    result = by_row[np.maximum(rows.source, 0)]
    missing = np.flatnonzero(rows.source < 0)
    if len(missing):
        shape = list(values.shape)
        shape[axis] = len(missing)
        result[missing] = np.moveaxis(_initial(initializer, tuple(shape), values.dtype), axis, 0)
    return np.ascontiguousarray(np.moveaxis(result, 0, axis))


def _initial(initializer: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    if hasattr(initializer, "shape"):
        given = as_array(initializer)
    else:
        # Initializers of Keras know their dtypes by name.
        given = as_array(keras.initializers.get(initializer)(shape, dtype=dtype.name))
    if given.shape != shape:
        raise ValueError(f"what new terms get must have shape {shape}; received {given.shape}")
    return given.astype(dtype)


def as_array(values: Any) -> Any:
    """Gives an array of an array, a tensor or a variable, of whatever backend of Keras."""
    return np.asarray(values.numpy() if hasattr(values, "numpy") else values)
