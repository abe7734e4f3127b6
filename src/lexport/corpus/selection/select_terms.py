"""`select_terms`: from what was counted to the terms of a vocabulary, in their order."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.counted import Counted
from lexport.corpus.one_array import one_array
from lexport.corpus.selection.candidates import Candidates
from lexport.corpus.selection.fixed_terms import FixedTerms
from lexport.corpus.selection.group_candidates import GroupCandidates
from lexport.corpus.selection.measures import Measures
from lexport.corpus.selection.selection import Selection
from lexport.corpus.selection.without import without
from lexport.errors import Problem, VocabularyError
from lexport.vocabulary.file_format import Dtype

__all__ = ["DISTINCT", "ROWS", "TOKENS", "select_terms"]

# Keys of the table's metadata.
TOKENS, DISTINCT, ROWS = b"lexport.tokens", b"lexport.distinct", b"lexport.rows"


def select_terms(counted: Counted, selection: Selection, dtype: Dtype) -> Any:
    """Chooses and orders counted terms.

    Never terms are the empty term, which no vocabulary file can hold, and the out-of-vocabulary token of the Keras
    layers (`[UNK]`, and -1 for integers), which `adapt()` leaves out too. The tables are read once; with `max_terms`
    not many more terms than that are in memory.

    Args:
        counted: what was counted.
        selection: what to choose.
        dtype: `"string"` or `"int64"`.

    Returns:
        An Arrow table in the order of the vocabulary: `term`; `count`, and `documents`, `weight` and `score` where
        they are known, int64, the last two in millionths. Its metadata holds how many tokens, distinct terms and
        rows were counted.

    Raises:
        VocabularyError: something that the selection needs was not counted, or its terms are of another type.

    Example:
        >>> terms = pa.array(["a", "b", "", "c"], pa.large_string())
        >>> counted = Counted([pa.table({"term": terms, "count": [1, 1, 9, 2]})], rows=4)
        >>> select_terms(counted, Selection(), "string")["term"].to_pylist()
        ['c', 'b', 'a']
    """
    measures = Measures(counted, selection)
    fixed = FixedTerms(selection, dtype)
    groups = GroupCandidates(selection.groups, measures.column) if selection.groups else None
    room = None if selection.max_terms is None else selection.max_terms - len(fixed)
    candidates = Candidates(measures.column, room)
    never = fixed.never(dtype)
    tokens = distinct = 0
    empty = None
    for table in _batches(counted.tables, len(fixed)):
        terms = without(measures.of(_checked(table, selection, dtype)), never)
        empty = terms.schema.empty_table()
        tokens += pc.sum(terms["count"]).as_py() or 0
        distinct += len(terms)
        if groups:
            groups.add(terms)
        candidates.add(selection.enough(fixed.take_from(terms)))
    empty = _empty(dtype, selection) if empty is None else empty
    chosen = _covering(candidates.ranked() if distinct else empty, selection.tokens_to_cover(tokens), fixed.tokens)
    if groups and distinct:
        chosen = _united([chosen, without(groups.chosen(), fixed.terms)], measures.column)
    if selection.order == "fingerprint":
        chosen = chosen.take(_by_fingerprint(chosen["term"]))
    if len(fixed):
        chosen = pa.concat_tables([fixed.table(chosen.column_names[1:]).cast(chosen.schema), chosen])
    facts = {TOKENS: tokens, DISTINCT: distinct, ROWS: counted.rows}
    return chosen.replace_schema_metadata({key: str(value) for key, value in facts.items()})


def _batches(tables: Iterable[Any], least_rows: int) -> Iterator[Any]:
    """Puts small tables together: looking up the fixed terms in each of many would cost more than counting."""
    waiting: list[Any] = []
    for table in tables:
        waiting.append(table)
        if sum(map(len, waiting)) >= least_rows:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def _checked(table: Any, selection: Selection, dtype: Dtype) -> Any:
    kind = pa.large_string() if dtype == "string" else pa.int64()
    if table.schema.field("term").type != kind:
        raise VocabularyError(f"the counted terms must be {kind}; received {table.schema.field('term').type}")
    missing = sorted(selection.needs - set(table.column_names))
    if missing:
        problems = [Problem(name, "was not counted, and the selection needs it") for name in missing]
        raise VocabularyError("the selection does not fit what was counted", problems)
    return table


def _empty(dtype: Dtype, selection: Selection) -> Any:
    kind = pa.large_string() if dtype == "string" else pa.int64()
    names = ["count", *sorted(selection.needs - {"label"}), *(["score"] if selection.informed else [])]
    return pa.schema([("term", kind), *((name, pa.int64()) for name in names)]).empty_table()


def _covering(ranked: Any, wanted: int | None, covered: int) -> Any:
    """Cuts after the first term with which the share is covered."""
    if wanted is None:
        return ranked
    sums = covered + np.cumsum(one_array(ranked["count"]).to_numpy())
    return ranked.slice(0, 0 if covered >= wanted else int(np.searchsorted(sums, wanted)) + 1)


def _united(tables: list[Any], measure: str) -> Any:
    """Puts tables together in the order of the terms, each term once."""
    together = Candidates(measure, None)
    for table in tables:
        together.add(table)
    ranked = together.ranked()
    terms = one_array(ranked["term"])
    again = pc.equal(terms.slice(1), terms.slice(0, max(len(terms) - 1, 0)))
    return ranked.filter(pa.array(np.concatenate([[True], ~again.to_numpy(zero_copy_only=False)])[: len(terms)]))


def _by_fingerprint(terms: Any) -> Any:
    texts = terms.cast(pa.large_string()).to_pylist()
    digests = pa.array([hashlib.sha1(text.encode(), usedforsecurity=False).digest() for text in texts], pa.binary())
    return pc.sort_indices(digests)
