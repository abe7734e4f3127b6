"""From what Keras hands over to the terms of a vocabulary, and the checks that Keras makes on them."""

import inspect
import re
from collections.abc import Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import tensorflow as tf

from lexport.errors import Problem, VocabularyError
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.file_format import Dtype, Term, encode_terms

__all__ = [
    "asset_name",
    "check_head",
    "check_idf_weights",
    "check_special_tokens",
    "known_idf_weights",
    "padded_idf_weights",
    "read_vocabulary",
    "terms_of",
    "with_known_idf_weights",
]

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]+")


def asset_name(name: str) -> str:
    """Makes the name of an asset file from the name of a layer or file.

    Example:
        >>> asset_name("tower/words")
        'tower_words'
    """
    cleaned = _NOT_IN_NAMES.sub("_", name).strip(".-")[:120]
    return cleaned or "vocabulary"


def read_vocabulary(path: str, dtype: Dtype, special_tokens: Sequence[Term]) -> Vocabulary:
    """Reads a vocabulary file from wherever TensorFlow can: a disk, a bucket, memory.

    Args:
        path: one term a line; the vocabulary is named after it.
        dtype: of the terms.
        special_tokens: those of the layer, which must not stand at the head of the file.

    Raises:
        ValueError: there is no such file; with Keras's own words.
        VocabularyError: it cannot be read, or has problems; all are named.
    """
    if not tf.io.gfile.exists(path):
        raise ValueError(f"Vocabulary file {path} does not exist.")
    if PurePath(path).suffix == ".model":
        raise VocabularyError(
            f"{path} must be a file with one term a line; a .model file is a SentencePiece model. Give it to "
            "lexport.layers.SentencepieceTokenizer, or give a text file another name"
        )
    data = _read(path)
    name = asset_name(PurePath(path).stem)
    return Vocabulary.from_bytes(name, data, dtype=dtype, source=path, special_tokens=special_tokens, allow=())


