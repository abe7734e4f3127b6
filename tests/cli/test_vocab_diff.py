import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from lexport.cli.app import app
from lexport.publish import VocabularyEntry, make_manifest, write_manifest
from lexport.vocabulary import Vocabulary

CONFIG = """\
name: two
vocabularies:
  words:
    source: {files: data.csv, column: text}
    terms: {split: whitespace}
    counts: {to: words.counts.parquet}
  labels: {file: labels.txt}
model: {factory: "factory:build"}
signatures: {serving_default: {inputs: {word: {dtype: string, shape: [null]}}}}
publish: {directory: exports}
"""


def diff(*arguments: str | Path) -> Result:
    """Runs the command in this process."""
    return CliRunner().invoke(app, ["vocab", "diff", *map(str, arguments)])


def write(path: Path, terms: list[Any], counts: list[int] | None = None) -> Path:
    """Writes a vocabulary as `lexport vocab build --out` does."""
    made = Vocabulary.from_terms("words", terms, counts=counts)
    return made.write(path, statistics=path.with_name(f"{path.stem}.statistics.parquet") if counts else None)


def publish(root: Path, **vocabularies: list[Any]) -> Path:
    """Writes a directory with a manifest."""
    entries = {}
    for name, terms in vocabularies.items():
        made = Vocabulary.from_terms(name, terms)
        made.write(root / "assets" / f"{name}.txt")
        entries[name] = VocabularyEntry(f"assets/{name}.txt", made.digest, len(made), made.dtype)
    write_manifest(root, make_manifest(root, name="x", vocabularies=entries))
    return root


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Five terms with counts."""
    return write(tmp_path / "old" / "words.txt", ["the", "of", "dog", "cow", "cat"], [30, 10, 3, 2, 1])


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Terms that came, went and moved."""
    return write(tmp_path / "new" / "words.txt", ["the", "dog", "of", "cat", "emu", "hen"], [32, 20, 10, 9, 4, 5])


def test_what_was_added_removed_moved_and_counted_otherwise_is_shown(old: Path, new: Path) -> None:
    """By line, as in `lexport vocab show`; the exit code says that something changed."""
    result = diff(old, new)

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "words  5 -> 6 terms: 2 added, 1 removed, 3 moved",
        "  added, by line",
        "    6  5 times  hen",
        "    5  4 times  emu",
        "  removed, by line",
        "    4  2 times  cow",
        "  moved, by line",
        "    2  ->  3  of",
        "    3  ->  2  dog",
        "    5  ->  4  cat",
        "  counts that changed most",
        "     3  ->  20  dog",
        "     1  ->   9  cat",
        "    30  ->  32  the",
    ]


def test_only_as_many_terms_as_one_asks_for_are_shown(old: Path, new: Path) -> None:
    """And how many more there are."""
    lines = diff(old, new, "--limit", "1").stdout.splitlines()
    assert lines[1:4] == ["  added, by line", "    6  5 times  hen", "    ... 1 more term"]
    assert len(diff(old, new, "--limit", "0").stdout.splitlines()) == 1


def test_the_same_vocabulary_gives_exit_code_0(old: Path, tmp_path: Path) -> None:
    """Whatever the files are called, whether the last line is ended or not, and whatever was counted."""
    other = tmp_path / "other.txt"
    other.write_bytes(old.read_bytes().removesuffix(b"\n"))
    result = diff(old, other)

    assert result.exit_code == 0
    assert result.stdout == "words  5 -> 5 terms: the same terms in the same order\n"
    recounted = write(tmp_path / "again" / "words.txt", ["the", "of", "dog", "cow", "cat"], [31, 10, 3, 2, 1])
    again = diff(old, recounted)
    assert again.exit_code == 0
    assert "30  ->  31  the" in again.stdout


def test_json_is_one_document(old: Path, new: Path) -> None:
    """With both lines and both counts of each term, and how many there are of each kind."""
    document = json.loads(diff(old, new, "--json", "--limit", "1").stdout)
    found = document["vocabularies"][0]

    assert (document["same"], found["same"], found["name"]) == (False, False, "words")
    assert found["a"] == {"path": str(old), "terms": 5, "sha256": Vocabulary.from_file("w", old).digest}
    assert found["added"] == {
        "count": 2,
        "terms": [{"term": "hen", "a": {"line": None, "count": None}, "b": {"line": 6, "count": 5}}],
    }
    assert found["moved"]["count"] == 3
    assert found["changed_most"] == [{"term": "dog", "a": {"line": 3, "count": 3}, "b": {"line": 2, "count": 20}}]
    assert (document["only_in_a"], document["only_in_b"]) == ([], [])


def test_places_with_several_vocabularies_are_compared_by_name(tmp_path: Path) -> None:
    """Published versions and folders alike; what only one of them has is a difference."""
    version = publish(tmp_path / "1", words=["a", "b"], ids=[3, 1], tags=["x"])
    folder = write(tmp_path / "out" / "words.txt", ["a", "b"]).parent
    write(folder / "ids.txt", [1, 3])
    write(folder / "more.txt", ["x"])
    result = diff(version, folder, "--json")
    document = json.loads(result.stdout)

    assert result.exit_code == 1
    assert [(one["name"], one["same"]) for one in document["vocabularies"]] == [("words", True), ("ids", False)]
    # The manifest says that they are integers, and so are those of the other side.
    assert document["vocabularies"][1]["moved"]["terms"][0]["term"] == 3
    assert (document["only_in_a"], document["only_in_b"]) == (["tags"], ["more"])
    assert "more  only in " in diff(version, folder).stdout
    assert diff(version, folder, "--name", "words").exit_code == 0


