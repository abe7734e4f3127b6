"""A vocabulary as a file, sound or not."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lexport.cli.vocab_files import VocabularyFile


@given(st.lists(st.binary(max_size=4).filter(lambda term: b"\n" not in term), max_size=20), st.booleans())
def test_first_and_last_lines_are_those_of_the_file(terms: list[bytes], ended: bool) -> None:
    """For every file: with or without a last line end, with empty lines, not UTF-8."""
    data = b"\n".join(terms) + (b"\n" if ended and terms else b"")
    expected = data.removesuffix(b"\n").split(b"\n") if data else []
    shown = VocabularyFile("words", Path("words.txt"), None, data)

    assert shown.lines == len(expected)
    for count in range(22):
        numbered = list(enumerate((term.decode(errors="backslashreplace") for term in expected), start=1))
        assert shown.first(count) == numbered[:count]
        assert shown.last(count) == numbered[max(len(numbered) - count, 0) :]
