"""What `store_frequency=True` put before each term: taken off, and kept as statistics."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from lexport.errors import Problem, VocabularyError
from lexport.transform.table_readings import TableReading
from lexport.vocabulary import Statistics

__all__ = ["MeasuredTerms", "Numbers", "split_numbers"]

Numbers = Literal["none", "counts", "weights", "scores"]
"""What stands before each term; weights are those of `weights=`, scores the mutual information of `labels=`."""

PREFIX = "vocab_frequency_"  # of the files that tensorflow_transform named by itself
# `inf` and `nan` are what comes of such a weight; they are numbers, and refused as such.
MEASURED = re.compile(rb"(-?(?:[0-9]{1,19}(?:\.[0-9]{1,400})?(?:e[+-]?[0-9]{1,3})?|inf|nan)) (.*)", re.DOTALL)
RESERVED = b"-1"  # what stands before a reserved token, whatever is stored
# compute_and_apply_vocabulary (1.21) puts it for each space, in the vocabulary as in what it looks up, where its table
# would split the line at spaces.
SPACE = b"__SPACE__"
MILLION = 1_000_000
LARGEST = 2**63 / MILLION


@dataclass(frozen=True)
class MeasuredTerms:
    """The terms of a file, and what was stored for them."""

    terms: list[bytes]
    statistics: Statistics | None = None


def split_numbers(
    lines: list[bytes], *, file: str, where: str, numbers: Numbers | None, reading: TableReading
) -> MeasuredTerms:
    """Separates terms from what stands before them.

    Args:
        lines: of the file.
        file: its name.
        where: its path, for errors.
        numbers: what the user says; None where the file and the graph have to tell it.
        reading: what the tables of the graph say.

    Raises:
        VocabularyError: the lines are not what they are said to be, or nothing says what they are.
        ValueError: `numbers` is none of the values.
    """
    if numbers not in (None, *get_args(Numbers)):
        raise ValueError(f"numbers must be one of {', '.join(get_args(Numbers))}; received {numbers!r}")
    if numbers is None:
        numbers = _told_by_the_output(lines, file, where, reading)
    _check_columns(where, numbers, reading)
    if numbers == "none":
        return MeasuredTerms(lines)
    matches = [MEASURED.fullmatch(line) for line in lines]
    problems = list(_problems(lines, matches, numbers, reading))
    if problems:
        raise VocabularyError(f"{where} is not a vocabulary with {numbers} before its terms", problems)
    found = [match.groups() for match in matches if match]
    values = [_value(number, numbers) for number, _ in found]
    terms = [term.replace(SPACE, b" ") if reading.second_column else term for _, term in found]
    return MeasuredTerms(terms, _statistics(numbers, values))


def _told_by_the_output(lines: list[bytes], file: str, where: str, reading: TableReading) -> Numbers:
    """Says what is stored where that is certain: a guess that is wrong makes every term another one."""
    certain = reading.second_column or file.startswith(PREFIX)
    if not lines or (reading.whole_lines and not reading.second_column):
        return "none"
    if not certain and not all(map(MEASURED.fullmatch, lines)):
        return "none"
    if not certain:
        raise VocabularyError(
            f"{where}: each line begins with a number and a space, and nothing in the output says whether that is a "
            'part of the term. Give numbers="none" where it is; where tensorflow_transform stored it '
            '(store_frequency=True), give numbers="counts", "weights" or "scores"'
        )
    stored = {line.partition(b" ")[0] for line in lines}
    # What nobody has seen has no count; mutual information may be 0 throughout.
    if not any(b"." in number for number in stored) and not stored <= {b"0", RESERVED}:
        return "counts"
    raise VocabularyError(
        f"{where}: the numbers before the terms have decimals or are all 0, and nothing in the output says what they "
        'are. Give numbers="weights" where weights= was given to tensorflow_transform, "scores" where labels= was, and '
        '"counts" for an approximate vocabulary'
    )


def _check_columns(where: str, numbers: Numbers, reading: TableReading) -> None:
    """Refuses what would give a term another id than the table of the graph does."""
    if numbers == "none" and reading.second_column:
        raise VocabularyError(
            f"{where}: a table of the graph takes the second word of each line for the term, so the first is a number. "
            'Give numbers="counts", "weights" or "scores", or leave it out'
        )
    if numbers != "none" and reading.whole_lines:
        raise VocabularyError(
            f"{where}: a table of the graph takes each whole line for a term, the number included, so that no term was "
            'ever found in training without it. Give numbers="none", or leave it out'
        )


def _problems(
    lines: list[bytes], matches: Sequence[re.Match[bytes] | None], numbers: Numbers, reading: TableReading
) -> Iterator[Problem]:
    for index, (line, match) in enumerate(zip(lines, matches, strict=True)):
        where, shown = f"line {index + 1}", line.decode(errors="backslashreplace")
        if match is None:
            yield Problem(where, f"must be a number, a space and a term; received {shown!r}")
        elif numbers == "counts" and not _is_count(match[1]):
            remedy = 'Give numbers="weights" or "scores"'
            yield Problem(where, f"a count must be a whole number; received {match[1].decode()}", remedy)
        elif not abs(float(match[1])) < LARGEST:
            yield Problem(where, f"the number must be below {LARGEST:.0f}; received {match[1].decode()}")
        elif reading.second_column and b" " in match[2]:
            yield Problem(where, *_split_term(match[2]))


def _is_count(number: bytes) -> bool:
    return number == RESERVED or (float(number).is_integer() and not number.startswith(b"-"))


def _split_term(term: bytes) -> tuple[str, str]:
    looked_up, whole = (text.decode(errors="backslashreplace") for text in (term.split(b" ")[0], term))
    message = f"the term {whole!r} is {looked_up!r} to the table of the graph, which splits the line at every space"
    return message, "Write the vocabulary without store_frequency, or with file_format='tfrecord_gzip', and train again"


def _value(number: bytes, numbers: Numbers) -> int:
    if number == RESERVED:
        return 0
    # The counts of an approximate vocabulary are written as 2.0.
    return int(float(number)) if numbers == "counts" else round(float(number) * MILLION)


def _statistics(numbers: Numbers, values: list[int]) -> Statistics:
    return Statistics(
        counts=values if numbers == "counts" else None,
        weights=values if numbers == "weights" else None,
        scores=values if numbers == "scores" else None,
    )
