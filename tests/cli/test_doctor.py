"""`lexport doctor`: its exit codes, its JSON, and what a hostile model can do to a terminal."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import tensorflow as tf
from typer.testing import CliRunner, Result

from lexport.cli.app import app
from lexport.tfformats.protos import message_class


def doctor(*arguments: str | Path) -> Result:
    """Runs the command in this process."""
    return CliRunner().invoke(app, ["doctor", *map(str, arguments)])


def write(directory: Path, *, path: str = "", asset: str = "words.txt", signature: str = "serving_default") -> Path:
    """Writes a SavedModel without TensorFlow: one constant, one asset, one signature."""
    message = message_class("SavedModel")()
    graph = message.meta_graphs.add()
    graph.meta_info_def.tags.append("serve")
    graph.meta_info_def.tensorflow_version = "2.21.0"
    node = graph.graph_def.node.add(name="Const", op="Const")
    node.attr["value"].tensor.string_val.append(path.encode())
    graph.asset_file_def.add(filename=asset).tensor_info.name = "Const:0"
    if signature:
        graph.signature_def[signature].outputs["ids"].name = "Const:0"
    (directory / "assets").mkdir(parents=True)
    (directory / "assets" / "words.txt").write_text("the\n")
    (directory / "saved_model.pb").write_bytes(message.SerializeToString())
    return directory


def test_the_exit_code_tells_errors_from_warnings(tmp_path: Path) -> None:
    """0 without an error, 1 with one or with --strict, 2 for what cannot be read."""
    sound, leaking = write(tmp_path / "sound"), write(tmp_path / "leaking", signature="")
    broken = write(tmp_path / "broken", asset="lost.txt")
    assert doctor(sound, "--strict").exit_code == 0
    assert (doctor(leaking).exit_code, doctor(leaking, "--strict").exit_code) == (0, 1)
    assert doctor(broken).exit_code == 1
    assert doctor(tmp_path / "nothing").exit_code == 2
    assert doctor(tmp_path).exit_code == 2


def test_each_finding_is_printed_with_its_place_reason_and_remedy(tmp_path: Path) -> None:
    """Errors first, and what lies there ignored."""
    lines = doctor(write(tmp_path / "broken", asset="lost.txt")).stdout.splitlines()
    text = "\n".join(line.strip() for line in lines)
    assert "1 error, 1 warning" in text
    error = text.index("LX202 error  an asset is missing\nassets/lost.txt: the file is missing; it is read by")
    warning = text.index("LX201 warning  a file in assets/ is ignored\nassets/words.txt: ")
    assert error < warning
    assert "why: The graph reads it when the model is loaded, which fails." in text
    assert "remedy: Copy the whole directory again, or export again." in text


def test_the_json_has_everything(tmp_path: Path) -> None:
    """One document, with the code, the place and the verdict."""
    document = json.loads(doctor(write(tmp_path / "broken", asset="lost.txt"), "--json").stdout)
    assert (document["errors"], document["warnings"], document["passed"], document["strict"]) == (1, 1, False, False)
    [missing, ignored] = document["findings"]
    assert (missing["code"], missing["severity"], missing["file"]) == ("LX202", "error", "assets/lost.txt")
    assert ignored["code"] == "LX201"
    assert {"title", "why", "remedy", "place", "line", "message", "signatures"} <= set(missing)
    assert document["facts"]["tensorflow_version"] == "2.21.0"


def test_what_cannot_be_read_is_a_document_too(tmp_path: Path) -> None:
    """With the exit code that the process has."""
    result = doctor(tmp_path / "nothing", "--json")
    assert json.loads(result.stdout)["error"]["exit_code"] == result.exit_code == 2


def test_names_of_a_hostile_model_are_escaped(tmp_path: Path) -> None:
    """No control sequence reaches the terminal."""
    hostile = write(tmp_path / "hostile", asset="../\x1b[2J.txt", signature="\x1b]0;title\x07", path="/home/\x1b[1m/x")
    result = doctor(hostile)
    assert result.exit_code == 1
    assert result.stdout.replace("\n", "").isprintable()
    assert "LX207" in result.stdout


@pytest.mark.slow
def test_no_tensorflow_is_imported(tmp_path: Path) -> None:
    """The command answers before TensorFlow would have begun."""
    program = (
        "import sys; from lexport.cli.app import main; code = main(['doctor', sys.argv[1]]); "
        "sys.exit(3 if {'tensorflow', 'keras'} & set(sys.modules) else code)"
    )
    command = [sys.executable, "-c", program, str(write(tmp_path / "sound"))]
    assert subprocess.run(command, check=False, timeout=60, capture_output=True).returncode == 0


@pytest.mark.slow
def test_fix_writes_a_copy_and_tells_of_it(tmp_path: Path) -> None:
    """What was mended, the proof, and what the doctor finds in the copy; the exit code is that of the copy."""
    path = tmp_path / "model"
    module = tf.Module()
    serve = tf.function(
        lambda x: {"twice": x * 2.0}, input_signature=[tf.TensorSpec([None], tf.float32)], autograph=False
    )
    tf.saved_model.save(module, path, signatures=serve)
    (path / "assets" / "labels.txt").write_text("cat\n")
    assert doctor(path, "--strict").exit_code == 1
    result = doctor(path, "--fix", tmp_path / "mended", "--strict")
    assert result.exit_code == 0, result.stdout
    assert "LX201  assets/labels.txt: the file is not in the copy" in result.stdout
    assert "no finding" in result.stdout
    assert not (tmp_path / "mended" / "assets" / "labels.txt").exists()
    content = json.loads(doctor(tmp_path / "mended", "--fix", tmp_path / "again", "--json").stdout)
    assert (content["out"], content["repairs"], content["checks"]) == (None, [], [])
    assert not (tmp_path / "again").exists()
    refused = doctor(path, "--fix", tmp_path / "mended")
    assert refused.exit_code == 1
    assert "is not empty" in refused.stderr


def test_fix_mends_no_keras_file_and_nothing_unreadable(tmp_path: Path) -> None:
    """A .keras file is mended where its code is."""
    (tmp_path / "model.keras").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "model.keras", "w") as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("metadata.json", "{}")
    result = doctor(tmp_path / "model.keras", "--fix", tmp_path / "out")
    assert result.exit_code == 1
    assert "lexport.adopt(model)" in result.stderr
    assert doctor(tmp_path / "nothing", "--fix", tmp_path / "out").exit_code == 2
    alone = doctor(tmp_path / "model.keras", "--examples", tmp_path / "rows.jsonl")
    assert alone.exit_code == 2
    assert "give --fix OUT, too" in alone.stderr


def test_examples_that_are_a_pipe_are_refused_before_anything_is_copied(tmp_path: Path) -> None:
    """Nobody may ever write to it."""
    os.mkfifo(tmp_path / "pipe")
    model = write(tmp_path / "model", path="/home/ann/words.txt")
    result = doctor(model, "--fix", tmp_path / "out", "--examples", tmp_path / "pipe")
    assert result.exit_code == 2
    assert "pipe: it is not a regular file" in result.stderr
    assert not (tmp_path / "out").exists()
