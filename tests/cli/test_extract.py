import json
from pathlib import Path

import pytest
import tensorflow as tf
from typer.testing import CliRunner, Result

from lexport.cli.app import app


def run(*arguments: str | Path) -> Result:
    """Runs a command in this process."""
    return CliRunner().invoke(app, [*map(str, arguments)])


def _save(folder: Path, labels: list[str]) -> Path:
    """Saves two tables, one of a file and one of constants, whose ids are not in the order of the terms."""
    module = tf.Module()
    (folder / "words.txt").write_bytes(b"the\nna\xefve\r\n\x1b[2J")
    whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    path = str(folder / "words.txt")
    lines = tf.lookup.TextFileInitializer(path, tf.string, whole, tf.int64, number, value_index_offset=2)
    module.words = tf.lookup.StaticHashTable(lines, -1)
    ids = tf.range(len(labels), 0, -1, dtype=tf.int64)
    module.labels = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(tf.constant(labels), ids), -1)
    tf.saved_model.save(module, str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SavedModel of plain TensorFlow."""
    return _save(tmp_path_factory.mktemp("saved"), ["dog", "cat"])


def test_files_are_copied_and_constants_written_by_id(model: Path, tmp_path: Path) -> None:
    """Whatever the bytes of the file are, and in whatever order the constants stand."""
    result = run("extract", model, tmp_path / "out")

    assert result.exit_code == 0, result.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {
        "words.txt": b"the\nna\xefve\r\n\x1b[2J",
        "hash_table.txt": b"cat\ndog\n",
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_nothing_is_replaced(kind: str, model: Path, tmp_path: Path) -> None:
    """Not even an empty folder or a link to nowhere."""
    out = tmp_path / "out"
    if kind == "file":
        out.touch()
    elif kind == "folder":
        out.mkdir()
    else:
        out.symlink_to(tmp_path / "nowhere")
    result = run("extract", model, out)

    assert result.exit_code == 1
    assert "exists already" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_a_term_with_a_line_end_is_an_error(tmp_path: Path) -> None:
    """As a file it would be two terms, and every later id another one."""
    result = run("extract", _save(tmp_path, ["two\nlines", "cat"]), tmp_path / "out")

    assert result.exit_code == 1
    assert r"the term b'two\nlines' cannot stand on a line of its own" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_savedmodel_without_a_vocabulary_is_an_error(tmp_path: Path) -> None:
    """Rather than an empty folder."""
    tf.saved_model.save(tf.Module(), str(tmp_path / "model"))

    assert "has no vocabulary" in run("extract", tmp_path / "model", tmp_path / "out").stderr


def test_inspect_prints_the_terms_of_a_vocabulary_after_their_ids(model: Path) -> None:
    """By the name of the file or without its suffix; no byte of a term reaches the terminal as it is."""
    result = run("inspect", model, "--vocabulary", "words")

    assert result.exit_code == 0
    assert result.stdout == "2\tthe\n3\tna\\xefve\n4\t\\x1b[2J\n"
    assert "ids from 2 on; below are 2 ids of mask and out-of-vocabulary tokens" in result.stderr
    assert run("inspect", model, "--vocabulary", "words.txt").stdout == result.stdout
    constants = run("inspect", model, "--vocabulary", "hash_table")
    assert constants.stdout == "2\tdog\n1\tcat\n"
    assert "; ids from 1 on; below are 1 id of mask" in constants.stderr


def test_terms_as_json(model: Path) -> None:
    """Ids are numbers."""
    document = json.loads(run("inspect", model, "--vocabulary", "hash_table", "--json").stdout)

    [vocabulary] = document["vocabularies"]
    assert vocabulary["terms"] == [{"id": 2, "term": "dog"}, {"id": 1, "term": "cat"}]


def test_an_unknown_vocabulary_is_an_error_that_names_the_others(model: Path) -> None:
    """So that nobody has to look for them."""
    result = run("inspect", model, "--vocabulary", "nothing")

    assert result.exit_code == 1
    assert "words.txt" in result.stderr
    assert "hash_table" in result.stderr
