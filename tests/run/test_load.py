"""A published directory, checked byte for byte and then loaded."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

import lexport
from lexport import Vocabulary
from lexport.errors import AssetError, VocabularyError
from lexport.run.verify_directory import verify_directory
from tests.verify.faults.file_faults import flip_bit_of_weights
from tests.verify.faults.sound_export import agree_with_manifest

MANIFEST = Path("assets.extra") / "lexport" / "manifest.json"

pytestmark = pytest.mark.slow


def test_assets_are_found_by_name_and_in_order(published: Any) -> None:
    """Each with its path and the sha256 of its bytes."""
    assets = lexport.load(published.path).assets
    assert [asset.name for asset in assets] == list(assets.names) == ["labels.txt", "words.txt"]
    assert (len(assets), "words.txt" in assets, "nothing.txt" in assets, 3 in assets) == (2, True, False, False)
    words = assets["words.txt"]
    assert words.path == published.path / "assets" / "words.txt"
    assert words.digest == hashlib.sha256(words.path.read_bytes()).hexdigest()
    assert words.read_text() == "the\nnaïve\u2028café\nnext\x85line\n spaced \nof\n"
    with pytest.raises(
        AssetError, match=r"there is no asset 'nothing\.txt'; there are \['labels\.txt', 'words\.txt'\]"
    ):
        assets["nothing.txt"]


def test_vocabularies_are_those_of_the_training(published: Any) -> None:
    """Terms that other readers would split stay whole; the store is filled anew."""
    vocabularies = lexport.load(published.path).vocabularies
    assert list(vocabularies) == ["labels", "words"]
    assert vocabularies["words"].terms == ("the", "naïve\u2028café", "next\x85line", " spaced ", "of")
    assert vocabularies["labels"] == Vocabulary.from_terms("labels", ["cat", "dog", "größe"])
    assert ("words" in vocabularies, "nothing" in vocabularies, len(vocabularies)) == (True, False, 2)
    with pytest.raises(AssetError, match=r"there is no vocabulary 'nothing'; there are \['labels', 'words'\]"):
        vocabularies["nothing"]
    assert vocabularies.get("nothing") is None


def test_signatures_answer_as_the_model_did(published: Any) -> None:
    """Tensors in by keyword, a dict of tensors out."""
    loaded = lexport.load(published.path)
    assert (list(loaded.signatures), loaded.manifest.name) == (["serving_default"], "animals")
    inputs = {name: tf.constant(values) for name, values in published.inputs.items()}
    outputs = {name: tensor.numpy().tolist() for name, tensor in loaded.signatures["serving_default"](**inputs).items()}
    published.assert_same(outputs | {"label": [label.decode() for label in outputs["label"]]})


def test_what_was_loaded_by_a_relative_path_stays_where_it_is(published: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of the working directory changes nothing."""
    monkeypatch.chdir(published.path.parent)
    loaded = lexport.load("7")
    monkeypatch.chdir("/")
    assert loaded.assets["labels.txt"].read_text() == "cat\ndog\ngröße\n"
    assert len(loaded.vocabularies["words"]) == 5


def test_a_vocabulary_that_is_edited_after_the_loading_is_an_error(copied: Path) -> None:
    """It is read when it is asked for, and its digest is known."""
    loaded = lexport.load(copied)
    (copied / "assets" / "words.txt").write_text("of\nthe\n")
    with pytest.raises(VocabularyError, match="is not the expected vocabulary 'words': required sha256"):
        loaded.vocabularies["words"]


# -- what is not what was written ------------------------------------------------------------------------------


def swap_lines(directory: Path) -> str:
    file = directory / "assets" / "words.txt"
    first, second, *rest = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([second, first, *rest]))
    return "assets/words.txt: was changed"


def append_line(directory: Path) -> str:
    with (directory / "assets" / "words.txt").open("ab") as file:
        file.write(b"more\n")
    return "assets/words.txt: was changed"


def change_weight(directory: Path) -> str:
    file = directory / "variables" / "variables.data-00000-of-00001"
    data = bytearray(file.read_bytes())
    data[0] ^= 1
    file.write_bytes(data)
    return "variables/variables.data-00000-of-00001: was changed"


def rename_output(directory: Path) -> str:
    file = directory / "saved_model.pb"
    file.write_bytes(file.read_bytes().replace(b"scores", b"scored"))
    return "saved_model.pb: was changed"


def delete_asset(directory: Path) -> str:
    (directory / "assets" / "labels.txt").unlink()
    return "assets/labels.txt: is in the manifest and not on disk"


