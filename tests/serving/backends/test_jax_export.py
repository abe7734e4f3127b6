"""A model trained in JAX, from its texts to a server that has never heard of JAX."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorflow.core.protobuf import saved_model_pb2

pytestmark = pytest.mark.slow

SERVER = Path(__file__).parent.parent / "serve_exports.py"
LOADERS = ("tf.saved_model.load", "tf.compat.v1.saved_model.load", "TF_LoadSessionFromSavedModel")
SIGNATURES = ("serving_default", "examples", "ids", "top")


@pytest.fixture(scope="module")
def exported(
    with_jax: Callable[[str, Path], dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What was published, moved away from everything that made it."""
    folder = tmp_path_factory.mktemp("jax")
    told = with_jax("export", folder)
    told["made"], told["path"] = str(folder), str(tmp_path_factory.mktemp("server") / "7")
    shutil.move(next((folder / "exports").iterdir()), told["path"])
    return told


def test_every_loader_gives_the_answers_of_the_model(exported: dict[str, Any]) -> None:
    """In each signature: those that take texts, serialized examples, that stop after the lookups, that name labels."""
    assert exported["passed"]
    replayed = [f"replay:{loader}:{signature}" for loader in LOADERS for signature in SIGNATURES]
    assert all(exported["checks"][name] for name in replayed), exported["checks"]


def test_a_server_without_jax_answers_as_the_trained_model(exported: dict[str, Any], tmp_path: Path) -> None:
    """Plain TensorFlow, in which JAX cannot be imported, gives what the model of ids gave where it was trained."""
    (tmp_path / "jax.py").write_text("raise ImportError('there is no JAX here')\n")
    result = subprocess.run(
        [sys.executable, str(SERVER)],
        input=json.dumps({exported["path"]: exported["asked"]}),
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(tmp_path)},
    )
    assert result.returncode == 0, result.stderr
    for answers in json.loads(result.stdout)[exported["path"]].values():
        assert isinstance(answers, dict), answers
        np.testing.assert_allclose(answers["logits"], exported["logits"], rtol=1e-4, atol=1e-6)
        assert answers["label"] == [["no", "yes"][int(np.argmax(row))] for row in exported["logits"]]


def test_vocabularies_are_files_and_each_variable_is_there_once(exported: dict[str, Any]) -> None:
    """Those of our layers, of a stock layer, which stays what it was, and of the labels; four signatures share all."""
    assets = sorted(child.name for child in (Path(exported["path"]) / "assets").iterdir())
    assert assets == ["answers.txt", "labels.txt", "sections.txt", "sizes.txt", "words.txt"]
    assert exported["stock"].startswith("keras.")
    message = saved_model_pb2.SavedModel.FromString((Path(exported["path"]) / "saved_model.pb").read_bytes())
    [meta_graph] = message.meta_graphs
    variables = [node for node in meta_graph.object_graph_def.nodes if node.HasField("variable")]
    assert len(variables) == exported["variables"]


def test_nothing_of_the_machine_is_in_the_module(exported: dict[str, Any]) -> None:
    """JAX writes the line of code behind each operation into what it exports, unless it is told not to."""
    content = (Path(exported["path"]) / "saved_model.pb").read_bytes()
    assert b"StableHLO" in content
    places = (exported["made"], sys.prefix, str(Path(__file__).parents[3]), "site-packages", ".py")
    assert [place for place in places if place.encode() in content] == []


def test_the_manifest_names_jax_and_what_it_needs(exported: dict[str, Any]) -> None:
    """Its version, and the op that whoever verifies the export has to allow."""
    manifest = json.loads((Path(exported["path"]) / "assets.extra" / "lexport" / "manifest.json").read_text())
    assert {"jax", "tensorflow", "keras"} <= manifest["versions"].keys()
    assert manifest["verification"]["allow_ops"] == ["XlaCallModule"]


def test_what_cannot_be_divided_or_converted_is_refused_and_nothing_is_left(
    with_jax: Callable[[str, Path], dict[str, Any]], tmp_path: Path
) -> None:
    """The error names the model, layer or variable, and says what to do."""
    (tmp_path / "saved").mkdir()
    told = with_jax("refuse", tmp_path / "saved")
    expected = {
        "subclassed": "'subclassed': is subclassed and looks terms up inside",
        "both": "Both 'both': looks terms up, which JAX cannot, and has weights of JAX",
        "counting": "counting/calls: is changed by a call of the model",
        "open": "give output_sequence_length to the layer in front",
        "ragged": "takes dense tensors only; received a RaggedTensor",
    }
    assert [name for name, text in expected.items() if text not in told.get(name, "")] == [], told
    assert told["left"] == ""


def test_a_model_is_divided_as_keras_calls_it(with_jax: Callable[[str, Path], dict[str, Any]], tmp_path: Path) -> None:
    """With a call of its own, after layers were exchanged, with inputs by name and a dimension more, serving."""
    told = with_jax("ask", tmp_path)
    assert np.allclose(told["own call"], [[0.3]])
    assert told["exchanged"] == [[[3.0]], [[3.0, 3.0]]]
    assert told["by name"] == [[1], [2]]
    assert told["serving"] == [[2], [2]]


@pytest.fixture(scope="module")
def saved(with_jax: Callable[[str, Path], dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What two saves of one model answered."""
    return with_jax("save", tmp_path_factory.mktemp("saved"))


def test_a_model_that_was_trained_further_is_saved_with_its_new_weights(saved: dict[str, Any]) -> None:
    """The first save keeps nothing that the second one would take up."""
    assert saved["first"] == {"y": [1.0, 1.0], "z": [2, 3]}
    assert saved["second"] == {"y": [5.0, 5.0], "z": [2, 3]}


def test_no_rows_get_no_answers(saved: dict[str, Any]) -> None:
    """`jax2tf` alone would raise."""
    assert saved["none"] == {"y": [], "z": []}


def test_a_number_that_jax_would_change_is_refused(saved: dict[str, Any]) -> None:
    """JAX leaves out the upper 32 bits of an int64 without a word."""
    assert "JAX calculates with int32" in saved["wide"]


def test_texts_without_a_single_token_are_refused_where_no_length_is_given(saved: dict[str, Any]) -> None:
    """They would have no length, which `jax2tf` does not take."""
    assert "give the layer in front output_sequence_length" in saved["empty"]
