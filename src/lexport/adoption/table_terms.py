"""The vocabulary that a lookup of Keras's own has in memory."""

from pathlib import PurePath
from typing import Any

import numpy as np

from lexport.adoption.stock_lookups import StockLookup
from lexport.errors import VocabularyError
from lexport.layers.terms import asset_name, check_special_tokens, terms_of
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.file_format import Dtype

__all__ = ["vocabulary_of"]


def vocabulary_of(stock: StockLookup) -> Vocabulary:
    """Reads the terms out of the table, in the order of their ids.

    The table gave the answers of the training. What it was filled from may be gone or edited by now, and is not
    asked.

    Args:
        stock: a lookup that has a vocabulary.

    Returns:
        The vocabulary; named after its file where it came from one, and otherwise after the layer.

    Raises:
        VocabularyError: a file cannot hold the terms, or the layer could not be loaded again with them; all
            problems are named.
    """
    lookup = stock.lookup
    dtype: Dtype = "string" if lookup.vocabulary_dtype == "string" else "int64"
    terms = terms_of(_ordered(stock), dtype, stock.layer.name)
    name = asset_name(PurePath(stock.file).stem if stock.file else stock.layer.name)
    # A special token at the head of a file is a term like any other here: it was one in training.
    vocabulary = Vocabulary.from_terms(name, terms, dtype=dtype, special_tokens=())
    check_special_tokens(lookup, vocabulary, dtype)
    return vocabulary


def _ordered(stock: StockLookup) -> Any:
    keys, values = (side.numpy() for side in stock.lookup.lookup_table.export())
    terms, ids = (values, keys) if stock.lookup.invert else (keys, values)
    order = np.argsort(ids)
    first = stock.lookup._token_start_index()
    wrong = np.flatnonzero(ids[order] != np.arange(first, first + len(ids)))
    if len(wrong):
        raise VocabularyError(
            f"its ids are not consecutive: required {first + wrong[0]}; received {ids[order][wrong[0]]}. "
            "A line of a vocabulary file has no other id than its number"
        )
    return terms[order]
