import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf
from typer.testing import CliRunner, Result

from lexport.cli.app import app
from lexport.tfformats.protos import message_class


def inspect(*arguments: str | Path) -> Result:
    """Runs the command in this process."""
    return CliRunner().invoke(app, ["inspect", *map(str, arguments)])


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A SavedModel that tries to be drawn, to lead out of its directory, and to hide a file."""
    message = message_class("SavedModel")()
    graph = message.meta_graphs.add()
    graph.meta_info_def.tags.append("serve")
    graph.meta_info_def.tensorflow_version = "\x1b[31m9.9"
    node = graph.graph_def.node.add(name="[bold]\x1b[2J", op="Const")
    node.attr["value"].tensor.string_val.append(b"/home/ann/words.txt")
    for name in ("../../secret.txt", "\x1b]0;title\x07.txt", "words.txt"):
        asset = graph.asset_file_def.add(filename=name)
        asset.tensor_info.name = "Const:0"
    signature = graph.signature_def["\x1b[7m"]
    signature.inputs["[/]"].dtype = 7
    directory = tmp_path / "model"
    (directory / "assets").mkdir(parents=True)
    (directory / "assets" / "orphan\x1b[2J.txt").write_text("x")
    (directory / "saved_model.pb").write_bytes(message.SerializeToString())
    return directory


def test_a_hostile_savedmodel_is_shown_safely(hostile: Path, terminal: Callable[..., tuple[int, str]]) -> None:
    """No control sequence of its own reaches the terminal, and its markup is text."""
    piped = inspect(hostile)
    code, drawn = terminal("inspect", hostile)

    assert (piped.exit_code, code) == (0, 0)
    assert piped.stdout.replace("\n", "").isprintable()
    assert "\x1b[2J" not in drawn
    assert "\x1b[31m9.9" not in drawn
    assert "\x07" not in drawn
    assert "[/]" in drawn


def test_the_problems_of_a_savedmodel_are_shown(hostile: Path) -> None:
    """Orphans, missing files, names that lead out of the directory, paths of the machine that wrote it."""
    problems = inspect(hostile).stdout.split("\n  problems\n")[1]

    assert r"no-orphan-files: assets/orphan\x1b[2J.txt" in problems
    assert "asset-present: the asset 'words.txt' is referenced but the file is missing" in problems
    assert "the asset name '../../secret.txt' is refused: it leaves the directory with '..'" in problems
    assert "no-absolute-path: '/home/ann/words.txt'" in problems


def test_json_holds_what_the_tree_shows(hostile: Path) -> None:
    """One document, the problems apart, and no manifest where there is none."""
    document = json.loads(inspect(hostile, "--json").stdout)

    assert document["tags"] == [["serve"]]
    assert document["orphans"] == ["assets/orphan\x1b[2J.txt"]
    assert {problem["where"] for problem in document["problems"]} >= {"asset-names", "asset-present", "no-orphan-files"}
    assert document["manifest"] is None
    assert [asset["sha256"] for asset in document["assets"]] == [None, None, None]


def test_a_damaged_manifest_is_a_problem_not_an_end(hostile: Path) -> None:
    """The SavedModel is shown all the same."""
    manifest = hostile / "assets.extra" / "lexport" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{")
    result = inspect(hostile)

    assert result.exit_code == 0
    assert "manifest.json is not a valid manifest" in result.stdout
    assert "signatures" in result.stdout


@pytest.mark.parametrize("content", [None, b"", b"not a protocol buffer"])
def test_what_is_no_savedmodel_is_an_error(tmp_path: Path, content: bytes | None) -> None:
    """Exit code 1, and what to give instead."""
    if content is not None:
        (tmp_path / "saved_model.pb").write_bytes(content)
    result = inspect(tmp_path)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("AssetError: ")


@pytest.mark.slow
def test_a_published_version_is_shown_whole(published: Any) -> None:
    """Signatures, the asset with its size, terms, digest and reader, its table, ops, versions, sizes."""
    tree = inspect(published.path).stdout

    for expected in (
        "  signatures\n    serving_default  tensorflow/serving/predict\n      inputs\n        word  string [null]\n",
        "      outputs\n        id  int64 [null]\n",
        "    words.txt  5 lines, 19 B\n      vocabulary words\n",
        "      sha256 43cfa7d20f66e639f87abb805eec48db7cba8f135b3884d86db94b6b2eaf5601\n",
        "      read by InitializeTableFromTextFileV2 ",
        "      filled from the asset 'words.txt'\n",
        "LookupTableFindV2 1",
        "    tensorflow (graph)  2.21.",
        "    lexport             ",
        "    assets     19 B\n",
        "  problems\n    none\n",
    ):
        assert expected in tree


@pytest.mark.slow
def test_the_parent_of_versions_is_taken_for_what_it_is(published: Any) -> None:
    """One level too high is the usual mistake; the version is suggested."""
    assert f"Did you mean {published.path}?" in inspect(published.path.parent).stderr


@pytest.mark.slow
def test_a_version_without_its_manifest_is_any_savedmodel(published: Any, tmp_path: Path) -> None:
    """Everything is shown but what only the manifest knows."""
    copy = tmp_path / "copy"
    shutil.copytree(published.path, copy, ignore=shutil.ignore_patterns("assets.extra"))
    document = json.loads(inspect(copy, "--json").stdout)

    assert document["manifest"] is None
    assert document["versions"].keys() == {"tensorflow (graph)"}
    assert document["assets"][0]["vocabularies"] == []
    assert document["assets"][0]["readers"][0]["op"] == "InitializeTableFromTextFileV2"
    assert document["tables"][0]["content"][0]["asset"] == "words.txt"


@pytest.fixture(scope="module")
def two_vocabularies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One in a file, and one in constants, with a term that tries to draw."""
    folder, module = tmp_path_factory.mktemp("saved"), tf.Module()
    (folder / "words.txt").write_text("".join(f"word{number}\n" for number in range(1000)))
    whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    lines = tf.lookup.TextFileInitializer(str(folder / "words.txt"), tf.string, whole, tf.int64, number)
    pairs = tf.lookup.KeyValueTensorInitializer(
        ["cat", "\x1b[2J", "a\nb", "long" * 99], tf.range(4, dtype=tf.int64) + 5
    )
    module.words, module.labels = (tf.lookup.StaticHashTable(one, -1) for one in (lines, pairs))
    module.serve = tf.function(
        lambda given: {"id": module.words.lookup(given) + module.labels.lookup(given)},
        input_signature=[tf.TensorSpec([None], tf.string)],
    )
    tf.saved_model.save(module, str(folder / "model"), signatures={"serving_default": module.serve})
    return folder / "model"


