import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from lexport.cli.app import app
from lexport.vocabulary import Vocabulary

BOTH = """\
name: two
vocabularies:
  words: {source: {files: data.csv, column: text}, terms: {split: whitespace}}
  labels: {file: labels.txt}
model: {factory: "factory:build"}
signatures: {serving_default: {inputs: {word: {dtype: string, shape: [null]}}}}
publish: {directory: exports}
"""


def build(*arguments: str | Path) -> Result:
    """Runs the command in this process."""
    return CliRunner().invoke(app, ["vocab", "build", *map(str, arguments)])


def two(config: Path) -> Path:
    """Gives a config of a built vocabulary and one from a file."""
    (config.parent / "labels.txt").write_text("cat\ndog\n")
    path = config.with_name("two.yaml")
    path.write_text(BOTH)
    return path


def test_a_vocabulary_is_shown_with_its_digest_its_snapshot_and_its_first_terms(config: Path) -> None:
    """The digest is what a config's `sha256` takes; counts show whether the data is what one thinks."""
    words = Vocabulary.from_terms("words", ["the", "of", "dog", "cow", "cat"])

    assert build(config, "--head", "2").stdout.splitlines() == [
        "words  5 terms, string",
        f"  sha256  {words.digest}",
        f"  store   {words.path}",
        "  first terms, with their counts",
        "    3  the",
        "    1  of",
    ]


def test_the_steps_are_told_on_stderr(config: Path) -> None:
    """With the bytes that were really read."""
    stderr = build(config).stderr

    assert "building vocabulary words" in stderr
    assert f"read {(config.parent / 'data.csv').stat().st_size} B in" in stderr


def test_json_is_one_document_with_counts(config: Path) -> None:
    """And the steps are still told on stderr."""
    result = build(config, "--json")
    shown = json.loads(result.stdout)["vocabularies"][0]

    assert shown["head"][0] == {"term": "the", "count": 3}
    assert (shown["name"], shown["terms"], shown["file"]) == ("words", 5, None)
    assert Path(shown["path"]).read_text() == "the\nof\ndog\ncow\ncat\n"


def test_out_writes_each_vocabulary_as_a_file(config: Path, tmp_path: Path) -> None:
    """The bytes are those that will be the asset; folders are made."""
    out = tmp_path / "a" / "b"
    build(two(config), "--out", out)

    assert (out / "words.txt").read_text() == "the\nof\ndog\ncow\ncat\n"
    assert (out / "labels.txt").read_text() == "cat\ndog\n"
    # A vocabulary from a file has no counts.
    assert sorted(file.name for file in out.iterdir()) == ["labels.txt", "words.statistics.parquet", "words.txt"]
    read = Vocabulary.from_file("words", out / "words.txt", statistics=out / "words.statistics.parquet")
    assert read.counts == (3, 1, 1, 1, 1)


def test_the_same_vocabulary_may_be_written_again(config: Path, tmp_path: Path) -> None:
    """A second run changes nothing and is no error."""
    out = tmp_path / "out"
    assert [build(config, "--out", out).exit_code for _ in range(2)] == [0, 0]


