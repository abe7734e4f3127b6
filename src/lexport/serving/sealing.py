"""What a layer maps must be what its vocabulary says, from the moment it is built until it is exported."""

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from lexport.errors import Problem, VocabularyError
from lexport.layers.file_resource import FileResource
from lexport.layers.table import is_filled_from
from lexport.serving.owned_assets import descendants, lookup_layers
from lexport.vocabulary import Vocabulary

__all__ = ["check_seals"]

# Every term of a table that was filled elsewhere is compared, such as one that a loaded SavedModel brought along.
CHUNK = 1 << 16


def check_seals(root: Any) -> None:
    """Compares the vocabulary of each lookup layer with its digest, its snapshot and its table.

    The digest was taken when the vocabulary was made. Its bytes must still have it; a snapshot that was deleted or
    edited is put back; and the table in memory, which gave the answers of the training, must be one that was filled
    from these bytes here, or else map every term to the id that the file gives it, and hold no other.

    Args:
        root: the model, layer or module that is to be exported. Layers without a vocabulary are left alone.

    Raises:
        VocabularyError: vocabularies or tables that are not what they were built as; all are named. Or the store
            cannot be written.
    """
    problems = [
        Problem(f"layer {layer.name!r}", why, "Call set_vocabulary, or build the layer anew")
        for layer in lookup_layers(root)
        if layer.vocabulary is not None and (why := _broken_seal(layer, layer.vocabulary))
    ]
    problems += [
        Problem(resource.file.name, why, "Build the layer anew")
        for resource in descendants(root)
        if isinstance(resource, FileResource) and (why := resource.broken_seal())
    ]
    if problems:
        raise VocabularyError("layers do not map terms as the vocabularies that would be exported", problems)


def _broken_seal(layer: Any, vocabulary: Vocabulary) -> str | None:
    received = hashlib.sha256(vocabulary.data).hexdigest()
    if received != vocabulary.digest:
        return (
            f"the bytes of vocabulary {vocabulary.name!r} were changed since it was made: required sha256 "
            f"{vocabulary.digest}; received {received}"
        )
    vocabulary.ensure_stored()
    size = int(layer.lookup_table.size())
    if size != len(vocabulary):
        return f"its table holds {size} entries; vocabulary {vocabulary.name!r} has {len(vocabulary)} terms"
    layout = {"offset": layer._token_start_index(), "invert": layer.invert, "dtype": layer.vocabulary_dtype}
    if is_filled_from(layer.lookup_table, vocabulary, **layout):
        return None
    return next(_differences(layer, vocabulary), None)


def _differences(layer: Any, vocabulary: Vocabulary) -> Iterator[str]:
    first = layer._token_start_index()
    for start, lines in _chunks(vocabulary):
        terms = np.array(lines, dtype=object) if vocabulary.dtype == "string" else np.array(lines, dtype=np.int64)
        ids = np.arange(first + start, first + start + len(lines), dtype=np.int64)
        keys, expected = (ids, terms) if layer.invert else (terms, ids)
        received = layer.lookup_table.lookup(tf.constant(keys, dtype=layer.lookup_table.key_dtype)).numpy()
        wrong = np.flatnonzero(np.asarray(received != expected, dtype=bool))[:1]
        for key, got, wanted in zip(*(side[wrong].tolist() for side in (keys, received, expected)), strict=True):
            yield f"its table maps {key!r} to {got!r}; vocabulary {vocabulary.name!r} says {wanted!r}"


def _chunks(vocabulary: Vocabulary) -> Iterator[tuple[int, list[bytes]]]:
    """Gives the lines in pieces, as bytes: a vocabulary of millions need not become Python strings."""
    lines = vocabulary.data.split(b"\n")[:-1]
    for start in range(0, len(lines), CHUNK):
        yield start, lines[start : start + CHUNK]
