"""`LintRule`: what a vocabulary file is looked at for."""

from collections.abc import Mapping
from enum import StrEnum

from lexport.vocabulary.file_format import Dtype

__all__ = ["ALLOWABLE", "DEFAULT_SPECIAL_TOKENS", "LintRule"]

# What `get_vocabulary()` of the Keras lookup layers puts first.
DEFAULT_SPECIAL_TOKENS: Mapping[Dtype, tuple[str, ...]] = {"string": ("[UNK]",), "int64": ("-1",)}


class LintRule(StrEnum):
    """The rules, by the code that `allow` takes; only those in `ALLOWABLE` can be allowed."""

    EMPTY_VOCABULARY = "empty-vocabulary"
    BYTE_ORDER_MARK = "byte-order-mark"
    NOT_UTF8 = "not-utf8"
    CARRIAGE_RETURN = "carriage-return"
    LINE_FEED = "line-feed"
    NUL = "nul"
    EMPTY_TERM = "empty-term"
    BLANK_TERM = "blank-term"
    DUPLICATE_TERM = "duplicate-term"
    SPECIAL_TOKEN = "special-token"  # noqa: S105 - a lint rule, not a password
    NOT_AN_INTEGER = "not-an-integer"


ALLOWABLE = frozenset({LintRule.BLANK_TERM, LintRule.SPECIAL_TOKEN})
