"""What travels to the workers of a cluster, as bytes."""

import pickle
from collections.abc import Iterator, Sequence
from typing import Any

from lexport.corpus.engines.scan import Scan
from lexport.errors import Problem, VocabularyError

__all__ = ["from_bytes", "scans_from_bytes", "scans_to_bytes", "to_bytes"]


def to_bytes(value: Any) -> bytes:
    """Pickles what is made of classes of lexport's alone."""
    return pickle.dumps(value)


def from_bytes(data: bytes) -> Any:
    """Takes back what `to_bytes` gave, in a worker that the same program has started."""
    return pickle.loads(data)  # noqa: S301 - it comes from the process that started this one


def scans_to_bytes(scans: Sequence[Scan]) -> bytes:
    """Pickles what is counted; the files and what was counted before stay here.

    Raises:
        VocabularyError: a function that standardises cannot be imported by other processes.

    Example:
        >>> from lexport.corpus.count_job import CountJob
        >>> from lexport.corpus.text_terms import TextTerms
        >>> scans_to_bytes([Scan((), (CountJob("words", None, TextTerms(lambda texts: texts)),))])
        Traceback (most recent call last):
        lexport.errors.VocabularyError: other processes cannot count this
          words: standardize must be a function of a module; received '<lambda>'. Move it into one that workers import
    """
    problems = [
        problem for scan in scans for job in scan.jobs for problem in _problems(job.name, job.terms.standardize)
    ]
    if problems:
        raise VocabularyError("other processes cannot count this", problems)
    return to_bytes(tuple(Scan((), scan.jobs) for scan in scans))


def scans_from_bytes(data: bytes) -> tuple[Scan, ...]:
    """Takes back what is counted.

    Raises:
        VocabularyError: this process cannot import a function that standardises.
    """
    try:
        scans: tuple[Scan, ...] = from_bytes(data)
    except (ImportError, AttributeError) as error:
        problem = Problem("", f"a worker cannot load a function that standardises: {error}", "Install its module there")
        raise VocabularyError("other processes cannot count this", [problem]) from error
    return scans


def _problems(name: str, standardize: Any) -> Iterator[Problem]:
    if not callable(standardize):
        return
    remedy = "Move it into one that workers import"
    shown = getattr(standardize, "__qualname__", repr(standardize))
    module = getattr(standardize, "__module__", None) or type(standardize).__module__
    try:
        to_bytes(standardize)
    except Exception:
        module = "__main__"
    if module == "__main__":
        yield Problem(name, f"standardize must be a function of a module; received {shown!r}", remedy)
