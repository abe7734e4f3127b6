"""SentencePiece models in `lexport vocab`: built, shown, linted, and not compared."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lexport.cli.app import app
from lexport.publish import VocabularyEntry, make_manifest, write_manifest
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

CONFIG = """\
vocabularies:
  words: {source: {files: data.csv, column: text}, terms: {split: whitespace}}
  pieces: {source: {files: data.csv, column: text}, subword: {kind: sentencepiece-bpe, size: 24}}
"""


def vocab(*arguments: str | Path) -> Result:
    """Runs a command in this process."""
    return CliRunner().invoke(app, ["vocab", *map(str, arguments)])


@pytest.fixture
def file(tmp_path: Path, sentencepiece_model: bytes) -> Path:
    """A sound model."""
    (tmp_path / "pieces.model").write_bytes(sentencepiece_model)
    return tmp_path / "pieces.model"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config that trains one."""
    (tmp_path / "data.csv").write_text("text\n" + "the gnu and the hurd\n" * 9)
    (tmp_path / "words.yaml").write_text(CONFIG)
    return tmp_path / "words.yaml"


def test_a_model_is_built_and_written_beside_vocabularies(config: Path, tmp_path: Path) -> None:
    """As NAME.model; another one is not replaced unless --force says so."""
    result = vocab("build", config, "--out", tmp_path / "out", "--json")
    [_, built] = json.loads(result.stdout)["vocabularies"]
    model = SentencePieceModel.from_file("pieces", tmp_path / "out" / "pieces.model")
    assert (built["dtype"], built["terms"], built["sha256"]) == ("sentencepiece", 24, model.digest)
    assert (built["file"], built["statistics"]) == (str(tmp_path / "out" / "pieces.model"), None)
    assert [one["term"] for one in built["head"]] == list(model.pieces[:5])
    assert "pieces  24 pieces, sentencepiece" in vocab("build", config, "pieces").stdout
    (tmp_path / "out" / "pieces.model").write_bytes(b"other")
    refused = vocab("build", config, "--out", tmp_path / "out")
    assert refused.exit_code != 0
    assert (tmp_path / "out" / "pieces.model").read_bytes() == b"other"
    assert vocab("build", config, "--out", tmp_path / "out", "--force").exit_code == 0
    assert (tmp_path / "out" / "pieces.model").read_bytes() == model.data


def test_a_model_is_shown_with_its_pieces(file: Path, sentencepiece_model: bytes) -> None:
    """From a file, from a folder beside a vocabulary of its name, and from a published version."""
    model = SentencePieceModel.from_bytes("pieces", sentencepiece_model)
    [shown] = json.loads(vocab("show", file, "--json", "--head", "2", "--tail", "1").stdout)["vocabularies"]
    assert (shown["name"], shown["dtype"], shown["terms"]) == ("pieces", "sentencepiece", len(model))
    assert shown["sha256"] == model.digest
    told = [(entry["line"], entry["term"]) for entry in [*shown["head"], *shown["tail"]]]
    assert told == [(1, "<pad>"), (2, "<unk>"), (len(model), model.pieces[-1])]
    (file.parent / "pieces.txt").write_text("the\nof\n")
    listed = json.loads(vocab("show", file.parent, "--json").stdout)["vocabularies"]
    assert [(one["name"], one["terms"]) for one in listed] == [("pieces", 2), ("pieces.model", len(model))]


def test_a_published_model_is_compared_with_its_manifest(tmp_path: Path, sentencepiece_model: bytes) -> None:
    """The exit code tells of one that was exchanged."""
    model, root = SentencePieceModel.from_bytes("pieces", sentencepiece_model), tmp_path / "published"
    (root / "assets").mkdir(parents=True)
    model.write(root / "assets" / "pieces.model")
    entry = VocabularyEntry("assets/pieces.model", model.digest, len(model), "sentencepiece")
    write_manifest(root, make_manifest(root, name="x", vocabularies={"pieces": entry}))
    result = vocab("show", root)
    assert result.exit_code == 0
    assert f"pieces  {len(model)} pieces, sentencepiece" in result.stdout
    (root / "assets" / "pieces.model").write_bytes(sentencepiece_model[:-3] + b"abc")
    assert vocab("show", root).exit_code == 1


def test_a_model_is_linted(file: Path, sentencepiece_model: bytes) -> None:
    """By the checks that every layer makes; what cannot be read is a problem, too."""
    assert vocab("lint", file).stdout == f"{file}: 30 pieces, no problem\n"
    broken = file.with_name("broken.model")
    broken.write_bytes(sentencepiece_model.replace(b"<unk>", b"<pad>"))
    unreadable = file.with_name("none.model")
    unreadable.write_bytes(b"the\nof\n")
    result = vocab("lint", broken, unreadable)
    assert result.exit_code == 1
    assert f"{broken}: piece 1" in result.stdout
    assert f"{unreadable}: cannot be read as a SentencePiece model" in result.stdout


@pytest.mark.parametrize("command", ["diff", "coverage"])
def test_models_are_not_compared_with_others_or_with_data(command: str, file: Path, config: Path) -> None:
    """What they do to text is more than the list of their pieces; a config trains none in vain."""
    result = vocab(command, file, file)
    assert result.exit_code == 2
    assert "pieces: is a SentencePiece model, and no list of terms. Compare the sha256" in result.output
    for chosen, code in (("pieces", 2), ("words", 0)):
        second = config if command == "diff" else config.parent / "data.csv"
        result = vocab(command, config, second, "--name", chosen)
        assert result.exit_code == code, result.output


def test_what_is_no_model_is_an_error_and_no_traceback(file: Path) -> None:
    """Somebody gave another file the suffix; and statistics have no place here."""
    assert "has no statistics" in vocab("show", file, "--statistics", file).output
    file.write_bytes(b"the\nof\n")
    result = vocab("show", file)
    assert result.exit_code == 1
    assert "is no SentencePiece model" in result.output