def add_file(directory: Path) -> str:
    (directory / "assets" / "more.txt").write_text("spam")
    return "assets/more.txt: is not in the manifest"


def add_file_elsewhere(directory: Path) -> str:
    (directory / "assets.extra" / "tf_serving_warmup_requests").write_text("spam")
    return "assets.extra/tf_serving_warmup_requests: is not in the manifest"


def link_asset(directory: Path) -> str:
    asset = directory / "assets" / "words.txt"
    asset.rename(directory.parent / "elsewhere.txt")
    asset.symlink_to(directory.parent / "elsewhere.txt")
    return "assets/words.txt: is a symbolic link; it is not followed"


def link_manifest(directory: Path) -> str:
    manifest = directory / MANIFEST
    manifest.rename(directory.parent / "manifest.json")
    manifest.symlink_to(directory.parent / "manifest.json")
    return "manifest.json"


def add_pipe(directory: Path) -> str:
    os.mkfifo(directory / "variables" / "pipe")
    return "variables/pipe: is a special file"


def edit_digest(directory: Path) -> str:
    manifest = json.loads((directory / MANIFEST).read_bytes())
    manifest["files"]["saved_model.pb"]["sha256"] = "0" * 64
    (directory / MANIFEST).write_text(json.dumps(manifest))
    return f"saved_model.pb: was changed: required .* sha256 {'0' * 64}"


def edit_vocabulary_digest(directory: Path) -> str:
    manifest = json.loads((directory / MANIFEST).read_bytes())
    manifest["vocabularies"]["words"]["sha256"] = "0" * 64
    (directory / MANIFEST).write_text(json.dumps(manifest))
    return f"vocabularies.words: has sha256 {'0' * 64}, but the file 'assets/words.txt' has"


def leave_directory(directory: Path) -> str:
    manifest = json.loads((directory / MANIFEST).read_bytes())
    manifest["assets"]["words.txt"] = "../../elsewhere.txt"
    (directory / MANIFEST).write_text(json.dumps(manifest))
    return r"assets\.words\.txt: .*\.\."


def delete_manifest(directory: Path) -> str:
    (directory / MANIFEST).unlink()
    return "manifest.json does not exist: .* is no export of lexport"


def cut_manifest(directory: Path) -> str:
    (directory / MANIFEST).write_bytes((directory / MANIFEST).read_bytes()[:100])
    return "manifest.json is not a valid manifest"


def delete_all(directory: Path) -> str:
    shutil.rmtree(directory)
    return "is not a directory"


FAULTS = (
    swap_lines,
    append_line,
    change_weight,
    rename_output,
    delete_asset,
    add_file,
    add_file_elsewhere,
    link_asset,
    link_manifest,
    add_pipe,
    edit_digest,
    edit_vocabulary_digest,
    leave_directory,
    delete_manifest,
    cut_manifest,
    delete_all,
)


@pytest.mark.parametrize("open_directory", [lexport.load, verify_directory])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_what_is_not_as_it_was_written_is_refused(
    fault: Callable[[Path], str], open_directory: Callable[[Path], Any], copied: Path
) -> None:
    """A changed, missing, additional or linked file is named; a manifest that was edited contradicts something."""
    message = fault(copied)
    with pytest.raises(AssetError, match=message):
        open_directory(copied)


def test_all_differences_are_in_one_error(copied: Path) -> None:
    """In the order of the paths."""
    for fault in (swap_lines, change_weight, delete_asset, add_file):
        fault(copied)
    with pytest.raises(AssetError, match="is not what its manifest says") as raised:
        lexport.load(copied)
    assert [problem.where for problem in raised.value.problems] == [
        "assets/labels.txt",
        "assets/more.txt",
        "assets/words.txt",
        "variables/variables.data-00000-of-00001",
    ]


def test_nothing_is_read_by_tensorflow_before_it_was_checked(copied: Path) -> None:
    """A process that refuses a directory has not even imported it."""
    add_file(copied)
    program = """
import sys, lexport
from lexport.errors import AssetError
try:
    lexport.load(sys.argv[1])
except AssetError:
    print("tensorflow" in sys.modules)
"""
    result = subprocess.run([sys.executable, "-c", program, copied], capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"


def test_what_tensorflow_cannot_load_is_an_error_of_lexport(copied: Path) -> None:
    """Whoever calls `lexport.load` need not know the errors of TensorFlow."""
    flip_bit_of_weights(copied)
    agree_with_manifest(copied)
    with pytest.raises(AssetError, match=r"cannot load .*: DataLossError: .*Checksum does not match"):
        lexport.load(copied)
