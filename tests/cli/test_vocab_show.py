import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from lexport.cli.app import app
from lexport.cli.vocab_files import VocabularyFile


def show(*arguments: str | Path) -> Result:
    """Runs the command in this process."""
    return CliRunner().invoke(app, ["vocab", "show", *map(str, arguments)])


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """A file of twenty terms."""
    path = tmp_path / "words.txt"
    path.write_text("".join(f"term {number}\n" for number in range(1, 21)))
    return path


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


def test_a_file_is_shown_with_its_digest_and_its_first_terms(words: Path) -> None:
    """The digest is the one that a config's `sha256` takes."""
    lines = show(words, "--head", "2").stdout.splitlines()

    assert lines == [
        "words  20 terms, 151 B",
        f"  sha256  {hashlib.sha256(words.read_bytes()).hexdigest()}",
        f"  file    {words}",
        "  terms, by line",
        "     1  term 1",
        "     2  term 2",
        "        ... 18 more terms",
    ]


def test_the_end_of_a_file_is_shown_on_request(words: Path) -> None:
    """What lies between is counted; nothing is shown twice where both ends meet."""
    assert show(words, "--head", "1", "--tail", "2").stdout.splitlines()[-4:] == [
        "     1  term 1",
        "        ... 17 more terms",
        "    19  term 19",
        "    20  term 20",
    ]
    assert show(words, "--head", "15", "--tail", "10").stdout.count("term ") == 20
    assert "more" not in show(words, "--head", "15", "--tail", "10").stdout


def test_json_is_one_document(words: Path) -> None:
    """Terms with their line, and nothing on stderr."""
    result = show(words, "--head", "1", "--tail", "1", "--json")
    shown = json.loads(result.stdout)["vocabularies"][0]

    assert result.stderr == ""
    assert (shown["name"], shown["terms"], shown["size"]) == ("words", 20, 151)
    assert shown["head"] == [{"line": 1, "term": "term 1"}]
    assert shown["tail"] == [{"line": 20, "term": "term 20"}]


@pytest.mark.parametrize(
    ("data", "term"),
    [
        (b"[UNK]\n", "[UNK]"),
        (b"[bold]x[/bold]\n", "[bold]x[/bold]"),
        (b"\x1b[2J\n", r"\x1b[2J"),
        ("a\u2028b\n".encode(), r"a\u2028b"),
        (b"\xff\xfe\n", r"\xff\xfe"),
        (b"\xef\xbb\xbfthe\n", r"\ufeffthe"),
        (b"the\r\n", r"the\r"),
    ],
)
def test_a_term_is_shown_as_it_is_and_safely(
    tmp_path: Path, terminal: Callable[..., tuple[int, str]], data: bytes, term: str
) -> None:
    """In a pipe and on a terminal: markup is text, and what cannot be seen is escaped."""
    path = tmp_path / "words.txt"
    path.write_bytes(data)

    assert show(path).stdout.splitlines()[-1].endswith(f"  {term}")
    assert terminal("vocab", "show", path)[1].splitlines()[-1].endswith(f"  {term}")


def test_an_empty_file_has_no_terms(tmp_path: Path) -> None:
    """It is shown; whether it will do is the lint's to say."""
    path = tmp_path / "words.txt"
    path.write_bytes(b"")

    assert show(path).stdout.startswith("words  0 terms, 0 B\n")


def test_what_cannot_be_shown_is_named(tmp_path: Path, words: Path) -> None:
    """A missing file, a directory that lexport did not write, a name where there is nothing to choose."""
    assert (
        f"VocabularyError: cannot read {tmp_path / 'absent.txt'}: No such file" in show(tmp_path / "absent.txt").stderr
    )
    assert "is no export of lexport" in show(tmp_path).stderr
    assert "--name chooses among the vocabularies of a directory" in show(words, "--name", "words").stderr
    assert show(tmp_path).exit_code == 1


@pytest.mark.slow
def test_the_vocabularies_of_a_published_directory_are_shown(published: Any) -> None:
    """By name; a name that is not there is an error that tells the others."""
    result = show(published.path, "--name", "words", "--json")
    shown = json.loads(result.stdout)["vocabularies"]

    assert [one["name"] for one in shown] == ["words"]
    assert shown[0]["dtype"] == "string"
    assert shown[0]["path"] == str(published.path / "assets" / "words.txt")
    assert [entry["term"] for entry in shown[0]["head"]] == ["the", "of", "dog", "cow", "cat"]
    assert show(published.path).stdout.startswith("words  5 terms, string, 19 B\n")
    assert "has the vocabularies words" in show(published.path, "--name", "tags").stderr


@pytest.mark.slow
def test_a_link_in_a_published_directory_is_not_followed(published: Any, tmp_path: Path) -> None:
    """Whoever sends a directory must not choose which of our files are shown."""
    copy = tmp_path / "copy"
    shutil.copytree(published.path, copy)
    (copy / "assets" / "words.txt").unlink()
    (copy / "assets" / "words.txt").symlink_to("/etc/passwd")
    result = show(copy)

    assert result.exit_code == 1
    assert "root" not in result.stdout
    assert "AssetError: cannot read assets/words.txt" in result.stderr
