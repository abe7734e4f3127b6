"""`TextTerms`: from values to terms."""

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.ngrams import ngrams_of
from lexport.corpus.splitting import Pattern, split_texts
from lexport.corpus.standardization import STANDARDIZATIONS, Replacement, removed_characters, standardized
from lexport.errors import Problem, VocabularyError

__all__ = ["TextTerms"]


@dataclass(frozen=True)
class TextTerms:
    """What `standardize`, `split` and `ngrams` of Keras's `TextVectorization` do, in this order.

    Attributes:
        standardize: `"lower"`, `"strip_punctuation"`, `"lower_and_strip_punctuation"` or None: lower-casing and
            punctuation are those of ASCII, as in Keras, so `É` stays as it is. Or a `Replacement`. Or a function from
            a list of strings to a list of as many strings: it takes a Python string for every value, which is much
            slower; it must be importable where other processes count.
        split: None: the whole value is a term, as for `StringLookup`; `"whitespace"`: at runs of the bytes 9 to
            13 and 32; `"character"`: each code point is a term; any other string: at each occurrence of it; a
            `Pattern`: at each match of a regular expression.
        ngrams: None; a number `n`: runs of 1 to `n` tokens, joined by a space; several numbers: runs of those.

    Empty terms vanish: no vocabulary file can hold one.

    Raises:
        VocabularyError: a value is not one of those, or `standardize` removes what `split` looks for.

    Example:
        >>> terms = TextTerms(standardize="lower", split="whitespace", ngrams=2)
        >>> terms.lists(pa.array(["The cat", ""], pa.large_string())).to_pylist()
        [['the', 'cat', 'the cat'], []]
    """

    standardize: str | Replacement | Callable[[Sequence[str]], Sequence[str]] | None = None
    split: str | Pattern | None = None
    ngrams: int | tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        problems = [*self._standardize_problems(), *self._split_problems(), *self._ngrams_problems()]
        if problems:
            raise VocabularyError("the terms of a source are not valid", problems)

    @property
    def widths(self) -> tuple[int, ...]:
        """The numbers of tokens that make a term; empty where tokens are the terms."""
        if self.ngrams is None:
            return ()
        return tuple(range(1, self.ngrams + 1)) if isinstance(self.ngrams, int) else tuple(self.ngrams)

    @property
    def standardizes_distinct(self) -> bool:
        """Whether the distinct tokens may be standardised in place of the whole text, which is far cheaper.

        Keras's standardisations work character by character and never make or remove white space, so they
        commute with splitting there, at characters or not at all. A separator could be made by them, and a run of
        tokens is joined from those that are left.
        """
        commutes = self.split in (None, "whitespace", "character")
        return commutes and self.standardize in (None, *STANDARDIZATIONS) and not self.widths

    @property
    def takes_integers(self) -> bool:
        """Whether `lists` is to be asked about integers as well; they are terms as they stand."""
        return False

    def lists(self, values: Any) -> Any:
        """Gives the terms of each value.

        Where `standardizes_distinct`, `standardized` is still to be applied to the distinct ones.

        Args:
            values: an Arrow array of strings without nulls.

        Returns:
            An Arrow array of lists of strings, one for each value.
        """
        texts = values if self.standardizes_distinct else standardized(values, self.standardize)
        lists = split_texts(texts, self.split)
        return ngrams_of(lists, self.widths) if self.widths else lists

    def standardized(self, tokens: Any) -> Any:
        """Standardises an Arrow array of distinct tokens, where `lists` has left that to be done."""
        return standardized(tokens, self.standardize) if self.standardizes_distinct else tokens

    def _standardize_problems(self) -> Iterator[Problem]:
        given = self.standardize
        if isinstance(given, Replacement):
            yield from _pattern_problems("standardize", given.pattern, given.replacement)
        elif given not in (None, *STANDARDIZATIONS) and not callable(given):
            accepted = ", ".join(STANDARDIZATIONS)
            message = f"must be one of {accepted}, a Replacement, a function or None; received {given!r}"
            yield Problem("standardize", message)

    def _split_problems(self) -> Iterator[Problem]:
        given = self.split
        if isinstance(given, Pattern):
            yield from _pattern_problems("split", given.pattern, matches_something=True)
        elif given is not None and (not isinstance(given, str) or not given):
            message = f"must be whitespace, character, a separator, a Pattern or None; received {given!r}"
            yield Problem("split", message)
        elif given not in (None, "whitespace", "character"):
            meant = difflib.get_close_matches(given, ("whitespace", "character"), n=1, cutoff=0.75)
            if meant:
                message = f"{given!r} would be a separator, looked for letter by letter"
                yield Problem("split", message, f"Did you mean {meant[0]}? A Pattern takes any separator")
            removed = removed_characters(self.standardize) & set(given)
            if removed:
                message = f"{self.standardize} leaves no {min(removed)!r}, so {given!r} would never be found"
                yield Problem("split", message, "Standardise less, or split at something else")

    def _ngrams_problems(self) -> Iterator[Problem]:
        given = self.ngrams
        widths = (given,) if isinstance(given, int) else given
        if widths is None:
            return
        valid = isinstance(widths, tuple) and widths and all(type(width) is int and width > 0 for width in widths)
        if not valid or len(set(widths)) < len(widths):
            yield Problem("ngrams", f"must be a number of at least 1, or distinct ones in a tuple; received {given!r}")
        elif self.split is None:
            yield Problem("ngrams", "a value that is not split has no runs of tokens", 'Give split="whitespace"')


def _pattern_problems(
    where: str, pattern: str, replacement: str = "", *, matches_something: bool = False
) -> Iterator[Problem]:
    empty = pa.array([""], pa.large_string())
    try:
        pc.replace_substring_regex(empty, pattern=pattern, replacement=replacement)
        found = pc.match_substring_regex(empty, pattern=pattern)[0].as_py()
    except (pa.ArrowInvalid, TypeError) as error:
        yield Problem(where, f"must be a regular expression of RE2; received {pattern!r}: {error}")
        return
    if found and matches_something:
        message = f"the pattern must match at least one character; {pattern!r} matches none"
        yield Problem(where, message, "Write + in place of *")
