"""`atomic_files`: killed at any point, each file is the old one, the new one or none."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lexport.errors import VocabularyError
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.atomic_files import atomic_files

# Writes the pair, and dies before the n-th thing that it does to the file system.
WRITER = """
import os, sys
from lexport.vocabulary import Vocabulary
folder, last = sys.argv[1], int(sys.argv[2])
words = Vocabulary.from_terms("words", ["new", "terms"], counts=[2, 1])
import pyarrow.parquet
seen = 0

def die(event, arguments):
    global seen
    opens = event == "open" and folder in str(arguments[0])
    if opens or event in ("os.rename", "os.mkdir", "os.remove", "os.chmod"):
        if seen == last:
            os.kill(os.getpid(), 9)
        seen += 1

sys.addaudithook(die)
words.write(folder + "/words.txt", statistics=folder + "/words.parquet")
print("whole")
"""


@pytest.mark.slow
@pytest.mark.parametrize("fresh", [True, False], ids=["nothing there", "an old pair there"])
def test_a_kill_leaves_whole_files_that_are_not_taken_for_each_others(tmp_path: Path, fresh: bool) -> None:
    """Killed before each thing that the writer does to the file system, until it comes to its end."""
    old = Vocabulary.from_terms("words", ["old"], counts=[7])
    new = Vocabulary.from_terms("words", ["new", "terms"], counts=[2, 1])
    seen = set()
    for last in range(100):
        folder = tmp_path / str(last)
        folder.mkdir()
        words, statistics = folder / "words.txt", folder / "words.parquet"
        if not fresh:
            old.write(words, statistics=statistics)
        command = [sys.executable, "-c", WRITER, str(folder), str(last)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        state = _state(words, statistics)
        seen.add(state)
        assert state in ({"none", "new alone", "new"} if fresh else {"old", "mismatch", "new"})
        if result.stdout == "whole\n":
            break
        assert result.returncode == -9, result.stderr
    assert state == "new"
    assert Vocabulary.from_file("words", words, statistics=statistics).counts == new.counts
    assert len(seen) == 3, "the writer was killed on each side of each rename"


def _state(words: Path, statistics: Path) -> str:
    if not words.exists():
        assert not statistics.exists()
        return "none"
    terms = Vocabulary.from_file("words", words).terms
    kind = {("old",): "old", ("new", "terms"): "new"}[terms]  # type: ignore[index]
    if not statistics.exists():
        return f"{kind} alone"
    try:
        Vocabulary.from_file("words", words, statistics=statistics)
    except VocabularyError as error:
        assert "holds the statistics of another vocabulary" in str(error)  # noqa: PT017
        return "mismatch"
    return kind


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    """And no temporary file, whichever of the files it concerns."""
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail_halfway() -> None:
        with atomic_files(path, tmp_path / "b.txt") as files:
            files[0].write(b"new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert [(found.name, found.read_text()) for found in tmp_path.glob("*.txt")] == [("a.txt", "old")]
    assert not list(tmp_path.glob(".*"))


def test_the_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    """Not those of a private temporary one, unless they are asked for."""
    (tmp_path / "plain").write_text("")
    with atomic_files(tmp_path / "usual") as (file,):
        file.write(b"")
    with atomic_files(tmp_path / "asked", mode=0o444) as (file,):
        file.write(b"")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir() if path.is_file()}
    assert modes["usual"] == modes["plain"]
    assert modes["asked"] == 0o444
