"""A copy without what can be mended for certain, that answers as its original; or none at all."""

import base64
import importlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from lexport.doctor.subject import Subject
from lexport.errors import AssetError, PublishError, VerificationError
from lexport.publish import make_manifest, write_manifest
from lexport.surgery.repairs import repair
from lexport.surgery.repairs.edit import Edit, Repair
from tests.surgery.repairs.user_models import TERMS, Repaired, shards

MODULE = importlib.import_module("lexport.surgery.repairs.repair")
LINES = "".join(f"{term}\n" for term in TERMS)

Saved = Callable[[str], Path]
Made = Callable[[str], Repaired]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "mended", "left"),
    [
        ("keras_export", {"LX101", "LX701"}, set()),
        ("saved_keras_model", {"LX101", "LX401"}, {"LX702"}),
        ("integers_and_labels", {"LX101"}, set()),
        ("plain_module", {"LX101", "LX201", "LX501"}, set()),
        ("tensorflow_1", {"LX101", "LX501"}, set()),
    ],
)
def test_what_was_mended_is_found_no_more(name: str, mended: set[str], left: set[str], repaired: Made) -> None:
    """And nothing new is; each kind of loader has given the answers of the original."""
    one = repaired(name)
    assert one.codes == (mended | left, left)
    assert {repaired.code for repaired in one.report.repairs} == mended
    assert {check.passed for check in one.report.checks} == {True}
    assert len({check.name.split(":")[1] for check in one.report.checks if check.name.startswith("replay")}) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("keras_export", {"words_1.txt": LINES}),
        ("integers_and_labels", {"years_1.txt": "".join(f"{n}\n" for n in range(1990, 2030)), "labels_1.txt": LINES}),
        ("plain_module", {"words.txt": LINES}),
        ("tensorflow_1", {"hash_table.txt": LINES, "labels.txt": "".join(f"label{n}\n" for n in range(40))}),
    ],
)
def test_a_vocabulary_becomes_a_file_named_after_its_layer(name: str, files: dict[str, str], repaired: Made) -> None:
    """In the order of its ids; one of the same bytes is there once, and nothing else lies there."""
    assets = repaired(name).out / "assets"
    assert {path.name: path.read_text() for path in assets.iterdir()} == files


@pytest.mark.slow
def test_variables_are_stored_once_under_both_names(repaired: Made) -> None:
    """TensorFlow reads the same values from half the bytes, and a session restores none that nobody reads."""
    one = repaired("keras_export")
    before, after = shards(one.original), shards(one.out)
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[name], after[name]) for name in before)
    sizes = [(path / "variables" / "variables.data-00000-of-00001").stat().st_size for path in (one.original, one.out)]
    values = sum(value.nbytes for name, value in before.items())
    assert sizes[0] - sizes[1] == values / 2
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.compat.v1.saved_model.load(session, ["serve"], str(one.out))
        handles = [node.name for node in session.graph.as_graph_def().node if node.op == "VarHandleOp"]
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.compat.v1.saved_model.load(session, ["serve"], str(one.original))
        held = [node.name for node in session.graph.as_graph_def().node if node.op == "VarHandleOp"]
    assert len(held) - len(handles) == 3


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plain_module", "tensorflow_1"])
def test_no_byte_of_the_copy_names_the_machine(name: str, repaired: Made) -> None:
    """Neither the graph nor the stack traces beside it."""
    one = repaired(name)
    machine = str(one.original.parent).encode()
    holding = [path for path in one.out.rglob("*") if path.is_file() and machine in path.read_bytes()]
    assert holding == []
    assert any(machine in path.read_bytes() for path in one.original.rglob("*") if path.is_file())


@pytest.mark.slow
def test_what_works_in_python_alone_is_served_by_sessions(repaired: Made) -> None:
    """As the original answers in Python; a session could not find its variables."""
    one = repaired("saved_keras_model")
    replays = {
        check.name.split(":")[1]: check.detail for check in one.report.checks if check.name != "static:same-terms"
    }
    assert "another loader" not in replays["tf.saved_model.load"]
    assert "as the original does through another loader" in replays["tf.compat.v1.saved_model.load"]
    assert "as the original does through another loader" in replays["TF_LoadSessionFromSavedModel"]
    before, after = shards(one.original), shards(one.out)
    assert all(np.array_equal(before[name], after[name]) for name in before)


@pytest.mark.slow
def test_the_copy_can_be_moved_and_used(repaired: Made, tmp_path: Path) -> None:
    """Its assets are found where it stands, and unknown terms get what they got."""
    shutil.copytree(repaired("plain_module").out, tmp_path / "moved")
    answer = tf.saved_model.load(str(tmp_path / "moved")).signatures["serving_default"](
        word=tf.constant(["term0", "term39", "other"])
    )
    assert {name: value.numpy().tolist() for name, value in answer.items()} == {
        "file": [0, 39, 40],
        "list": [0, 39, -1],
    }


