"""Large vocabularies: a look at all bytes at once must find what a look at every term finds."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lexport.errors import VocabularyError
from lexport.vocabulary import Vocabulary, lint
from lexport.vocabulary.lint_rule import DEFAULT_SPECIAL_TOKENS
from lexport.vocabulary.sound_lines import WORTHWHILE, is_sound

CHARACTERS = "ab[]0 \t\x1c\n\r\0\ufeff\x85\xa0\u1680\u2003\u2028\u205f\u3000\u3042é\U00010000"
TEXT = st.text(st.sampled_from(CHARACTERS) | st.characters(exclude_categories=["Cs"]), max_size=4)
LINES = st.lists(TEXT | st.just("[UNK]"), max_size=8).map(lambda terms: "\n".join(terms).encode())
DAMAGED = st.lists(st.sampled_from([b"a", b"b\n", b"\xff", b"\xc3", b"\xa9", b"\xe2\x80", b"\x83", b" ", b"\n"])).map(
    b"".join
)
INTEGERS = st.lists(
    st.integers(-3, 12) | st.integers(-(2**63) - 1, 2**63) | st.sampled_from(["", "-0", "+7", "007", " 7", "x", "1e3"])
).map(lambda terms: "".join(f"{term}\n" for term in terms).encode())


@given(
    data=LINES | DAMAGED | INTEGERS,
    dtype=st.sampled_from(["string", "int64"]),
    special=st.sampled_from([None, (), ("a", ""), ("[UNK]", "b"), ("0", "-1")]),
    allow=st.sets(st.sampled_from(["blank-term", "special-token"])),
)
@example(data=b"", dtype="string", special=None, allow=set())
@example(data=b"\n", dtype="int64", special=None, allow=set())
@example(data=b"\xef\xbb\xbfthe\n", dtype="string", special=(), allow={"blank-term"})
def test_the_fast_look_says_yes_exactly_where_the_slow_one_finds_nothing(
    data: bytes, dtype: Any, special: Any, allow: set[str]
) -> None:
    """Whatever the bytes, the dtype and the rules are: what it passes is sound, and it passes all that is."""
    found = lint(data, dtype=dtype, special_tokens=special, allow=allow)
    tokens = DEFAULT_SPECIAL_TOKENS[dtype] if special is None else special
    sound = is_sound(
        data if data.endswith(b"\n") else data + b"\n",
        dtype=dtype,
        special_tokens=() if "special-token" in allow else tokens,
        blank_terms="blank-term" in allow,
    )
    assert sound == (not found)


LARGE = [f"term {number}" for number in range(120_000)]


@pytest.mark.parametrize(
    ("line", "term", "problem"),
    [
        (100_001, "term 17", "duplicate-term: 'term 17' stands on line 18 already"),
        (119_999, "", "empty-term: the term is empty"),
        (70_000, "\u2003", r"blank-term: '\u2003' is white space only"),
        (1, "[UNK]", "special-token: '[UNK]' is a special token"),
        (50_000, "a\0b", r"nul: 'a\x00b' holds a NUL"),
    ],
)
def test_a_problem_in_a_large_file_is_named_with_its_line(tmp_path: Path, line: int, term: str, problem: str) -> None:
    """As in a small one."""
    path = tmp_path / "words.txt"
    path.write_text("\n".join([*LARGE[: line - 1], term, *LARGE[line:]]) + "\n", encoding="utf-8")
    with pytest.raises(VocabularyError) as caught:
        Vocabulary.from_file("words", path)
    [found] = caught.value.problems
    assert (found.where, found.message[: len(problem)]) == (f"line {line}", problem)


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_large_file_without_a_problem_is_read(tmp_path: Path, end: str) -> None:
    """With the last line ended or not; of several parts."""
    path = tmp_path / "words.txt"
    path.write_text("\n".join(LARGE) + end)
    assert path.stat().st_size > WORTHWHILE
    assert Vocabulary.from_file("words", path).terms == tuple(LARGE)


def test_a_large_file_of_integers_is_checked_line_by_line(tmp_path: Path) -> None:
    """Another spelling of an integer is found, and so is one that stands there twice."""
    path = tmp_path / "ids.txt"
    numbers = [str(10**9 + number) for number in range(120_000)]
    path.write_text("\n".join(numbers))
    assert len(Vocabulary.from_file("ids", path, dtype="int64")) == 120_000
    path.write_text("\n".join([*numbers[:-2], "+5", numbers[0]]))
    with pytest.raises(VocabularyError) as caught:
        Vocabulary.from_file("ids", path, dtype="int64")
    found = {problem.where: problem.message.split(":")[0] for problem in caught.value.problems}
    assert found == {"line 119999": "not-an-integer", "line 120000": "duplicate-term"}


def test_a_large_file_with_one_very_long_line_is_read(tmp_path: Path) -> None:
    """Looking at it eight bytes at a time would take for ever."""
    path = tmp_path / "words.txt"
    path.write_text("x" * 3_000_000 + "\ny\n")
    assert [len(str(term)) for term in Vocabulary.from_file("words", path)] == [3_000_000, 1]
