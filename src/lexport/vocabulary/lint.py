"""Everything that a vocabulary file can get wrong, found before TensorFlow reads it.

TensorFlow accepts most of these files without a word and maps terms to other ids than in training. Each rule
names the line, the term and the remedy; all problems of a file are found in one go.
"""

import codecs
import re
from collections.abc import Collection, Iterator, Sequence
from typing import cast

from lexport.errors import Problem
from lexport.vocabulary.file_format import Dtype, Term
from lexport.vocabulary.lint_rule import ALLOWABLE, DEFAULT_SPECIAL_TOKENS, LintRule
from lexport.vocabulary.sound_lines import WORTHWHILE, is_sound

__all__ = ["DEFAULT_SPECIAL_TOKENS", "LintRule", "lint", "lint_terms"]

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1

_INTEGER = re.compile(r"-?[1-9][0-9]{0,18}|0")
_MARK = "\ufeff"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def lint(
    data: bytes,
    *,
    dtype: Dtype = "string",
    special_tokens: Sequence[str] | None = None,
    allow: Collection[LintRule | str] = (),
) -> list[Problem]:
    r"""Finds every problem in the bytes of a vocabulary file.

    Args:
        data: the whole file.
        dtype: `"string"`, or `"int64"` where each line is an integer.
        special_tokens: mask and out-of-vocabulary tokens. They belong to the layer: a file that starts with
            one was dumped from `layer.get_vocabulary()` and would shift every id. By default those of the Keras
            layers, `[UNK]` for strings and -1 for integers.
        allow: the codes to let pass; `blank-term` and `special-token` can be.

    Returns:
        The problems, ordered by rule and then by line.

    Example:
        >>> [str(problem) for problem in lint(b"the\nof\nthe\n")]
        ["line 3: duplicate-term: 'the' stands on line 1 already. Remove one of the two lines"]
    """
    allowed = _checked_allow(allow)
    if not data:
        return [_problem("", LintRule.EMPTY_VOCABULARY, "the file has no term", "Write one term a line")]
    special = DEFAULT_SPECIAL_TOKENS[dtype] if special_tokens is None else special_tokens
    if len(data) >= WORTHWHILE and is_sound(
        data if data.endswith(b"\n") else data + b"\n",
        dtype=dtype,
        special_tokens=() if LintRule.SPECIAL_TOKEN in allowed else special,
        blank_terms=LintRule.BLANK_TERM in allowed,
    ):
        return []
    undecodable = _lint_encoding(data)
    if undecodable:
        return undecodable
    text = data.decode()
    problems = list(_lint_characters(text))
    lines = text.removeprefix(_MARK).replace("\r", "").removesuffix("\n").split("\n")
    problems += lint_terms(lines, dtype=dtype, special_tokens=special_tokens, allow=allowed)
    return problems


def lint_terms(
    terms: Sequence[Term],
    *,
    dtype: Dtype = "string",
    special_tokens: Sequence[Term] | None = None,
    allow: Collection[LintRule | str] = (),
) -> list[Problem]:
    """Finds every problem in a sequence of terms; line numbers count from 1.

    Takes the arguments of `lint`. The common case, a vocabulary without a problem, costs one join and one set.
    """
    if not terms:
        return [_problem("", LintRule.EMPTY_VOCABULARY, "there is no term", "Give at least one")]
    special = DEFAULT_SPECIAL_TOKENS[dtype] if special_tokens is None else special_tokens
    if LintRule.SPECIAL_TOKEN in allow:
        special = ()
    if type(terms[0]) is int:
        return [*_lint_range(terms), *_lint_special(terms, special), *_lint_duplicates(terms)]
    strings = cast("Sequence[str]", terms) if isinstance(terms[0], str) else list(map(str, terms))
    problems = [*_lint_inside(strings)]
    if LintRule.BLANK_TERM not in allow and any(map(str.isspace, strings)):
        problems += _lint_blank(strings)
    problems += _lint_special(strings, special)
    problems += _lint_duplicates(strings)
    if dtype == "int64":
        problems += _lint_integers(strings)
    return problems


def _checked_allow(allow: Collection[LintRule | str]) -> set[LintRule]:
    unknown = sorted(set(allow) - ALLOWABLE)
    if unknown:
        raise ValueError(f"allow must be among {sorted(ALLOWABLE)}; received {unknown}")
    return {LintRule(rule) for rule in allow}


def _problem(where: str, rule: LintRule, message: str, remedy: str) -> Problem:
    return Problem(where, f"{rule}: {message}", remedy)


def _line(index: int) -> str:
    return f"line {index + 1}"


def _lint_encoding(data: bytes) -> list[Problem]:
    utf16 = data.startswith(_UTF16_MARKS) or data[1:2] == b"\0" or (data[:1] == b"\0" and len(data) > 1)
    if utf16:
        remedy = "Convert it: iconv -f UTF-16 -t UTF-8"
        return [_problem("line 1", LintRule.NOT_UTF8, "the file looks like UTF-16", remedy)]
    try:
        data.decode()
    except UnicodeDecodeError:
        return list(_lint_undecodable_lines(data))
    return []


