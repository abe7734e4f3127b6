"""What is done to text before it is split: Keras's standardisations, a replacement, or a function of the user's."""

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lexport.errors import VocabularyError

__all__ = ["STANDARDIZATIONS", "Replacement", "byte_translation", "removed_characters", "standardized"]

STANDARDIZATIONS = ("lower", "strip_punctuation", "lower_and_strip_punctuation")

_LOWER = bytes(range(65)) + bytes(range(97, 123)) + bytes(range(91, 256))
_PUNCTUATION = r"[!-/:-@\[-`{-~]"  # string.punctuation


@dataclass(frozen=True)
class Replacement:
    r"""Replaces every match of a regular expression, as `tf.strings.regex_replace` does; both use RE2.

    Attributes:
        pattern: a regular expression in the syntax of RE2.
        replacement: what takes the place of a match; `\1` to `\9` are its groups.

    Example:
        >>> standardized(pa.array(["a1b22"]), Replacement("[0-9]+", "#")).to_pylist()
        ['a#b#']
    """

    pattern: str
    replacement: str = ""


Standardize = str | Replacement | Callable[[Sequence[str]], Sequence[str]] | None


def standardized(texts: Any, standardize: Standardize) -> Any:
    """Standardises an Arrow array of strings, element by element.

    Args:
        texts: `string`, `large_string`, or binary of either kind for what is not UTF-8.
        standardize: as `TextTerms` takes it.

    Raises:
        VocabularyError: a function of the user's does not give one string for each that it got.
    """
    if standardize is None:
        return texts
    if isinstance(standardize, Replacement):
        return pc.replace_substring_regex(texts, pattern=standardize.pattern, replacement=standardize.replacement)
    if not isinstance(standardize, str):
        return _by_function(texts, standardize)
    if standardize != "strip_punctuation":
        texts = _lower(texts)
    if standardize != "lower":
        texts = pc.replace_substring_regex(texts, pattern=_PUNCTUATION, replacement="")
    return texts


def byte_translation(standardize: Standardize) -> tuple[bytes | None, bytes] | None:
    """Gives the table and the deleted bytes with which `bytes.translate` standardises; None where it cannot.

    Example:
        >>> b"The Cat!".translate(*byte_translation("lower_and_strip_punctuation"))
        b'the cat'
    """
    if standardize is None:
        return None, b""
    if standardize not in STANDARDIZATIONS:
        return None
    lower = _LOWER if "lower" in str(standardize) else None
    return lower, string.punctuation.encode() if "strip" in str(standardize) else b""


def removed_characters(standardize: Standardize) -> set[str]:
    """Gives the characters that a standardisation of Keras leaves nowhere in a text."""
    table = byte_translation(standardize)
    if table is None:
        return set()
    upper = set(string.ascii_uppercase) if table[0] else set()
    return upper | set(table[1].decode())


def _lower(texts: Any) -> Any:
    if not pa.types.is_large_binary(texts.type) and not pa.types.is_binary(texts.type):
        return pc.ascii_lower(texts)
    # Arrow lower-cases no binary; the bytes of a string of one byte each are as good, and never looked at.
    kind = pa.large_string() if pa.types.is_large_binary(texts.type) else pa.string()
    return pc.ascii_lower(texts.view(kind)).view(texts.type)


def _by_function(texts: Any, function: Callable[[Sequence[str]], Sequence[str]]) -> Any:
    given = texts.to_pylist()
    received = list(function(given))
    wrong = [value for value in received if not isinstance(value, str)]
    if wrong or len(received) != len(given):
        what = f"{len(received)} values, such as {wrong[0]!r}" if wrong else f"{len(received)} values"
        raise VocabularyError(
            f"{getattr(function, '__name__', function)!s} must give one string for each of the {len(given)} that it "
            f"got; received {what}"
        )
    return pa.array(received, texts.type)
