"""`TermLimits` and `GroupsConfig`: which counted terms are enough, of all of them and of each group."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field

from lexport.config.messages import refusal
from lexport.config.names import FunctionReference
from lexport.config.section import BrokenRule, Section, exactly_one, one_of_schema

__all__ = ["LIMITS", "GroupsConfig", "TermLimits"]

LIMITS = ("max_terms", "min_count", "min_documents", "min_weight", "min_score", "coverage")
LARGEST = 1e12  # weights and scores are kept in millionths, as int64


def _one_group(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise refusal("be a regular expression", remedy=f"It is not: {error}") from error
    if groups != 1:
        raise refusal("be a regular expression with one capture group, such as '^([a-z]+):'")
    return pattern


class TermLimits(Section):
    """Which counted terms are enough, and how many of them to take.

    Example:
        >>> TermLimits(max_terms=100, coverage=0.99).min_count
        1
    """

    max_terms: int | None = Field(
        default=None, ge=1, description="How many terms to take at most, the first ones; left out, all."
    )
    min_count: int = Field(default=1, ge=1, description="How often a term must occur.")
    min_documents: int = Field(default=0, ge=0, description="How many rows must hold a term.")
    min_weight: float | None = Field(
        default=None, ge=-LARGEST, le=LARGEST, description="What the weights of a term must add up to."
    )
    min_score: float | None = Field(
        default=None,
        ge=-LARGEST,
        le=LARGEST,
        description="How much mutual information with the label a term must have, in bits times rows.",
    )
    coverage: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="The share of all tokens to cover: no more terms are taken, in their order, than it needs.",
    )


class GroupsConfig(TermLimits):
    """How terms fall into groups, and what is taken of each group besides what is taken of all terms.

    Example:
        >>> GroupsConfig(pattern="^([a-z]+):", max_terms=10).function is None
        True
    """

    model_config = ConfigDict(json_schema_extra=one_of_schema("pattern", "function"))

    pattern: Annotated[str, AfterValidator(_one_group)] | None = Field(
        default=None, description="A regular expression (RE2); what its one capture group takes is a term's group."
    )
    function: FunctionReference | None = Field(
        default=None,
        description="'module:function'; it is called with a list of terms and returns a list of their groups.",
    )

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[BrokenRule]:
        """Requires one way to a term's group, and a limit."""
        yield from exactly_one(given, "pattern", "function")
        if not any(key in given for key in LIMITS):
            yield (), refusal(f"have a limit, one of {', '.join(LIMITS)}", received="none of them")
