"""`TermGroups`: how terms fall into groups, and what is taken of each."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.selection.limits import Limits
from lexport.errors import Problem, VocabularyError
from lexport.vocabulary.file_format import Term

__all__ = ["TermGroups"]

KeyFunction = Callable[[Sequence[Term]], Sequence[Any]]
TERMS_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class TermGroups(Limits):
    """How terms fall into groups, and what is taken of each, beside what is taken of all terms.

    The limits are those of `Selection`, within each group: the first `max_terms` of each group that reach the least
    values, and no more of them than `coverage` of the group's tokens needs. What that adds to the vocabulary comes
    on top of its `max_terms`. Terms without a group are left to the limits for all terms.

    Attributes:
        key: a regular expression with one capture group, in the syntax of RE2: what it captures in a term (in an
            integer's digits) is the term's group, and a term that it does not match has none. Or a function that
            takes a list of terms and gives a list of as many keys, None for no group.

    Raises:
        VocabularyError: the expression is not valid, or no limit is given.

    Example:
        >>> groups = TermGroups(max_terms=1, key=r"^([a-z]+):")
        >>> groups.keys(pa.array(["en:the", "de:der", "the"], pa.large_string())).to_pylist()
        ['en', 'de', None]
    """

    key: str | KeyFunction = ""

    def __post_init__(self) -> None:
        problems = list(self.limit_problems("groups."))
        if not problems and not self.cuts:
            problems.append(Problem("groups", "must have a limit, such as max_terms: without one they change nothing"))
        if isinstance(self.key, str):
            problems += _expression_problems(self.key)
        if problems:
            raise VocabularyError("the groups of terms are not valid", problems)

    def keys(self, terms: Any) -> Any:
        """Gives the group of each term.

        Args:
            terms: an Arrow array of `large_string` or `int64`.

        Returns:
            An Arrow array of `large_string`, null where a term has no group.

        Raises:
            VocabularyError: the function fails, or gives another number of keys.
        """
        if isinstance(self.key, str):
            return _captured(terms.cast(pa.large_string()), self.key)
        parts = [self._called(terms.slice(start, TERMS_AT_ONCE)) for start in range(0, len(terms), TERMS_AT_ONCE)]
        return pa.concat_arrays(parts) if parts else pa.array([], pa.large_string())

    def _called(self, terms: Any) -> Any:
        function: Any = self.key
        given = terms.to_pylist()
        try:
            keys = list(function(given))
        except Exception as error:  # whatever the user's function raises
            raise VocabularyError(f"the function of the groups failed: {type(error).__name__}: {error}") from error
        if len(keys) != len(given):
            raise VocabularyError(f"the function of the groups must give {len(given)} keys; received {len(keys)}")
        return pa.array([None if key is None else str(key) for key in keys], pa.large_string())


def _captured(terms: Any, expression: str) -> Any:
    # Arrow's extract_regex wants its groups named; a replacement takes the one group as it is. The shortest prefix
    # comes first, so that the match is the leftmost one.
    whole = f"(?s)^.*?(?:{expression}).*$"
    found = pc.match_substring_regex(terms, pattern=expression)
    keys = pc.replace_substring_regex(terms, pattern=whole, replacement=r"\1")
    return pc.if_else(found, keys, pa.scalar(None, pa.large_string()))


def _expression_problems(expression: str) -> list[Problem]:
    try:
        captured = re.compile(expression).groups
    except re.error as error:
        return [Problem("groups.key", f"must be a regular expression; received {expression!r}: {error}")]
    if captured != 1:
        message = f"must have one capture group, as in '^([a-z]+):'; received {expression!r}, which has {captured}"
        return [Problem("groups.key", message)]
    try:
        _captured(pa.array(["a"], pa.large_string()), expression)
    except pa.ArrowInvalid as error:
        return [Problem("groups.key", f"must be in the syntax of RE2; received {expression!r}: {error}")]
    return []
