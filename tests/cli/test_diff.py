import json
import shutil
from pathlib import Path

import pytest
import tensorflow as tf
from typer.testing import CliRunner, Result

from lexport.cli.app import app


def diff(*arguments: str | Path) -> Result:
    """Runs the command in this process."""
    return CliRunner().invoke(app, ["diff", *map(str, arguments)])


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SavedModel with variables and a vocabulary file."""
    module, folder = tf.Module(), tmp_path_factory.mktemp("saved")
    (folder / "words.txt").write_text("the\nof\n")
    module.kernel, module.bias = (tf.Variable([1.0, 2.0], name=name) for name in ("kernel", "bias"))
    whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    lines = tf.lookup.TextFileInitializer(str(folder / "words.txt"), tf.string, whole, tf.int64, number)
    module.table = tf.lookup.StaticHashTable(lines, -1)
    tf.saved_model.save(module, str(folder / "model"))
    return folder / "model"


@pytest.fixture
def copied(model: Path, tmp_path: Path) -> Path:
    """A copy to be changed."""
    return Path(shutil.copytree(model, tmp_path / "copied"))


def test_nothing_that_a_client_would_notice_is_0(model: Path, copied: Path) -> None:
    """And it says what nobody notices."""
    (copied / "fingerprint.pb").write_bytes(b"another")
    result = diff(model, copied)

    assert result.exit_code == 0
    assert "no client would notice" in result.stdout
    assert "fingerprint.pb  changed" in result.stdout


def test_what_a_client_would_notice_is_1(model: Path, copied: Path) -> None:
    """The terms are shown as by `lexport vocab diff`, as many as are asked for."""
    (copied / "assets" / "words.txt").write_text("gnu\nthe\nwho\n")
    result = diff(model, copied, "--limit", "1")

    assert result.exit_code == 1
    assert "words.txt  2 -> 3 terms: 2 added, 1 removed, 1 moved" in result.stdout
    assert "1 more term" in result.stdout
    assert "assets/words.txt  changed" in result.stdout


def test_json_is_one_document(model: Path, copied: Path) -> None:
    """Everything that the tree shows."""
    (copied / "assets" / "words.txt").write_text("the\n")
    result = diff(model, copied, "--json")
    document = json.loads(result.stdout)

    assert result.exit_code == 1
    assert document["noticed"] is True
    assert document["a"]["canonical_digest"] != document["b"]["canonical_digest"]
    [vocabulary] = document["vocabularies"]
    assert vocabulary["terms"]["removed"]["count"] == 1
    assert vocabulary["terms"]["removed"]["terms"][0]["term"] == "of"
    assert document["weights"] == document["signatures"] == document["ops"] == []


def test_where_the_graphs_differ_is_told(model: Path, tmp_path: Path) -> None:
    """By function, signature and object, in words and in JSON, as many as are asked for."""
    module = tf.Module()
    module.serve = tf.function(lambda x: {"y": x}, input_signature=[tf.TensorSpec([], tf.float32)])
    tf.saved_model.save(module, str(tmp_path / "other"), signatures={"serving_default": module.serve})
    told = diff(model, tmp_path / "other", "--limit", "100").stdout.split("\n  graph\n")[1]
    document = json.loads(diff(model, tmp_path / "other", "--json").stdout)

    assert "    signature serving_default  added\n" in told
    assert "    object table  removed\n" in told
    assert {"kind": "object", "old": "table", "new": None} in document["parts"]
    assert "more places" in diff(model, tmp_path / "other", "--limit", "2").stdout


def test_what_cannot_be_compared_is_2(model: Path, copied: Path) -> None:
    """A damaged SavedModel, and one that is not there."""
    (copied / "saved_model.pb").write_bytes(b"\xff")

    assert diff(model, copied).exit_code == 2
    assert "is damaged" in diff(model, copied).stderr
    assert diff(model, model / "nothing").exit_code == 2


def test_vocabularies_are_compared_as_by_vocab_diff(tmp_path: Path) -> None:
    """Two files, where there is no SavedModel on both sides."""
    (tmp_path / "a.txt").write_text("the\nof\n")
    (tmp_path / "b.txt").write_text("of\nthe\n")
    result = diff(tmp_path / "a.txt", tmp_path / "b.txt")
    theirs = CliRunner().invoke(app, ["vocab", "diff", str(tmp_path / "a.txt"), str(tmp_path / "b.txt")])

    assert result.exit_code == theirs.exit_code == 1
    assert result.stdout == theirs.stdout


def test_a_place_that_cannot_be_compared_is_the_one_that_is_told(model: Path, tmp_path: Path) -> None:
    """And not the sound one beside it; all of them at once."""
    (tmp_path / "model.keras").write_bytes(b"PK\x03\x04")
    (tmp_path / "empty").mkdir()
    for other, told in (
        (tmp_path / "nowhere", "nowhere: there is no such file or directory"),
        (tmp_path / "model.keras", "model.keras: .keras files are not compared"),
        (tmp_path / "empty", "empty: holds no saved_model.pb, and"),
    ):
        for pair in ((model, other), (other, model)):
            result = diff(*pair)
            assert result.exit_code == 2
            assert told in result.stderr
            assert f"{model}: " not in result.stderr
    both = diff(tmp_path / "nowhere", tmp_path / "model.keras")
    assert both.stderr.count("\n  ") == 2