def _lint_undecodable_lines(data: bytes) -> Iterator[Problem]:
    for index, line in enumerate(data.split(b"\n")):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            message = f"{line!r} is not UTF-8 at byte {error.start}"
            remedy = "Convert the file: iconv -f LATIN1 -t UTF-8, or whatever it was written in"
            yield _problem(_line(index), LintRule.NOT_UTF8, message, remedy)


def _lint_characters(text: str) -> Iterator[Problem]:
    if text.startswith(_MARK):
        message = "the file starts with a byte order mark, which would become part of the first term"
        yield _problem("line 1", LintRule.BYTE_ORDER_MARK, message, "Remove it: sed -i '1s/^\\xEF\\xBB\\xBF//'")
    if "\r" in text:
        lines = [index for index, line in enumerate(text.split("\n")) if "\r" in line]
        message = (
            f"{text.count(chr(13))} carriage returns, of which this line {text.split(chr(10))[lines[0]]!r} has "
            "the first; TensorFlow deletes every one"
        )
        yield _problem(_line(lines[0]), LintRule.CARRIAGE_RETURN, message, "Remove them: sed -i 's/\\r$//'")


def _lint_inside(terms: Sequence[str]) -> Iterator[Problem]:
    joined = "\n".join(terms)
    suspicious = (
        joined.count("\n") != len(terms) - 1
        or "\r" in joined
        or "\0" in joined
        or "\n\n" in joined
        or joined.startswith(("\n", _MARK))
        or joined.endswith("\n")
        or not joined
        or not _encodable(joined)
    )
    if not suspicious:
        return
    if joined.startswith(_MARK):
        message = f"{terms[0]!r} begins with a byte order mark, and so would the file"
        remedy = "Remove it; data that begins with one is read with the encoding utf-8-sig"
        yield _problem(_line(0), LintRule.BYTE_ORDER_MARK, message, remedy)
    for index, term in enumerate(terms):
        yield from _lint_one(_line(index), term)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _lint_one(where: str, term: str) -> Iterator[Problem]:
    remedy = "A vocabulary file cannot hold such a term: remove it, or replace it in the data"
    if not term:
        remedy = "Remove it (one line end too many makes one as well). A layer takes '' as its mask_token"
        yield _problem(where, LintRule.EMPTY_TERM, "the term is empty", remedy)
    if "\n" in term:
        yield _problem(where, LintRule.LINE_FEED, f"{term!r} holds a line feed", remedy)
    if "\r" in term:
        yield _problem(where, LintRule.CARRIAGE_RETURN, f"{term!r} holds a carriage return", remedy)
    if "\0" in term:
        yield _problem(where, LintRule.NUL, f"{term!r} holds a NUL", remedy)
    if not _encodable(term):
        yield _problem(where, LintRule.NOT_UTF8, f"{term!r} cannot be written as UTF-8", remedy)


def _lint_blank(terms: Sequence[str]) -> Iterator[Problem]:
    remedy = f"Remove it, or allow {LintRule.BLANK_TERM.value!r} where white space is a term on purpose"
    for index, term in enumerate(terms):
        if term.isspace():
            yield _problem(_line(index), LintRule.BLANK_TERM, f"{term!r} is white space only", remedy)


def _lint_special(terms: Sequence[Term], special_tokens: Sequence[Term]) -> Iterator[Problem]:
    special = {str(token) for token in special_tokens} - {""}
    remedy = (
        "Mask and out-of-vocabulary tokens belong to the layer: write "
        f"layer.get_vocabulary(include_special_tokens=False), or allow {LintRule.SPECIAL_TOKEN.value!r} where it is "
        "a term on purpose"
    )
    for index, term in enumerate(terms[: len(special) + 1]):
        if str(term) in special:
            message = f"{term!r} is a special token; as a term it would shift every id that follows"
            yield _problem(_line(index), LintRule.SPECIAL_TOKEN, message, remedy)


def _lint_duplicates(terms: Sequence[Term]) -> Iterator[Problem]:
    if len(set(terms)) == len(terms):
        return
    first: dict[Term, int] = {}
    for index, term in enumerate(terms):
        if first.setdefault(term, index) != index:
            message = f"{term!r} stands on line {first[term] + 1} already"
            yield _problem(_line(index), LintRule.DUPLICATE_TERM, message, "Remove one of the two lines")


def _lint_integers(terms: Sequence[str]) -> Iterator[Problem]:
    remedy = "Write a decimal int64 without leading zeros, spaces or a plus sign"
    for index, term in enumerate(terms):
        if not _INTEGER.fullmatch(term) or not INT64_MIN <= int(term) <= INT64_MAX:
            yield _problem(_line(index), LintRule.NOT_AN_INTEGER, f"{term!r} is not an int64", remedy)


def _lint_range(terms: Sequence[Term]) -> Iterator[Problem]:
    for index, term in enumerate(terms):
        if not INT64_MIN <= int(term) <= INT64_MAX:
            message = f"{term!r} is not an int64"
            yield _problem(_line(index), LintRule.NOT_AN_INTEGER, message, "Use int64 terms only")