def test_a_file_is_compared_with_the_vocabulary_of_its_name(old: Path, tmp_path: Path) -> None:
    """Or with the one that is named, or the only one; otherwise it is not clear which."""
    version = publish(tmp_path / "1", words=["the", "of", "dog", "cow", "cat"], tags=["x"])
    other = old.rename(old.with_name("yesterday.txt"))

    assert diff(other, version).exit_code == 2
    assert f"{version} has words, tags. Choose one with --name" in diff(other, version).stderr
    assert diff(other, version, "--name", "words").exit_code == 0
    assert diff(version, other, "--name", "words").exit_code == 0
    assert diff(other, publish(tmp_path / "2", tags=["the"])).exit_code == 1
    assert diff(other.rename(old), version).stdout.startswith("words  5 -> 5 terms: the same")


def test_a_config_is_built_and_compared(old: Path, tmp_path: Path) -> None:
    """Its files of counts are not written: a comparison changes nothing."""
    (tmp_path / "data.csv").write_text("text\nthe cat\nthe dog of the cow\n")
    (tmp_path / "labels.txt").write_text("cat\ndog\n")
    (tmp_path / "two.yaml").write_text(CONFIG)
    result = diff(old, tmp_path / "two.yaml", "--json")

    assert result.exit_code == 0
    assert "building vocabulary" in result.stderr
    changed = json.loads(result.stdout)["vocabularies"][0]["changed_most"]
    assert changed[0] == {"term": "the", "a": {"line": 1, "count": 30}, "b": {"line": 1, "count": 3}}
    assert not (tmp_path / "words.counts.parquet").exists()
    assert diff(tmp_path / "two.yaml", tmp_path / "two.yaml", "--name", "labels").exit_code == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a\na\n", "line 2: duplicate-term"),
        (b"a\r\nb\n", "carriage-return"),
        (b"\xff\n", "not-utf8"),
        (b"a\n\nb\n", "line 2: empty-term"),
        (b"", "empty-vocabulary"),
        (b"\xef\xbb\xbfa\n", "byte-order-mark"),
    ],
)
def test_a_file_that_is_no_vocabulary_cannot_be_compared(
    old: Path, tmp_path: Path, content: bytes, message: str
) -> None:
    """Where terms stand twice there is no telling what moved; the exit code is not that of a difference."""
    bad = tmp_path / "bad.txt"
    bad.write_bytes(content)
    for arguments in ((old, bad), (bad, old)):
        result = diff(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert message in result.stderr


def test_what_cannot_be_compared_is_named_on_both_sides(old: Path, tmp_path: Path) -> None:
    """A missing file, a published version that was changed, names that are not there, nothing in common."""
    result = diff(tmp_path / "a.txt", tmp_path / "b.txt")
    assert result.exit_code == 2
    assert "a.txt: No such file" in result.stderr
    assert "b.txt: No such file" in result.stderr
    version = publish(tmp_path / "1", words=["a"])
    assert "there is no such vocabulary" in diff(version, version, "--name", "wrds").stderr
    other = publish(tmp_path / "2", tags=["a"])
    assert "no vocabulary in common: words and tags" in diff(version, other).stderr
    (version / "assets" / "words.txt").write_text("b\n")
    changed = diff(old, version)
    assert changed.exit_code == 2
    assert "assets/words.txt: was changed" in changed.stderr


def test_integers_are_compared_as_such(tmp_path: Path) -> None:
    """Where somebody says what they are; a file that holds none is then an error."""
    (tmp_path / "a.txt").write_text("7\n")
    (tmp_path / "b.txt").write_text("007\n")
    assert diff(tmp_path / "a.txt", tmp_path / "b.txt").exit_code == 1
    result = diff(tmp_path / "a.txt", tmp_path / "b.txt", "--dtype", "int64")
    assert result.exit_code == 2
    assert "not-an-integer" in result.stderr


def test_large_vocabularies_are_compared(tmp_path: Path) -> None:
    """With a line for each kind, whatever their size."""
    terms = [f"term {number}" for number in range(60_000)]
    first, second = write(tmp_path / "a.txt", terms), write(tmp_path / "b.txt", [*terms[1:], "new"])
    lines = diff(first, second, "--limit", "1").stdout.splitlines()
    assert lines[0] == "a  60,000 -> 60,000 terms: 1 added, 1 removed, 59,999 moved"
    assert lines[-2:] == ["    2  ->  1  term 1", "    ... 59,998 more terms"]


def test_tensorflow_is_not_needed(lexport: Callable[..., Any], old: Path, tmp_path: Path) -> None:
    """Nor for anything that the comparison builds."""
    poison = tmp_path / "poison"
    poison.mkdir()
    (poison / "tensorflow.py").write_text("raise RuntimeError('imported')")
    (tmp_path / "data.csv").write_text("text\nthe cat\n")
    (tmp_path / "labels.txt").write_text("cat\n")
    (tmp_path / "two.yaml").write_text(CONFIG)
    env = {"PYTHONPATH": os.pathsep.join([str(poison), os.environ.get("PYTHONPATH", "")])}
    assert lexport("vocab", "diff", tmp_path / "two.yaml", old, "--name", "words", env=env).code == 1