def _read(path: str) -> bytes:
    try:
        if Path(path).exists():
            return Path(path).read_bytes()  # thirty times as fast as TensorFlow's reader
        with tf.io.gfile.GFile(path, "rb") as file:
            data: bytes = file.read()
    except (tf.errors.OpError, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else error.message
        raise VocabularyError(f"cannot read the vocabulary from {path}: {why}") from error
    return data


def terms_of(tokens: Any, dtype: str, layer_name: str) -> list[Term]:
    """Gives a layer's tokens as Python strings or integers.

    Args:
        tokens: 1D array or eager tensor of str, bytes or integers.
        dtype: the layer's `vocabulary_dtype`.
        layer_name: named in the error.

    Raises:
        VocabularyError: tokens that are not UTF-8; all are named.
    """
    values = tokens.numpy() if tf.is_tensor(tokens) else np.asarray(tokens)
    if dtype != "string":
        return [int(value) for value in values.tolist()]
    terms: list[Term] = []
    problems = []
    for index, value in enumerate(values.tolist()):
        try:
            terms.append(value.decode() if isinstance(value, bytes) else str(value))
        except UnicodeDecodeError:
            problems.append(Problem(f"line {index + 1}", f"not-utf8: {value!r} is not UTF-8"))
    if problems:
        summary = f"layer {layer_name!r}: {len(problems)} terms cannot be written to a vocabulary file"
        raise VocabularyError(summary, problems)
    return terms


def check_special_tokens(layer: Any, vocabulary: Vocabulary, dtype: str) -> None:
    """Refuses a vocabulary that does not fit the layer, as Keras does for a list.

    Raises:
        VocabularyError: wrong dtype, more terms than `max_tokens`, or a special token among the terms.
    """
    problems = []
    if vocabulary.dtype != dtype:
        message = f"must hold {dtype} terms; received {vocabulary.dtype} terms"
        problems.append(Problem("", message, "Pass dtype= when the vocabulary is made, or use the other layer"))
    size = layer._token_start_index() + len(vocabulary)
    if layer.max_tokens is not None and size > layer.max_tokens:
        message = f"has {size} ids, special tokens included; max_tokens allows {layer.max_tokens}"
        problems.append(Problem("", message, "Raise max_tokens, or build a smaller vocabulary"))
    # An out-of-vocabulary token is only ever looked up by an inverse layer.
    for what, token in (("mask", layer.mask_token), ("OOV", layer.oov_token if layer.invert else None)):
        if token is not None and _holds(vocabulary, token):
            message = f"holds {token!r}, the layer's {what} token, among its terms"
            problems.append(Problem("", message, "Special tokens belong to the layer: remove it from the terms"))
    if problems:
        raise VocabularyError(f"layer {layer.name!r} cannot use vocabulary {vocabulary.name!r}, which", problems)


def check_head(layer: Any, vocabulary: Vocabulary) -> None:
    """Refuses a vocabulary that starts with the layer's special tokens, as a dumped `get_vocabulary()` does.

    Raises:
        VocabularyError: it does; every id would be shifted.
    """
    special = [token for token in (layer.mask_token, layer.oov_token) if token is not None]
    head = [line.removesuffix(b"\n") for line in islice(BytesIO(vocabulary.data), len(special) + 1)]
    problems = [
        Problem(f"line {index + 1}", f"{line.decode()!r} is a special token of the layer and would shift every id")
        for index, line in enumerate(head)
        if line in [str(token).encode() for token in special if token != ""]
    ]
    if problems:
        summary = f"layer {layer.name!r} cannot use vocabulary {vocabulary.name!r}: remove its special tokens"
        raise VocabularyError(f"{summary}, or choose another mask_token or oov_token", problems)


def _holds(vocabulary: Vocabulary, token: Term) -> bool:
    # Searching the bytes spares a vocabulary of millions from becoming Python strings.
    line = encode_terms([token])
    return bool(line) and (vocabulary.data.startswith(line) or b"\n" + line in vocabulary.data)


def known_idf_weights(vocabulary: Any, output_mode: str) -> Any:
    """Gives the idf weights that a vocabulary brings for a `tf_idf` layer, one a term.

    Returns:
        None for other layers, for what is no `Vocabulary`, and where its documents were not counted.
    """
    if output_mode not in ("tf_idf", "tf-idf") or not isinstance(vocabulary, Vocabulary):
        return None
    statistics = vocabulary.statistics
    if statistics is None or statistics.document_counts is None or statistics.documents is None:
        return None
    return vocabulary.idf_weights


def with_known_idf_weights(constructor: Any, args: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Adds the idf weights that a vocabulary brings to the arguments of a Keras layer, where none are given.

    Keras asks for them before it hands the vocabulary on.
    """
    given = inspect.signature(constructor).bind_partial(*args, **kwargs).arguments
    if given.get("idf_weights") is not None:
        return kwargs
    known = known_idf_weights(given.get("vocabulary"), given.get("output_mode", "int"))
    return kwargs if known is None else {**kwargs, "idf_weights": known}


def check_idf_weights(layer: Any, idf_weights: Any) -> None:
    """Refuses weights without `tf_idf`, and `tf_idf` without weights, in Keras's own words.

    Raises:
        ValueError: so it is.
    """
    if layer.output_mode == "tf_idf" and idf_weights is None:
        raise ValueError(
            "`idf_weights` must be set if output_mode is 'tf_idf', and the vocabulary's documents were not counted."
        )
    if layer.output_mode != "tf_idf" and idf_weights is not None:
        raise ValueError(
            "`idf_weights` should only be set if output_mode is `'tf_idf'`. Received: "
            f"output_mode={layer.output_mode} and idf_weights={idf_weights}"
        )


def padded_idf_weights(layer: Any, size: int, idf_weights: Any) -> np.ndarray[Any, Any]:
    """Lays the idf weights out over the ids of a `tf_idf` layer, as Keras does.

    Args:
        layer: a lookup layer.
        size: the number of terms.
        idf_weights: a weight a term; or one for each special token and then one a term; or one an id, padding
            up to `max_tokens` included.

    Returns:
        One float for each id. Special tokens without a weight get the average of all.

    Raises:
        ValueError: any other number of weights, or more than one dimension.
    """
    weights = np.asarray(idf_weights.numpy() if tf.is_tensor(idf_weights) else idf_weights)
    special = layer._token_start_index()
    length = layer.max_tokens if layer.pad_to_max_tokens else special + size
    if weights.ndim != 1:
        raise ValueError(f"TF-IDF data must be a 1-index array. Received: type(idf_weights)={type(idf_weights)}")
    if len(weights) not in (size, special + size, length):
        raise ValueError(
            "`idf_weights` must be the same length as vocabulary. "
            f"len(idf_weights) is {len(weights)}; len(vocabulary) is {size}"
        )
    front = special if len(weights) == size else 0
    padded = np.pad(weights, (front, 0), constant_values=np.average(weights) if front else 0)
    return np.pad(padded, (0, length - len(padded)))
