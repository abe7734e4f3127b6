"""`Vocabulary`: ordered terms with an identity."""

import hashlib
import os
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

from lexport.errors import VocabularyError
from lexport.vocabulary.checks import check_digest, check_name, expected_bytes, lint_types, summary
from lexport.vocabulary.counted_terms import CountedTerms, owned_statistics, read_statistics
from lexport.vocabulary.diff import VocabularyDiff, diff_bytes
from lexport.vocabulary.file_format import Dtype, Term, decode_terms, encode_terms, read_file
from lexport.vocabulary.lint import LintRule, lint, lint_terms
from lexport.vocabulary.statistics import Statistics
from lexport.vocabulary.store import ContentStore
from lexport.vocabulary.writing import write_vocabularies

__all__ = ["Vocabulary"]

STORE = "vocabularies"
Tokens = Sequence[Term] | None


class Vocabulary(CountedTerms):
    r"""Ordered, distinct terms; immutable, and identified by the sha256 of their canonical bytes.

    A vocabulary holds ordinary terms only: mask and out-of-vocabulary tokens belong to the layer that uses it.
    When it is made, a snapshot of its bytes is put into the content-addressed store; from then on the source
    may be edited or deleted. Make one with `from_terms`, `from_file`, `from_arrow` or `from_bytes`.

    Attributes:
        name: what the asset file is called, without `.txt`.
        dtype: `"string"` or `"int64"`.
        digest: sha256 of the canonical bytes, in hexadecimal.
        path: the snapshot in the store.
        statistics: what was counted for the terms, or None.

    Example:
        >>> words = Vocabulary.from_terms("words", ["the", "of"], counts=[90, 61])
        >>> len(words), words.terms, words.digest[:8]
        (2, ('the', 'of'), '7816c170')
    """

    name: str
    dtype: Dtype
    digest: str
    path: Path

    def __init__(
        self, name: str, data: bytes, *, dtype: Dtype = "string", statistics: Statistics | None = None
    ) -> None:
        """Takes canonical bytes that have passed the lint; use one of the `from_` methods instead."""
        self.name = name
        self.dtype = dtype
        self.data = data
        self.digest = hashlib.sha256(data).hexdigest()
        self._size = data.count(b"\n")
        self.statistics = owned_statistics(statistics, name, self.digest, self._size)
        self._store = ContentStore(STORE)
        self.path = self.ensure_stored()

    @classmethod
    def from_terms(
        cls,
        name: str,
        terms: Sequence[Term],
        *,
        dtype: Dtype | None = None,
        counts: Sequence[int] | None = None,
        document_counts: Sequence[int] | None = None,
        documents: int | None = None,
        special_tokens: Tokens = None,
    ) -> "Vocabulary":
        """Makes a vocabulary from terms in memory.

        Args:
            name: letters, digits, `_`, `-` and `.`; the asset file is called `<name>.txt`.
            terms: distinct strings, or distinct integers.
            dtype: `"string"` or `"int64"`; by default what the terms are.
            counts: how often each term was seen.
            document_counts: in how many documents each term was seen.
            documents: how many documents there were.
            special_tokens: what must not stand at the head; by default what Keras puts there, `[UNK]` and -1.

        Raises:
            VocabularyError: a term cannot be represented in a file (empty, with a line end or a NUL, not
                UTF-8), stands there twice, or is a special token at the head; all such terms are named.
        """
        check_name(name)
        terms = list(terms)
        dtype = dtype or ("int64" if terms and isinstance(terms[0], int) else "string")
        problems = lint_types(terms, dtype) or lint_terms(
            terms, dtype=dtype, special_tokens=special_tokens, allow={LintRule.BLANK_TERM}
        )
        if problems:
            raise VocabularyError(summary(f"vocabulary {name!r}", problems), problems)
        statistics = Statistics(counts, document_counts, documents=documents)
        return cls(name, encode_terms(terms), dtype=dtype, statistics=statistics)

    @classmethod
    def from_arrow(
        cls, name: str, terms: Any, *, statistics: Statistics | None = None, special_tokens: Tokens = None
    ) -> "Vocabulary":
        """Makes a vocabulary of millions, without a Python object for each term; checked as by `from_terms`.

        Args:
            name: as for `from_terms`.
            terms: an Arrow array of distinct `large_string` or `int64`, without nulls.
            statistics: what was counted for them.
            special_tokens: as for `from_terms`.
        """
        from lexport.vocabulary.arrow_terms import arrow_bytes, dtype_of

        check_name(name)
        dtype = dtype_of(name, terms)
        return cls(name, arrow_bytes(name, terms, special_tokens), dtype=dtype, statistics=statistics)

    @classmethod
    def from_file(
        cls,
        name: str,
        path: str | os.PathLike[str],
        *,
        dtype: Dtype = "string",
        digest: str | None = None,
        statistics: str | os.PathLike[str] | None = None,
        special_tokens: Sequence[str] | None = None,
        allow: Collection[LintRule | str] = (),
    ) -> "Vocabulary":
        """Reads a vocabulary file, one term a line, and refuses what TensorFlow would read differently.

        Args:
            name: letters, digits, `_`, `-` and `.`.
            path: the file. It is read once; later edits change nothing.
            dtype: `"string"`, or `"int64"` where each line is an integer.
            digest: the expected sha256 of the file; reordered, substituted, truncated or appended lines are
                found by it and by nothing else.
            statistics: the file of its statistics, as `write` wrote it.
            special_tokens: as for `from_terms`.
            allow: lint rules to let pass, `"blank-term"` or `"special-token"`.

        Raises:
            VocabularyError: a file is missing, is not the expected one, or has problems; all are named.
        """
        check_name(name)
        where = os.fspath(path)
        data = read_file(name, path)
        read = cls._checked(name, data, where, dtype, digest, special_tokens=special_tokens, allow=allow)
        if statistics is not None:
            read.statistics = read_statistics(statistics, read, where)
        return read

    @classmethod
    def from_bytes(
        cls,
        name: str,
        data: bytes,
        *,
        dtype: Dtype = "string",
        digest: str | None = None,
        source: str | None = None,
        special_tokens: Sequence[Term] = (),
        allow: Collection[LintRule | str] = (LintRule.BLANK_TERM,),
    ) -> "Vocabulary":
        """Makes a vocabulary from the bytes of a file, such as those that travel in a `.keras` archive.

        Takes the arguments of `from_file`, and `source`, which errors name.

        Raises:
            VocabularyError: the bytes are not those of `digest`, or have problems.
        """
        check_name(name)
        where = source or f"vocabulary {name!r}"
        return cls._checked(name, data, where, dtype, digest, special_tokens=special_tokens, allow=allow)

    @classmethod
    def from_store(cls, name: str, digest: str, *, dtype: Dtype = "string") -> "Vocabulary | None":
        """Finds a vocabulary in the store by its digest; None where the store does not have it."""
        check_name(name)
        check_digest(digest)
        data = ContentStore(STORE).get(f"{name}.txt", digest)
        return None if data is None else cls(name, data, dtype=dtype)

    @classmethod
    def _checked(cls, name: str, data: bytes, where: str, dtype: Dtype, digest: str | None, **rules: Any) -> Self:
        canonical = expected_bytes(name, data, where, digest)
        problems = lint(data, dtype=dtype, **rules)
        if problems:
            raise VocabularyError(summary(where, problems), problems)
        return cls(name, canonical, dtype=dtype)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The terms, in order: strings, or integers where `dtype` is `"int64"`."""
        return decode_terms(self.data, self.dtype)

    def renamed(self, name: str) -> "Vocabulary":
        """Gives the same vocabulary under another name."""
        check_name(name)
        if name == self.name:
            return self
        return Vocabulary(name, self.data, dtype=self.dtype, statistics=self.statistics)

    def ensure_stored(self) -> Path:
        """Puts the snapshot back where it was deleted or damaged, and gives its path.

        Raises:
            VocabularyError: the store cannot be written.
        """
        return self._store.put(f"{self.name}.txt", self.digest, self.data)

    def write(self, path: str | os.PathLike[str], *, statistics: str | os.PathLike[str] | None = None) -> Path:
        """Writes the canonical bytes to a file of the user's; an existing file is replaced whole or not at all.

        Args:
            path: the vocabulary file.
            statistics: that of the statistics. Whatever happens meanwhile, each file is the old one, the new
                one or none; the statistics hold the digest of their vocabulary, so none are taken for others.

        Raises:
            VocabularyError: a file cannot be written, or there are no statistics.
        """
        return write_vocabularies([(self, Path(path), None if statistics is None else Path(statistics))])[0]

    def diff(self, other: "Vocabulary") -> VocabularyDiff:
        """Compares this vocabulary (old) with another (new), by term."""
        return diff_bytes(self.data, self.dtype, other.data, other.dtype)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vocabulary):
            return NotImplemented
        return (self.digest, self.dtype) == (other.digest, other.dtype)

    def __hash__(self) -> int:
        return hash((self.digest, self.dtype))

    def __repr__(self) -> str:
        return f"Vocabulary({self.name!r}, {len(self)} terms, {self.dtype}, sha256 {self.digest[:12]})"

    def __reduce__(self) -> tuple[Any, ...]:
        rebuild = partial(Vocabulary, dtype=self.dtype, statistics=self.statistics)
        return (rebuild, (self.name, self.data))
