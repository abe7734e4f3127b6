"""`TermsConfig`: how the values of a source become terms."""

import string
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from lexport.config.messages import refusal
from lexport.config.names import FunctionReference
from lexport.config.section import BrokenRule, Section

__all__ = ["ReplaceConfig", "TermsConfig"]

LONGEST_RUN = 100


def _widths(value: Any) -> Any:
    widths = value if isinstance(value, list) else [value]
    if not widths or not all(type(width) is int and 1 <= width <= LONGEST_RUN for width in widths):
        raise refusal(f"be a number from 1 to {LONGEST_RUN}, or a list of such numbers")
    if len(set(widths)) < len(widths):
        raise refusal("have each number once")
    return value


_NUMBER = {"type": "integer", "minimum": 1, "maximum": LONGEST_RUN}
Widths = Annotated[
    Any,
    AfterValidator(_widths),
    WithJsonSchema({"anyOf": [_NUMBER, {"type": "array", "items": _NUMBER, "minItems": 1, "uniqueItems": True}]}),
]


class ReplaceConfig(Section):
    """A regular expression, and what takes the place of its matches.

    Example:
        >>> ReplaceConfig(pattern="[0-9]+", by="#").by
        '#'
    """

    pattern: str = Field(min_length=1, description="A regular expression in the syntax of RE2.")
    by: str = Field(default="", description="What takes the place of each match; \\1 to \\9 are its groups.")


class TermsConfig(Section):
    """How the values of a source become terms: standardised first, then split, then put together to n-grams.

    Example:
        >>> TermsConfig(standardize="lower", split=", ").split
        ', '
    """

    standardize: Literal["lower", "strip_punctuation", "lower_and_strip_punctuation"] | None = Field(
        default=None, description="What is done to each value first, as by Keras; null leaves it as it is."
    )
    replace: ReplaceConfig | None = Field(
        default=None, description="A replacement instead, as by tf.strings.regex_replace."
    )
    function: FunctionReference | None = Field(
        default=None,
        description="'module:function' instead; it takes a list of strings and gives as many. Much slower.",
    )
    split: str | None = Field(
        default=None,
        min_length=1,
        description="whitespace, character, or a literal separator such as ', '; null takes the whole value.",
    )
    split_pattern: str | None = Field(
        default=None,
        min_length=1,
        description="A regular expression (RE2) at whose matches to split instead, as by tensorflow_text.regex_split.",
    )
    ngrams: Widths | None = Field(
        default=None,
        description="n for runs of 1 to n tokens, joined by a space, as by Keras; a list for runs of just these sizes.",
    )

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[BrokenRule]:
        """Requires one standardisation and one split at most, and a separator that standardisation leaves."""
        for keys in (("standardize", "replace", "function"), ("split", "split_pattern")):
            found = [key for key in keys if key in given]
            if len(found) > 1:
                yield (
                    (found[-1],),
                    refusal(f"stand alone, not beside {' and '.join(found[:-1])}", remedy="Leave one out"),
                )
        split = given.get("split")
        if "ngrams" in given and split is None and "split_pattern" not in given:
            yield ("ngrams",), refusal("stand beside split or split_pattern", remedy="Add split: whitespace")
        if not isinstance(split, str) or split in ("whitespace", "character"):
            return
        removed = _removed_by(given.get("standardize")) & set(split)
        if removed:
            required = f"be a separator that standardize leaves in the text; it removes {min(removed)!r}"
            yield ("split",), refusal(required, remedy="Standardise less, or split at something else")


def _removed_by(standardize: object) -> set[str]:
    lower = standardize in ("lower", "lower_and_strip_punctuation")
    strip = standardize in ("strip_punctuation", "lower_and_strip_punctuation")
    return set(string.ascii_uppercase if lower else "") | set(string.punctuation if strip else "")
