"""`Selection`: which terms become the vocabulary, and in which order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from lexport.corpus.selection.limits import Limits
from lexport.corpus.selection.term_groups import TermGroups
from lexport.errors import Problem, VocabularyError
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.file_format import Dtype, Term
from lexport.vocabulary.lint import LintRule, lint_terms

__all__ = ["Order", "Rank", "Selection"]

Rank = Literal["count", "weight", "mutual_information", "adjusted_mutual_information"]
Order = Literal["rank", "fingerprint"]


@dataclass(frozen=True)
class Selection(Limits):
    """Which of the counted terms become the vocabulary, and in which order.

    The terms of `keep` come first, then the `reserved` ones, then the others in descending order of their measure;
    those of equal measure in descending order of their UTF-8 bytes, or of their value. That is the order of Keras's
    `adapt()`.

    Attributes:
        max_terms: how many terms to take at most, those of `keep` and `reserved` included. Those that only `groups`
            takes come on top.
        min_count: how often a term must have been seen. This and the other least values do not concern `keep` and
            `reserved`.
        min_documents: how many rows must hold a term.
        min_weight: what the weights of a term must add up to.
        min_score: how much (adjusted) mutual information a term must have, in bits times rows.
        coverage: the share of all tokens to cover, above 0 and at most 1. All tokens are those that could be in a
            vocabulary: the empty term and the out-of-vocabulary token are left out of the sum, terms that another
            limit cuts are in it. Where a limit makes the share impossible, the limit holds.
        rank: the measure: `"count"`, `"weight"`, `"mutual_information"` or `"adjusted_mutual_information"`.
        order: `"rank"`, or `"fingerprint"`: the chosen terms in the order of the sha1 of their bytes, which spreads
            frequent terms over the shards of an embedding.
        reserved: terms that are always there, in this order, seen or not.
        groups: a lower limit for each group of terms, beside those for all of them, or None.
        keep: the vocabulary of yesterday, whose terms keep their ids, or None.
        min_difference: where a term and a label are seen together less than this more or less often than chance would
            have it, they add nothing to the mutual information; None takes what tensorflow_transform recommends for
            the number of rows, from 2 to 25.

    Raises:
        VocabularyError: a value is not one of those, or two of them contradict each other; all are named.

    Example:
        >>> Selection(max_terms=20_000, min_count=2, reserved=("[CLS]", "[SEP]")).rank
        'count'
    """

    rank: Rank = "count"
    order: Order = "rank"
    reserved: Sequence[Term] = ()
    groups: TermGroups | None = None
    keep: Vocabulary | None = None
    min_difference: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "reserved", tuple(self.reserved))
        problems = [*self.limit_problems(), *self._rank_problems(), *self._reserved_problems()]
        problems += list(self._room_problems()) if not problems else []
        if problems:
            raise VocabularyError("the selection of terms is not valid", problems)

    @property
    def informed(self) -> bool:
        """Whether terms are ranked by what they tell about labels."""
        return self.rank in ("mutual_information", "adjusted_mutual_information")

    @property
    def needs(self) -> frozenset[str]:
        """What must be counted besides the terms: some of `documents`, `weight` and `label`."""
        limits = [self, *([self.groups] if self.groups else [])]
        needed = {
            "documents": any(limit.min_documents > 0 for limit in limits),
            "weight": self.rank == "weight" or any(limit.min_weight is not None for limit in limits),
            "label": self.informed,
        }
        return frozenset(name for name, is_needed in needed.items() if is_needed)

    def _rank_problems(self) -> Iterator[Problem]:
        if self.rank not in get_args(Rank):
            yield Problem("rank", f"must be one of {', '.join(get_args(Rank))}; received {self.rank!r}")
        if self.order not in get_args(Order):
            yield Problem("order", f"must be one of {', '.join(get_args(Order))}; received {self.order!r}")
        limits = [("", self), *([("groups.", self.groups)] if self.groups else [])]
        for where, limit in limits:
            if limit.min_score is not None and not self.informed:
                yield Problem(f"{where}min_score", f"must be None where terms are ranked by {self.rank}")
        if self.min_difference is not None and not self.informed:
            yield Problem("min_difference", f"must be None where terms are ranked by {self.rank}")
        if self.min_difference is not None and not self.min_difference >= 0:
            yield Problem("min_difference", f"must be at least 0; received {self.min_difference!r}")

    def _reserved_problems(self) -> Iterator[Problem]:
        kinds = {type(term) for term in self.reserved}
        if kinds - {str} and kinds - {int}:
            yield Problem("reserved", f"must be all strings or all integers; received {list(self.reserved)!r}")
        twice = sorted({str(term) for term in self.reserved if self.reserved.count(term) > 1})
        if twice:
            yield Problem("reserved", f"must be distinct terms; received twice: {', '.join(twice)}")
        if self.reserved and len(kinds) == 1 and not twice:
            special = None if self.keep is None else ()  # `keep` comes first, and only the head of a file is special
            dtype: Dtype = "string" if kinds == {str} else "int64"
            found = lint_terms(self.reserved, dtype=dtype, special_tokens=special, allow={LintRule.BLANK_TERM})
            yield from (Problem("reserved", problem.message, "Leave it out") for problem in found)

    def _room_problems(self) -> Iterator[Problem]:
        if self.max_terms is None:
            return
        kept = len(self.keep) if self.keep else 0
        if kept > self.max_terms:
            message = f"must leave room for the {kept} terms of {self.keep!r}, which keep their ids"
            yield Problem("max_terms", f"{message}; received {self.max_terms}")
        elif kept + len(self.reserved) > self.max_terms:
            known = set(self.keep.terms) if self.keep else set()
            fixed = kept + sum(term not in known for term in self.reserved)
            if fixed > self.max_terms:
                message = f"must leave room for the {fixed} reserved and kept terms; received {self.max_terms}"
                yield Problem("max_terms", message)
