"""`CountedTerms`: what a vocabulary knows about its terms besides their order."""

import os
from dataclasses import replace
from functools import cached_property
from typing import Any

from lexport.errors import VocabularyError
from lexport.vocabulary.statistics import Statistics

__all__ = ["CountedTerms", "owned_statistics", "read_statistics"]


class CountedTerms:
    """The numbers of a vocabulary: counts, document counts, idf weights.

    Attributes:
        name: of the vocabulary.
        statistics: what was counted for the terms, or None.
    """

    name: str
    statistics: Statistics | None

    @cached_property
    def counts(self) -> tuple[int, ...] | None:
        """How often each term was seen, or None."""
        counts = self.statistics.counts if self.statistics else None
        return None if counts is None else tuple(counts)

    @cached_property
    def document_counts(self) -> tuple[int, ...] | None:
        """In how many documents each term was seen, or None."""
        counts = self.statistics.document_counts if self.statistics else None
        return None if counts is None else tuple(counts)

    @property
    def idf_weights(self) -> Any:
        """The inverse document frequencies, as the `adapt()` of Keras's layers computes them.

        A NumPy array of float64, one a term: `log(1 + documents / (1 + document_count))`. Keras rounds them to its
        `floatx` afterwards. Layers with `output_mode="tf_idf"` take them where they are given no others.

        Raises:
            VocabularyError: the documents were not counted.
        """
        known = self.statistics
        if known is None or known.document_counts is None or known.documents is None:
            raise VocabularyError(
                f"vocabulary {self.name!r} has no idf weights: required the documents that hold each term, and how "
                "many there are. Count documents when it is built, or give idf_weights"
            )
        import numpy as np

        return np.log(1 + known.documents / (1 + np.asarray(known.document_counts)))


def owned_statistics(statistics: Statistics | None, name: str, digest: str, size: int) -> Statistics | None:
    """Gives the statistics that a vocabulary takes, with its digest; None where nothing was counted.

    Raises:
        VocabularyError: they are those of another vocabulary, or have not one number for each term.
    """
    if statistics is None or statistics == Statistics():
        return None
    if statistics.vocabulary not in ("", digest):
        raise VocabularyError(
            f"vocabulary {name!r} cannot take the statistics of another one: required those of sha256 {digest}; "
            f"received those of {statistics.vocabulary}"
        )
    problems = list(statistics.misfits(name, size))
    if problems:
        raise VocabularyError("; ".join(map(str, problems)))
    return replace(statistics, vocabulary=digest)


def read_statistics(path: str | os.PathLike[str], vocabulary: Any, file: str) -> Statistics:
    """Reads the statistics of a vocabulary that was read from a file.

    Raises:
        VocabularyError: they cannot be read, are damaged, or are those of another vocabulary; both are named.
    """
    statistics = Statistics.read(path)
    digest = vocabulary.digest
    if statistics.vocabulary != digest:
        raise VocabularyError(
            f"{os.fspath(path)} holds the statistics of another vocabulary: required those of {file}, sha256 "
            f"{digest}; received those of sha256 {statistics.vocabulary}. Use the two files that were written together"
        )
    problems = list(statistics.misfits(vocabulary.name, len(vocabulary)))
    if problems:
        raise VocabularyError(f"{os.fspath(path)} is damaged", problems)
    return statistics