def test_vocabularies_are_shown_by_their_ends(two_vocabularies: Path) -> None:
    """From files and from constants, each term after its id; nothing of it reaches the terminal as it is."""
    result = inspect(two_vocabularies)
    told = result.stdout.split("\n  vocabularies\n")[1].split("\n  tables\n")[0]

    assert "  1,000 terms, in table 'hash_table" in told
    assert "        0  word0\n        1  word1\n        2  word2\n      ...\n      997  word997\n" in told
    assert "  4 terms, constants in the graph, in table '" in told
    assert "5  cat\n" in told
    assert r"6  \x1b[2J" in told
    assert r"7  a\nb" in told
    assert f"8  {('long' * 99)[:80]}..." in told


def test_json_has_the_ends_of_vocabularies(two_vocabularies: Path) -> None:
    """With numbers, and whole terms."""
    constants, words = json.loads(inspect(two_vocabularies, "--json").stdout)["vocabularies"]

    assert (words["name"], words["asset"], words["terms"]) == ("words.txt", "words.txt", 1000)
    assert words["first"][0] == {"id": 0, "term": "word0"}
    assert words["last"][-1] == {"id": 999, "term": "word999"}
    assert (constants["asset"], constants["terms"]) == (None, 4)
    assert constants["last"] == [{"id": 8, "term": "long" * 99}]