@pytest.mark.slow
def test_a_sound_copy_has_nothing_to_mend(repaired: Made, tmp_path: Path) -> None:
    """Then nothing is written, and no process is started."""
    report = repair(repaired("integers_and_labels").out, tmp_path / "out")
    assert (report.out, report.repairs, report.checks) == (None, (), ())
    assert report.after.findings == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_place_that_is_taken_is_refused_also_where_there_is_nothing_to_mend(repaired: Made, tmp_path: Path) -> None:
    """Whoever goes on with it would have another model."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "saved_model.pb").write_bytes(b"another")
    with pytest.raises(PublishError, match="out"):
        repair(repaired("integers_and_labels").out, tmp_path / "out")
    assert (tmp_path / "out" / "saved_model.pb").read_bytes() == b"another"


@pytest.mark.slow
def test_a_repair_that_changes_an_answer_publishes_nothing(
    saved: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof sees it through each loader, and says what was asked."""

    def swapping(subject: Subject, edit: Edit) -> None:
        edit.written["assets/words.txt"] = LINES.replace("term3\nterm4", "term4\nterm3").encode()
        edit.repairs.append(Repair("LX101", "assets/words.txt", "swaps two terms"))

    monkeypatch.setattr(MODULE, "REPAIRS", (swapping,))
    with pytest.raises(VerificationError, match="does not answer as") as caught:
        repair(saved("plain_module"), tmp_path / "out")
    failed = [problem.where for problem in caught.value.problems]
    assert failed == [
        "static:same-terms",
        "replay:tf.saved_model.load:serving_default",
        "replay:tf.compat.v1.saved_model.load:serving_default",
        "replay:TF_LoadSessionFromSavedModel:serving_default",
    ]
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_asked_is_not_mended(tmp_path: Path) -> None:
    """Without a signature nothing can be proven."""
    tf.saved_model.save(tf.Module(), tmp_path / "model")
    (tmp_path / "model" / "assets" / "labels.txt").write_text("cat\n")
    with pytest.raises(VerificationError, match="no signature"):
        repair(tmp_path / "model", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_may_do_more_than_compute_is_not_served(tmp_path: Path) -> None:
    """A repair is proven by running both graphs, so that one which writes files is not mended."""
    module = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec([], tf.string)], autograph=False)
    def serve(text: tf.Tensor) -> dict[str, tf.Tensor]:
        tf.io.write_file("written.txt", text)
        return {"text": text}

    tf.saved_model.save(module, tmp_path / "model", signatures=serve)
    (tmp_path / "model" / "assets" / "labels.txt").write_text("cat\n")
    with pytest.raises(AssetError, match="not sound enough") as caught:
        repair(tmp_path / "model", tmp_path / "out")
    assert "WriteFile" in caught.value.problems[0].where
    assert not (tmp_path / "out").exists()


def test_a_lost_asset_is_mended_first(saved: Saved, tmp_path: Path) -> None:
    """The original could not be served."""
    shutil.copytree(saved("plain_module"), tmp_path / "model")
    (tmp_path / "model" / "assets" / "words.txt").unlink()
    with pytest.raises(AssetError, match="not sound enough") as caught:
        repair(tmp_path / "model", tmp_path / "out")
    assert [problem.where for problem in caught.value.problems] == ["assets/words.txt"]


def test_the_place_of_the_copy_must_be_free_and_elsewhere(saved: Saved, tmp_path: Path) -> None:
    """Nothing is mixed with what is there, and the original stays as it is."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(PublishError, match="not empty"):
        repair(saved("plain_module"), tmp_path / "out")
    with pytest.raises(PublishError, match="is within"):
        repair(saved("plain_module"), saved("plain_module") / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_graph_that_a_manifest_vouches_for_is_not_changed(saved: Saved, tmp_path: Path) -> None:
    """The manifest of lexport says that these bytes were verified."""
    shutil.copytree(saved("keras_export"), tmp_path / "model")
    write_manifest(tmp_path / "model", make_manifest(tmp_path / "model", name="words"))
    with pytest.raises(AssetError, match="manifest does not fit") as caught:
        repair(tmp_path / "model", tmp_path / "out")
    assert "saved_model.pb" in [problem.where for problem in caught.value.problems]
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_examples_prove_what_no_probe_reaches(tmp_path: Path) -> None:
    """A signature of serialized examples answers no text: without rows there is no proof, and no copy."""
    module = tf.Module()
    table = tf.lookup.KeyValueTensorInitializer(TERMS, tf.range(40, dtype=tf.int64))
    module.table = tf.lookup.StaticHashTable(table, -1)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")], autograph=False)
    def serve(examples: tf.Tensor) -> dict[str, tf.Tensor]:
        parsed = tf.io.parse_example(examples, {"word": tf.io.FixedLenFeature([], tf.string)})
        return {"id": module.table.lookup(parsed["word"])}

    tf.saved_model.save(module, tmp_path / "model", signatures=serve)
    with pytest.raises(VerificationError, match="give rows that it answers"):
        repair(tmp_path / "model", tmp_path / "out")
    assert not (tmp_path / "out").exists()

    feature = tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"term7"]))
    example = tf.train.Example(features=tf.train.Features(feature={"word": feature})).SerializeToString()
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"examples": {"b64": base64.b64encode(example).decode()}}) + "\n")
    report = repair(tmp_path / "model", tmp_path / "out", examples=rows)
    assert report.after.findings == ()
    answer = tf.saved_model.load(str(tmp_path / "out")).signatures["serving_default"](tf.constant([example]))
    assert answer["id"].numpy().tolist() == [7]


def test_what_does_not_fit_onto_the_disk_is_not_begun(saved: Saved, tmp_path: Path) -> None:
    """A file of holes takes no room until it is copied."""
    model = Path(shutil.copytree(saved("keras_export"), tmp_path / "model"))
    (model / "assets.extra").mkdir(exist_ok=True)
    with (model / "assets.extra" / "holes.bin").open("wb") as file:
        file.truncate(shutil.disk_usage(tmp_path).free * 2)
    with pytest.raises(PublishError, match="the copies do not fit onto the disk"):
        repair(model, tmp_path / "mended")
    assert not (tmp_path / "mended").exists()
