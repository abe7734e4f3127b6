"""`lexport replace` in processes of its own: what it prints, and with which code it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lexport.cli.app import app
from lexport.publish import read_manifest

HOSTILE = "\x1b[2J\u202etac"


def terms_of(export: Path) -> list[str]:
    """The words of the project of these tests, in the order of their ids."""
    return (export / "assets" / "words.txt").read_text(encoding="utf-8").splitlines()


def exchanged(published: Any, path: Path, *, old: str, new: str) -> Path:
    """Writes the vocabulary of an export with one term exchanged."""
    terms = [new if term == old else term for term in terms_of(published.path)]
    path.write_text("".join(f"{term}\n" for term in terms), encoding="utf-8")
    return path


@pytest.mark.slow
def test_it_says_what_changed_and_ends_with_the_path(published: Any, lexport: Any, tmp_path: Path) -> None:
    """A script takes the last line; a term cannot draw on the terminal."""
    file = exchanged(published, tmp_path / "new.txt", old="cat", new=HOSTILE)
    finished = lexport("replace", published.path, "--vocabulary", f"words={file}", tmp_path / "out")

    assert finished.code == 0, finished.stderr
    *told, path = finished.stdout.splitlines()
    assert terms_of(Path(path)) == file.read_text(encoding="utf-8").splitlines()
    assert told[0] == "words  4 kept, 1 exchanged, 0 added, 0 removed, 0 moved"
    assert r"cat -> \x1b[2J\u202etac" in told[1]
    assert "\x1b" not in finished.stdout + finished.stderr
    assert any("replace:kept-terms" in line for line in told)
    assert lexport("verify", path).code == 0


@pytest.mark.slow
def test_json_tells_the_same(published: Any, lexport: Any, tmp_path: Path) -> None:
    """One document, with each line that changed and how many requests are answered otherwise."""
    file = exchanged(published, tmp_path / "new.txt", old="cat", new="Katze")
    given = ("--vocabulary", f"words={file}", "--version", "7", "--json")
    document = lexport("replace", published.path, *given, tmp_path / "out").document

    assert (document["version"], document["passed"]) == (7, True)
    assert Path(document["path"]).name == "7"
    [change] = document["vocabularies"]["words"]["exchanged"]
    assert (change["old"], change["new"]) == ("cat", "Katze")
    assert document["requests"]["as_before"] > 0
    assert document["requests"]["otherwise"] > 0
    assert read_manifest(tmp_path / "out" / "7").verification["report"] == document["verification"]


@pytest.mark.slow
def test_everything_that_is_wrong_is_one_document(published: Any, tmp_path: Path) -> None:
    """The exit code is 1, and OUT is not made."""
    (tmp_path / "new.txt").write_text("the\n", encoding="utf-8")
    given = ["--vocabulary", f"words={tmp_path / 'new.txt'}", "--vocabulary", "nothing=none.txt", "--json"]
    result = CliRunner().invoke(app, ["replace", str(published.path), *given, str(tmp_path / "out")])

    assert result.exit_code == 1
    problems = json.loads(result.stdout)["error"]["problems"]
    assert [problem["where"] for problem in problems] == ["nothing", str(tmp_path / "new.txt")]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["words", "=words.txt", "words="])
def test_a_vocabulary_needs_a_name_and_a_file(text: str, tmp_path: Path) -> None:
    """A bad command line is told before anything is read."""
    result = CliRunner().invoke(app, ["replace", "nowhere", "--vocabulary", text, str(tmp_path / "out")])

    assert result.exit_code == 2
    assert f"--vocabulary: must be NAME=FILE, such as labels=new.txt; received '{text}'" in result.stderr
