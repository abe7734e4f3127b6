"""What to ask of a vocabulary: the values at which preprocessing goes wrong."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lexport.verify.input_spec import InputSpec

__all__ = ["EDGE_TEXTS", "ProbeVocabulary"]

SAMPLED_TERMS = 32
OUT_OF_VOCABULARY = ("zqxjk", "Zqxjk", "zqxjk zqxjkv", "żółw7")
INT64 = (-(2**63), 2**63 - 1)
FIRST_IDS = 16
LAST_IDS = 4  # after as many as there are terms: ids for a mask and what is out of the vocabulary come before them
FAR_IDS = tuple(2**power for power in range(5, 11))  # of layers with many of those

# Not from any vocabulary: empty, blank, scripts, line ends that only some readers know, NUL, invalid UTF-8.
EDGE_TEXTS = (
    *(b"", b" ", b"a", b"A", b"  a  ", b"a\tb\nc\r", b"a, b; c."),
    *(text.encode() for text in ("é É ß", "漢字 かな", "🙂", "a\u2028b", "a\x85b", "a\u00a0b", "\ufeffa")),
    *(b"a\x00b", b"\xff\xfe", b"word " * 300),
)
# The first term of each kind is asked: of others a layer that standardizes or splits its text may find none.
KINDS: tuple[Callable[[str], bool], ...] = (
    lambda text: not text.isascii(),
    lambda text: text.isascii() and text.isalnum() and text == text.lower(),
    lambda text: len(text.split()) > 1,
    lambda text: text != text.lower(),
)


@dataclass(frozen=True)
class ProbeVocabulary:
    """What probes are made from: a vocabulary as plain data.

    Attributes:
        name: what reports call it.
        dtype: `"string"` or `"int64"`.
        terms: the terms in order; strings or integers.
        special_tokens: mask and out-of-vocabulary tokens of the layers that use it.

    Example:
        >>> words = ProbeVocabulary("words", "string", ("the", "of"), ("", "[UNK]"))
        >>> words.values(np.random.default_rng(0))[:4]
        [b'the', b'of', b'', b'[UNK]']
    """

    name: str
    dtype: str
    terms: Sequence[str | int]
    special_tokens: Sequence[str | int] = field(default=())

    def fits(self, spec: InputSpec) -> bool:
        """Whether an input could be looked up in this vocabulary, by its dtype."""
        return spec.dtype == "string" if self.dtype == "string" else spec.is_integer

    def values_for(self, spec: InputSpec, random: np.random.Generator) -> list[bytes] | list[int]:
        """Gives the values to probe an input with, as its dtype holds them; none where it can hold none.

        Integers are asked of strings and floats, too, which a model may convert.

        Example:
            >>> years = ProbeVocabulary("years", "int64", (1999, 2005))
            >>> years.values_for(InputSpec("string", (None,)), np.random.default_rng(0))[:2]
            [b'1999', b'2005']
        """
        values = self.values(random)
        if spec.dtype == "string":
            return [value if isinstance(value, bytes) else str(value).encode() for value in values]
        return [value for value in values if not isinstance(value, bytes) and spec.represents(value)]

    @property
    def ids(self) -> list[int]:
        """The ids to probe with where a model may look up what ids stand for: the first, and those around the last.

        Example:
            >>> ProbeVocabulary("words", "string", ("the", "of")).ids[:5]
            [-1, 0, 1, 2, 3]
        """
        around = range(max(len(self.terms) - 1, 0), len(self.terms) + LAST_IDS)
        return sorted({-1, *range(FIRST_IDS), *around, *FAR_IDS})

    def values(self, random: np.random.Generator) -> list[bytes] | list[int]:
        """Gives the values to probe with, without repetition; the same generator gives the same values."""
        before, after = self._always
        chosen = [*before, *self.sample(random, SAMPLED_TERMS)]
        if self.dtype == "string":
            return list(dict.fromkeys(str(value).encode() for value in [*chosen, *after]))
        numbers = [int(value) for value in [*chosen, *after]]
        return list(dict.fromkeys(number for number in numbers if INT64[0] <= number <= INT64[1]))

    @cached_property
    def _always(self) -> tuple[list[str | int], list[str | int]]:
        """The values before and after the sample; all terms are read for them, and there may be many inputs to ask."""
        unknown: Iterator[str | int] = self._unknown_texts() if self.dtype == "string" else self._unknown_numbers()
        variants = self._variants() if self.dtype == "string" else ()
        return self._extremes(), [*self.special_tokens, *unknown, *variants]

    def sample(self, random: np.random.Generator, count: int) -> list[str | int]:
        """Gives terms at random: all of them, in order, where there are no more than `count`."""
        if len(self.terms) <= count:
            return list(self.terms)
        return [self.terms[i] for i in np.sort(random.choice(len(self.terms), count, replace=False))]

    def _extremes(self) -> list[str | int]:
        if not self.terms:
            return []
        ends = [self.terms[0], self.terms[-1]]
        if self.dtype != "string":
            return [*ends, min(map(int, self.terms)), max(map(int, self.terms))]
        texts = [str(term) for term in self.terms]
        first = [next((text for text in texts if is_kind(text)), None) for is_kind in KINDS]
        return [*ends, max(texts, key=len), *(text for text in first if text is not None)]

    def _variants(self) -> Iterator[str]:
        """The first term as users type it, and several terms as one text."""
        if not self.terms:
            return
        first, last = str(self.terms[0]), str(self.terms[-1])
        yield from (f" {first} ", first.upper(), f"{first},{last}", f"{first} {last} {first}", f"{first}\t{last}")

    def _unknown_texts(self) -> Iterator[str]:
        for text in OUT_OF_VOCABULARY:
            while text in self.terms:
                text += "q"
            yield text

    def _unknown_numbers(self) -> Iterator[int]:
        terms = [int(term) for term in self.terms] or [0]
        known = set(terms)
        for number in (min(terms) - 1, max(terms) + 1, max(terms) + 1000, 0, -1, *INT64):
            if number not in known:
                yield number
