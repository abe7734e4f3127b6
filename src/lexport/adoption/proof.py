"""The proof that an adopted layer answers as it did before."""

from typing import Any

import numpy as np
import tensorflow as tf

from lexport.adoption.stock_lookups import StockLookup
from lexport.errors import Problem
from lexport.verify.probe_values import EDGE_TEXTS, ProbeVocabulary
from lexport.vocabulary import Vocabulary

__all__ = ["answers_of", "difference", "table_difference"]

SEED = 20_260_101
CHUNK = 1 << 16


def answers_of(stock: StockLookup, vocabulary: Vocabulary) -> list[tuple[str, Any]]:
    """Asks a layer what goes wrong most easily: terms, what is no term, special tokens, empty and foreign text.

    Returns:
        The answers, as what can be compared; an error counts as an answer.
    """
    return [(str(batch), _answer(stock.layer, batch)) for batch in _batches(stock, vocabulary)]


def difference(stock: StockLookup, before: list[tuple[str, Any]], after: list[tuple[str, Any]]) -> Problem | None:
    """Finds the first answer that changed."""
    for (question, old), (_, new) in zip(before, after, strict=True):
        if old != new:
            return Problem(
                stock.where,
                f"would answer otherwise: required {str(old)[:200]}; received {str(new)[:200]}, asked {question}",
            )
    return None


def table_difference(stock: StockLookup, vocabulary: Vocabulary) -> Problem | None:
    """Fills a second table from the vocabulary's file, as a server will, and compares every entry."""
    lookup = stock.lookup
    filled = _filled_from_file(lookup, vocabulary)
    keys, values = lookup.lookup_table.export()
    if int(filled.size()) != len(keys):
        return Problem(stock.where, f"its file fills {int(filled.size())} entries; its table has {len(keys)}")
    for start in range(0, len(keys), CHUNK):
        asked, required = keys[start : start + CHUNK], values[start : start + CHUNK].numpy()
        received = filled.lookup(asked).numpy()
        for wrong in np.flatnonzero(np.asarray(received != required, dtype=bool))[:1]:
            key = asked.numpy()[wrong]
            message = f"its file maps {key!r} to {received[wrong]!r}; its table to {required[wrong]!r}"
            return Problem(stock.where, message)
    return None


def _filled_from_file(lookup: Any, vocabulary: Vocabulary) -> Any:
    line, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    with tf.init_scope():
        initializer = tf.lookup.TextFileInitializer(
            str(vocabulary.ensure_stored()),
            key_dtype=lookup._key_dtype,
            key_index=number if lookup.invert else line,
            value_dtype=lookup._value_dtype,
            value_index=line if lookup.invert else number,
            value_index_offset=lookup._token_start_index(),
        )
        # Anonymous, so that it is read anew whatever this process has read before, and goes when it is dropped.
        return tf.lookup.StaticHashTable(initializer, lookup._default_value, experimental_is_anonymous=True)


def _batches(stock: StockLookup, vocabulary: Vocabulary) -> list[Any]:
    lookup = stock.lookup
    special = [token for token in (lookup.mask_token, lookup.oov_token) if token is not None]
    probes = ProbeVocabulary(vocabulary.name, vocabulary.dtype, vocabulary.terms, special)
    random = np.random.default_rng(SEED)
    if lookup.invert:
        last = lookup._token_start_index() + len(vocabulary)
        ids = list(range(min(last, 64)))
        return [tf.constant(asked, tf.int64) for asked in (ids, [*probes.ids, last - 1, last])]
    known = probes.sample(random, 64)
    unknown: list[Any] = list(probes.values(random))
    if vocabulary.dtype == "string":
        unknown += EDGE_TEXTS
    # A layer without ids for what it does not know refuses the second batch; the first it answers.
    return [tf.constant(values, vocabulary.dtype) for values in (known, unknown)]


def _answer(layer: Any, batch: Any) -> Any:
    try:
        # Not by __call__, which would mark a layer as built that the user has not built yet.
        answer = layer.call(batch)
    except Exception as error:
        return type(error).__name__
    return [_comparable(np.asarray(part)) for part in tf.nest.flatten(answer, expand_composites=True)]


def _comparable(values: Any) -> tuple[str, list[int], Any]:
    array = np.asarray(values)
    content = array.tolist() if array.dtype == object else array.tobytes()
    return str(array.dtype), list(array.shape), content
