"""`new_counter`: the counter that does what a job asks for."""

from lexport.corpus.accumulation.counter import Counter
from lexport.corpus.accumulation.table_counter import TableCounter
from lexport.corpus.accumulation.term_counter import TermCounter
from lexport.corpus.count_job import CountJob

__all__ = ["new_counter"]


def new_counter(job: CountJob) -> Counter:
    """Gives an empty counter.

    Example:
        >>> from lexport.corpus.rows import Rows
        >>> from lexport.corpus.text_terms import TextTerms
        >>> counter = new_counter(CountJob("x", None, TextTerms(split="whitespace")))
        >>> counter.count(Rows(1, text=b"a b a"))
        >>> counter.tables()[0].to_pydict()
        {'term': [b'a', b'b'], 'count': [2, 1]}
    """
    return TermCounter(job) if job.plain else TableCounter(job)
