"""`selected_vocabulary`: from the chosen terms to a `Vocabulary` with its statistics."""

from typing import Any

from lexport.corpus.one_array import one_array
from lexport.corpus.selection.select_terms import DISTINCT, ROWS, TOKENS
from lexport.errors import Problem, VocabularyError
from lexport.vocabulary import Statistics, Vocabulary

__all__ = ["selected_vocabulary"]


def selected_vocabulary(name: str, chosen: Any) -> Vocabulary:
    """Makes the vocabulary of the terms that `select_terms` chose.

    Args:
        name: letters, digits, `_`, `-` and `.`.
        chosen: the table that `select_terms` gave.

    Raises:
        VocabularyError: no term is left, or one cannot stand in a vocabulary file (it holds a line end or a NUL); all
            such terms are named.

    Example:
        >>> import pyarrow as pa
        >>> from lexport.corpus.counted import Counted
        >>> from lexport.corpus.selection import Selection, select_terms
        >>> table = pa.table({"term": pa.array(["of", "the"], pa.large_string()), "count": [61, 90]})
        >>> words = selected_vocabulary("words", select_terms(Counted([table], rows=50), Selection(), "string"))
        >>> words.terms, words.counts, words.statistics.tokens
        (('the', 'of'), (90, 61), 151)
    """
    facts = chosen.schema.metadata
    if not len(chosen):
        problem = _nothing_left(int(facts[DISTINCT]), int(facts[ROWS]))
        raise VocabularyError(f"vocabulary {name!r} cannot be built", [problem])
    known = {
        column: one_array(chosen[column]).to_numpy()
        for column in ("count", "documents", "weight", "score")
        if column in chosen.column_names
    }
    statistics = Statistics(
        counts=known["count"],
        document_counts=known.get("documents"),
        weights=known.get("weight"),
        scores=known.get("score"),
        documents=int(facts[ROWS]) if "documents" in known else None,
        tokens=int(facts[TOKENS]),
    )
    return Vocabulary.from_arrow(name, one_array(chosen["term"]), statistics=statistics)


def _nothing_left(distinct: int, rows: int) -> Problem:
    if distinct:
        message = f"none of the {distinct:,} terms that were counted in {rows:,} rows is left"
        return Problem("", message, "Look at the limits, such as min_count")
    return Problem("", f"there is no term in the {rows:,} rows", "Look at the column and the terms")
