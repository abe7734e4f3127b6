"""Two exports of one config, by two processes, in two directories; and what the manifest says of them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lexport.errors import AssetError
from lexport.publish import read_manifest
from lexport.run.load import checked_manifest
from lexport.savedmodel.digest import read_digest

MANIFEST = Path("assets.extra") / "lexport" / "manifest.json"
FACTORY = """\
import keras
import numpy as np
from lexport.layers import StringLookup, TextVectorization

def build(vocabularies):
    keras.utils.set_random_seed(1)
    word = keras.Input((), dtype="string", name="word")
    ids = TextVectorization(vocabulary=vocabularies["words"], output_sequence_length=4)(word)
    hidden = keras.layers.LSTM(3)(keras.layers.Embedding(4, 4)(ids))
    one = StringLookup(vocabulary=vocabularies["words"])(word)
    return keras.Model(word, {"id": one, "score": keras.layers.Dense(2)(hidden)})
"""
CONFIG = """\
name: words
vocabularies: {words: {file: words.txt}}
model: {factory: "factory:build"}
signatures: {serving_default: {inputs: {word: {dtype: string, shape: [null]}}, outputs: [id, score]}}
publish: {directory: exports}
device: cpu
"""

pytestmark = pytest.mark.slow


def _exported(folder: Path, home: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").touch()
    (folder / "words.txt").write_text("the\nof\n")
    (folder / "factory.py").write_text(FACTORY)
    (folder / "words.yaml").write_text(CONFIG)
    finished = subprocess.run(
        [sys.executable, "-m", "lexport", "export", "words.yaml"],
        cwd=folder,
        env=os.environ | {"LEXPORT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return folder / finished.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same config exported twice, with nothing in common but the code; nothing may change the files."""
    first, second = (tmp_path_factory.mktemp(name) for name in ("first", "elsewhere"))
    return _exported(first / "a", first / "home"), _exported(second / "b" / "deep", second / "home")


def test_two_exports_of_a_config_have_one_digest(pair: tuple[Path, Path]) -> None:
    """In two processes and two directories; the fingerprint, a uuid, differs."""
    first, second = pair
    assert read_digest(first).sha256 == read_digest(second).sha256
    assert (first / "fingerprint.pb").read_bytes() != (second / "fingerprint.pb").read_bytes()


def test_two_exports_of_a_config_have_the_same_bytes(pair: tuple[Path, Path]) -> None:
    """Graph, weights and assets: the order of the variables is not that of their addresses in memory."""
    first, second = (
        {
            path: (export / path).read_bytes()
            for path in read_manifest(export).files
            if not path.startswith("assets.extra/") and path != "fingerprint.pb"
        }
        for export in pair
    )
    assert [path for path in first if first[path] != second.get(path)] == []
    assert first.keys() == second.keys()


def test_the_manifest_has_the_digest_of_the_directory(pair: tuple[Path, Path]) -> None:
    """So that two versions can be compared by their manifests alone."""
    assert read_manifest(pair[0]).canonical_digest == read_digest(pair[1]).sha256


def test_another_digest_than_in_the_manifest_is_refused(pair: tuple[Path, Path], tmp_path: Path) -> None:
    """Before TensorFlow reads the graph, although every file is what the manifest says."""
    copy = Path(shutil.copytree(pair[0], tmp_path / "copy"))
    manifest: dict[str, Any] = json.loads((copy / MANIFEST).read_bytes())
    manifest["canonical_digest"]["sha256"] = "0" * 64
    (copy / MANIFEST).write_text(json.dumps(manifest))

    with pytest.raises(AssetError, match="is not what its manifest says") as caught:
        checked_manifest(copy)
    [problem] = caught.value.problems
    assert problem.where == "canonical_digest"