def test_another_vocabulary_is_not_overwritten_by_mistake(config: Path, tmp_path: Path) -> None:
    """Nothing is written then, not even the vocabularies that are in nobody's way; --force replaces it."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "words.txt").write_text("precious\n")
    result = build(two(config), "--out", out)

    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{out / 'words.txt'}: is another vocabulary than 'words'" in result.stderr
    assert [(file.name, file.read_text()) for file in out.iterdir()] == [("words.txt", "precious\n")]
    assert build(two(config), "--out", out, "--force").exit_code == 0
    assert (out / "words.txt").read_text() == "the\nof\ndog\ncow\ncat\n"


@pytest.mark.parametrize("content", ["other statistics", "no statistics"])
def test_other_statistics_are_not_overwritten_by_mistake(config: Path, tmp_path: Path, content: str) -> None:
    """Those of another vocabulary, or a file that is something else."""
    path = tmp_path / "out" / "words.statistics.parquet"
    path.parent.mkdir()
    if content == "other statistics":
        Vocabulary.from_terms("x", ["a"], counts=[1]).write(tmp_path / "x.txt", statistics=path)
    else:
        path.write_text("mine")
    before = path.read_bytes()
    result = build(config, "--out", path.parent)

    assert result.exit_code == 1
    assert f"{path}: " in result.stderr
    assert path.read_bytes() == before
    assert not (path.parent / "words.txt").exists()
    assert build(config, "--out", path.parent, "--force").exit_code == 0


def test_json_names_the_files(config: Path, tmp_path: Path) -> None:
    """Those of the terms, of the counts and of the plot."""
    result = build(config, "--out", tmp_path / "out", "--plot", tmp_path / "plot.png", "--json")
    document = json.loads(result.stdout)

    assert document["plot"] == str(tmp_path / "plot.png")
    assert document["vocabularies"][0]["statistics"] == str(tmp_path / "out" / "words.statistics.parquet")
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_a_plot_shows_all_counted_terms_and_the_cut(config: Path, tmp_path: Path) -> None:
    """Those that are not in the vocabulary, too; a vocabulary without counts is named and left out."""
    path = two(config)
    path.write_text(path.read_text().replace("split: whitespace}}", "split: whitespace}, max_terms: 2}"))
    result = build(path, "--plot", tmp_path / "plot.svg")
    drawn = (tmp_path / "plot.svg").read_text()

    assert result.exit_code == 0
    assert "words: counts of 5 terms" in drawn
    assert f"chosen: 2 terms, {100 * 4 / 7:.2f} % of tokens" in drawn
    assert "vocabulary 'labels' cannot be drawn" in result.stderr
    assert result.stdout.splitlines()[-1] == f"plot  {tmp_path / 'plot.svg'}"


def test_what_cannot_be_drawn_is_told_before_anything_is_counted(config: Path, tmp_path: Path) -> None:
    """A file of another kind, or vocabularies without counts."""
    for arguments in ([config, "--plot", tmp_path / "a.pdf"], [two(config), "labels", "--plot", tmp_path / "a.svg"]):
        result = build(*arguments)
        assert result.exit_code == 2
        assert "building" not in result.stderr


def test_the_engine_of_the_command_line_goes_before_that_of_the_config(config: Path) -> None:
    """What comes of it is the same."""
    by_default = json.loads(build(config, "--json").stdout)
    assert json.loads(build(config, "--engine", "local", "--json").stdout) == by_default
    assert build(config, "--engine", "abacus").exit_code == 2


def test_one_pass_over_several_vocabularies_is_one_step(config: Path) -> None:
    """With the bytes of the files that are read, not those for each vocabulary; what is elsewhere comes on top."""
    path = two(config)
    more = "  again: {source: {files: data.csv, column: text}}\n  third: {source: {files: other.txt}}\nmodel:"
    path.write_text(path.read_text().replace("model:", more))
    (path.parent / "other.txt").write_text("a\nb\n")
    stderr = build(path).stderr

    size = (path.parent / "data.csv").stat().st_size + 4
    assert "building vocabularies words, again, third" in stderr
    assert f"read {size} B in" in stderr


def test_only_the_named_ones_are_built(config: Path) -> None:
    """A vocabulary from a file has no counts."""
    shown = json.loads(build(two(config), "labels", "--json").stdout)["vocabularies"]

    assert [one["name"] for one in shown] == ["labels"]
    assert shown[0]["head"] == [{"term": "cat", "count": None}, {"term": "dog", "count": None}]
    assert build(two(config), "labels").stdout.endswith("  first terms\n      cat\n      dog\n")


def test_a_name_that_the_config_does_not_have_is_an_error_of_usage(config: Path) -> None:
    """Before anything is built, with the names that there are."""
    result = build(two(config), "wrds")

    assert result.exit_code == 2
    assert "wrds: the config has no such vocabulary; it has words, labels. Did you mean words?" in result.stderr
    assert "building" not in result.stderr


def test_a_vocabulary_that_cannot_be_built_leaves_no_file(config: Path, tmp_path: Path) -> None:
    """Neither its own nor that of the others: all or nothing."""
    path = two(config)
    (config.parent / "labels.txt").write_text("cat\ncat\n")
    result = build(path, "--out", tmp_path / "out")

    assert result.exit_code == 1
    assert "duplicate-term" in result.stderr
    assert result.stdout == ""
    assert not (tmp_path / "out").exists()


def test_tensorflow_is_not_needed(lexport: Callable[..., Any], config: Path) -> None:
    """A machine that prepares data need not start it."""
    poison = config.parent / "poison"
    poison.mkdir()
    (poison / "tensorflow.py").write_text("raise RuntimeError('imported')")

    assert lexport("vocab", "build", config, env={"PYTHONPATH": str(poison)}).code == 0


def test_a_terminal_gets_a_progress_bar(terminal: Callable[..., tuple[int, str]], config: Path) -> None:
    """It ends with what was read, and the result follows."""
    code, shown = terminal("vocab", "build", config)

    assert code == 0
    assert "\u2501" in shown
    assert "read 32 B in" in shown
    assert shown.index("read 32 B in") < shown.index("5 terms, string")


COUNTED = """\
vocabularies:
  words:
    source: {files: data.csv, column: text}
    terms: {split: whitespace}
    counts: {to: counts.parquet}
  others: {source: {files: data.csv, column: text}}
"""


def test_a_config_may_have_nothing_but_vocabularies(config: Path) -> None:
    """A team that has no model yet needs no signatures; a key of an export asks for the rest of one."""
    alone = config.with_name("alone.yaml")
    alone.write_text(COUNTED)
    assert [one["name"] for one in json.loads(build(alone, "--json").stdout)["vocabularies"]] == ["words", "others"]
    alone.write_text(COUNTED + "model: {factory: 'factory:build'}\n")
    refused = build(alone)
    assert refused.exit_code == 2
    assert "signatures: must be given" in str(refused.exception) + refused.stderr


def test_files_that_cannot_be_written_leave_everything_as_it_was(config: Path) -> None:
    """Neither a vocabulary nor the counts are there: whoever tries again adds nothing twice."""
    alone = config.with_name("alone.yaml")
    alone.write_text(COUNTED)
    out = config.parent / "out"
    (out / "others.txt").mkdir(parents=True)
    assert build(alone, "--out", out, "--force").exit_code == 1
    assert [path.name for path in out.iterdir()] == ["others.txt"]
    assert not (config.parent / "counts.parquet").exists()
    (out / "others.txt").rmdir()
    assert build(alone, "--out", out).exit_code == 0
    assert len(list(out.iterdir())) == 4
    assert (config.parent / "counts.parquet").exists()
