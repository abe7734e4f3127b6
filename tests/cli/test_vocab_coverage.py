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
    terms: {standardize: lower, split: whitespace}
    max_terms: 2
    reserved: [the]
    update: {from: old.txt}
    counts: {to: words.counts.parquet}
  ids: {source: {files: data.csv, column: id}, dtype: int64}
  labels: {file: labels.txt}
engine: {kind: local, workers: 1}
model: {factory: "factory:build"}
signatures: {serving_default: {inputs: {word: {dtype: string, shape: [null]}}}}
publish: {directory: exports}
"""


def coverage(*arguments: str | Path) -> Result:
    """Runs the command in this process."""
    return CliRunner().invoke(app, ["vocab", "coverage", *map(str, arguments)])


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """A vocabulary of three terms."""
    path = tmp_path / "words.txt"
    path.write_text("the\ncat\nemu\n")
    return path


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Four rows, one without a term, and one without a known one."""
    path = tmp_path / "new.txt"
    path.write_text("the cat saw the dog\ndog\n\nthe end\n")
    return path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config with the data of training."""
    (tmp_path / "data.csv").write_text("text,id\nThe cat,7\nthe dog,8\n")
    (tmp_path / "labels.txt").write_text("cat\n")
    (tmp_path / "old.txt").write_text("the\n")
    (tmp_path / "two.yaml").write_text(CONFIG)
    return tmp_path / "two.yaml"


def test_what_is_out_of_vocabulary_is_told(words: Path, new: Path) -> None:
    """In tokens, in distinct terms and in rows; with the most frequent unknown terms."""
    result = coverage(words, new, "--split", "whitespace", "--worst", "2")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "words  1 of 3 terms do not occur in the data",
        "  out of vocabulary",
        "    tokens          4 of 8 (50.0000%)",
        "    distinct terms  3 of 5 (60.0000%)",
        "  rows",
        "    without any known term  1 of 4 (25.0000%)",
        "    without any term        1 of 4 (25.0000%)",
        "  most frequent unknown terms, with their counts and shares of all tokens",
        "    2  25.0000%  dog",
        "    1  12.5000%  saw",
    ]
    assert f"read {new.stat().st_size} B in" in result.stderr


def test_json_is_one_document(words: Path, new: Path) -> None:
    """Numbers; shares from 0 to 1."""
    document = json.loads(coverage(words, new, "--split", "whitespace", "--worst", "1", "--json").stdout)
    assert document == {
        "passed": True,
        "max_oov": None,
        "name": "words",
        "sha256": Vocabulary.from_file("words", words).digest,
        "tokens": 8,
        "oov_tokens": 4,
        "oov_rate": 0.5,
        "distinct": 5,
        "oov_distinct": 3,
        "oov_distinct_rate": 0.6,
        "rows": 4,
        "rows_without_terms": 1,
        "rows_without_known_terms": 1,
        "terms": 3,
        "unseen": 1,
        "worst": [{"term": "dog", "count": 2}],
    }


@pytest.mark.parametrize(("most", "code"), [("0.5", 0), ("0.49", 1), ("0", 1), ("1", 0)])
def test_a_share_that_is_too_large_is_an_exit_code(words: Path, new: Path, most: str, code: int) -> None:
    """For jobs that watch new data; the report is printed all the same."""
    result = coverage(words, new, "--split", "whitespace", "--max-oov", most, "--json")

    assert result.exit_code == code
    assert json.loads(result.stdout)["passed"] == (code == 0)
    assert ("too much is out of vocabulary: 50.0000% of tokens" in result.stderr) == (code == 1)


def test_options_say_how_values_become_terms(words: Path, tmp_path: Path) -> None:
    """Column, format, standardisation, split and n-grams, as in a config; several files and globs."""
    for number in range(2):
        (tmp_path / f"new-{number}.data").write_text('{"x": "The CAT!"}\n')
    (tmp_path / "runs.txt").write_text("the cat\n")
    words.write_text("the cat\nthe\ncat\n")
    data = [tmp_path / "new-0.data", f"{tmp_path}/new-[1-9].data", "--column", "x", "--format", "jsonl", "--json"]
    rule = ["--standardize", "lower_and_strip_punctuation"]

    def tokens(*arguments: str | Path) -> tuple[int, int]:
        document = json.loads(coverage(words, *data, *arguments).stdout)
        return document["tokens"], document["oov_tokens"]

    assert tokens() == (2, 2)
    assert tokens(*rule) == (2, 0)
    assert tokens(*rule, "--split", "whitespace") == (4, 0)
    assert tokens(*rule, "--split", "whitespace", "--ngrams", "2") == (6, 0)
    assert tokens(*rule, "--split", "whitespace", "--ngrams", "2,3") == (2, 0)
    assert tokens("--split", "character") == (16, 16)


def test_integers_are_looked_up_as_such(tmp_path: Path) -> None:
    """Where somebody says that they are integers."""
    (tmp_path / "ids.txt").write_text("7\n8\n")
    (tmp_path / "new.csv").write_text("id\n007\n9\n")
    arguments = (tmp_path / "ids.txt", tmp_path / "new.csv", "--column", "id", "--json")
    assert json.loads(coverage(*arguments, "--dtype", "int64").stdout)["worst"] == [{"term": 9, "count": 1}]
    assert json.loads(coverage(*arguments).stdout)["oov_tokens"] == 2


def test_a_config_says_it_as_in_training(words: Path, config: Path, tmp_path: Path) -> None:
    """The terms of the vocabulary of the same name, or of the one that is named; nothing is written."""
    (tmp_path / "new.csv").write_text("text,id\nTHE dog,7\n")
    (tmp_path / "new.jsonl").write_text('{"body": "THE dog"}\n')

    document = json.loads(coverage(words, tmp_path / "new.csv", "--config", config, "--json").stdout)
    assert (document["tokens"], document["worst"]) == (2, [{"term": "dog", "count": 1}])
    other = coverage(words, tmp_path / "new.jsonl", "--config", config, "--column", "body", "--json")
    assert json.loads(other.stdout) == document
    named = coverage(words.rename(tmp_path / "w.txt"), tmp_path / "new.csv", "--config", config, "--name", "words")
    assert "1 of 2 (50.0000%)" in named.stdout
    assert not (tmp_path / "words.counts.parquet").exists()


def test_the_vocabulary_itself_may_come_from_a_config(config: Path, tmp_path: Path) -> None:
    """It is built from the data of the config, and its counts are not written."""
    (tmp_path / "new.csv").write_text("text,id\nTHE emu,7\nx,9\n")

    words = json.loads(coverage(config, tmp_path / "new.csv", "--name", "words", "--json").stdout)
    assert (words["terms"], words["tokens"], words["oov_tokens"]) == (2, 3, 2)
    ids = json.loads(coverage(config, tmp_path / "new.csv", "--name", "ids", "--json").stdout)
    assert (ids["terms"], ids["worst"]) == (2, [{"term": 9, "count": 1}])
    assert not (tmp_path / "words.counts.parquet").exists()


def test_a_published_version_has_its_vocabularies_by_name(config: Path, tmp_path: Path) -> None:
    """The name is that of the config, too; the manifest says what the terms are, and is compared with the file."""
    ids, words = Vocabulary.from_terms("ids", [7]), Vocabulary.from_terms("words", ["the"])
    root = tmp_path / "1"
    entries = {}
    for one in (ids, words):
        one.write(root / "assets" / f"{one.name}.txt")
        entries[one.name] = VocabularyEntry(f"assets/{one.name}.txt", one.digest, 1, one.dtype)
    write_manifest(root, make_manifest(root, name="x", vocabularies=entries))
    data = (tmp_path / "data.csv", "--config", config)

    assert json.loads(coverage(root, *data, "--name", "ids", "--json").stdout)["oov_rate"] == 0.5
    assert f"{root} has the vocabularies ids, words. Choose one with --name" in coverage(root, *data).stderr
    (root / "assets" / "ids.txt").write_text("8\n")
    assert "assets/ids.txt: was changed" in coverage(root, *data, "--name", "ids").stderr


def test_options_that_contradict_each_other_are_errors_of_usage(words: Path, new: Path, config: Path) -> None:
    """All at once, before anything is read."""
    result = coverage(words, new, "--config", config, "--standardize", "lower", "--split", "character")
    assert result.exit_code == 2
    assert "--standardize: must not stand beside the config" in result.stderr
    assert "--split: must not stand beside the config" in result.stderr
    for arguments in (
        ["--ngrams", "2"],
        ["--split", "whitespace", "--ngrams", "two"],
        ["--format", "xml"],
        ["--max-oov", "5"],
        ["--config", config, "--name", "labels"],
    ):
        assert coverage(words, new, *arguments).exit_code == 2


def test_data_that_cannot_be_read_are_an_error(words: Path, tmp_path: Path) -> None:
    """No report, and no exit code of success."""
    (tmp_path / "new.csv").write_text("text\nthe\n")
    for arguments in ([tmp_path / "absent.txt"], [tmp_path / "new.csv", "--column", "txt"], [tmp_path / "new.csv"]):
        result = coverage(words, *arguments)
        assert (result.exit_code, result.stdout) == (1, "")
    (tmp_path / "bad.txt").write_text("a\na\n")
    assert "duplicate-term" in coverage(tmp_path / "bad.txt", tmp_path / "new.csv", "--column", "text").stderr


def test_a_file_may_be_called_what_no_vocabulary_is_called(words: Path, new: Path) -> None:
    """It is read, not named."""
    odd = words.rename(words.with_name("new words (2).txt"))
    assert coverage(odd, new, "--split", "whitespace").exit_code == 0


def test_tensorflow_is_not_needed(lexport: Callable[..., Any], words: Path, new: Path, config: Path) -> None:
    """A machine that watches data need not start it."""
    poison = words.parent / "poison"
    poison.mkdir()
    (poison / "tensorflow.py").write_text("raise RuntimeError('imported')")
    env = {"PYTHONPATH": os.pathsep.join([str(poison), os.environ.get("PYTHONPATH", "")])}
    data = words.parent / "data.csv"
    assert lexport("vocab", "coverage", words, data, "--config", config, "--max-oov", "0.25", env=env).code == 0


def test_a_terminal_gets_a_progress_bar(terminal: Callable[..., tuple[int, str]], words: Path, new: Path) -> None:
    """With what was read and how fast."""
    code, shown = terminal("vocab", "coverage", words, new, "--split", "whitespace")
    assert code == 0
    assert "\u2501" in shown
    assert f"read {new.stat().st_size} B in" in shown
