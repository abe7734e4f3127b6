"""An export goes into MLflow and comes out as it was, or not at all."""

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import keras
import mlflow
import pandas as pd
import pytest
import tensorflow as tf

import lexport
from lexport.errors import AssetError, SignatureError
from lexport.layers import StringLookup
from lexport.publish import MANIFEST, read_manifest
from tests.integrations.mlflow.logged_models import elsewhere, files_of, logged

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("tracking"),
    # Of MLflow 3.17.2 itself, at the SQLAlchemy and the Pydantic of our lock.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def test_a_logged_export_answers_in_another_process(export: Path, tmp_path: Path) -> None:
    """The first examples of the export are its input example; rows of a DataFrame go in, and rows come out."""
    done = elsewhere(logged(export), tmp_path)
    assert done.returncode == 0, done.stderr
    answers = {"id": ["2", "0", "4", "1", "3"], "known": ["Hund", "[UNK]", "Straße", "der", "bellt"]}
    assert json.loads(done.stdout.splitlines()[-1]) == {"answers": answers, "libraries": False}


def test_every_file_arrives_as_it_was(export: Path) -> None:
    """The manifest, the examples and the report travel with the SavedModel."""
    info = logged(export, name="words")
    received = files_of(info)
    assert read_manifest(received) == read_manifest(export)
    assert lexport.load(received).vocabularies["words"].terms == ("der", "Hund", "bellt", "Straße")


def test_the_model_says_what_it_is(export: Path) -> None:
    """Digests, version and verification, among what the user adds; the signature is that of the SavedModel."""
    info = logged(export, metadata={"team": "fruit", "verification": "mine"}, registered_model_name="fruit")
    manifest = read_manifest(export)
    words = manifest.vocabularies["words"]
    assert info.metadata is not None
    assert (
        info.metadata.items()
        >= {
            "sha256:words": words.sha256,
            "canonical_digest": manifest.canonical_digest,
            "verification": "passed",
            "version": "7",
            "metric:accuracy": 0.5,
            "team": "fruit",
        }.items()
    )
    assert str(info.signature.inputs) == "['word': string (required)]"
    assert str(info.signature.outputs) == "['id': long (required), 'known': string (required)]"
    assert info.registered_model_version == 1
    requirements = mlflow.pyfunc.get_model_dependencies(info.model_uri, format="pip")
    assert f"tensorflow=={manifest.versions['tensorflow']}\n" in Path(requirements).read_text()


def test_a_request_in_the_wire_format_is_answered(export: Path, tmp_path: Path) -> None:
    """The JSON that MLflow's server is sent, read and answered by the code of that server."""
    artifacts = Path(mlflow.artifacts.download_artifacts(logged(export).model_uri))
    sent, received = artifacts / "serving_input_example.json", tmp_path / "answers.json"
    assert json.loads(sent.read_text())["dataframe_split"]["data"][1] == ["Katze"]
    mlflow.models.predict(str(artifacts), input_path=str(sent), output_path=str(received), env_manager="local")
    assert [row["id"] for row in json.loads(received.read_text())["predictions"]] == [2, 0, 4, 1, 3]


def test_an_edited_vocabulary_fails_at_load(export: Path) -> None:
    """With the file, and both digests."""
    info = logged(export)
    words = files_of(info) / "assets" / "words.txt"
    words.write_text("Hund\nder\nbellt\nStraße\n")
    with pytest.raises(AssetError, match=r"assets/words\.txt: .*[0-9a-f]{64}.*[0-9a-f]{64}"):
        mlflow.pyfunc.load_model(info.model_uri)


def test_a_manifest_that_was_edited_with_it_is_no_excuse(export: Path) -> None:
    """Its digest stands in MLflow's own file."""
    info = logged(export)
    received = files_of(info)
    edited = "Hund\nder\nbellt\nStraße\n".encode()
    before = hashlib.sha256((received / "assets" / "words.txt").read_bytes()).hexdigest()
    (received / "assets" / "words.txt").write_bytes(edited)
    manifest = json.loads((received / MANIFEST).read_text().replace(before, hashlib.sha256(edited).hexdigest()))
    del manifest["canonical_digest"]
    (received / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(AssetError, match="is not the export that was logged: its manifest must have the sha256"):
        mlflow.pyfunc.load_model(info.model_uri)


def test_a_damaged_export_is_not_logged(export: Path, tmp_path: Path) -> None:
    """There is no model then."""
    damaged = tmp_path / "7"
    shutil.copytree(export, damaged)
    (damaged / "assets" / "words.txt").write_text("Hund\n")
    before = len(mlflow.search_logged_models())
    with pytest.raises(AssetError, match=r"assets/words\.txt"):
        logged(damaged)
    assert len(mlflow.search_logged_models()) == before


def test_what_lexport_makes_of_the_export_cannot_be_given(export: Path) -> None:
    """All such options are named."""
    with pytest.raises(TypeError, match="takes no input_example, model_config: lexport makes them"):
        logged(export, model_config={}, input_example=[])


def test_a_signature_that_is_not_there_is_named(export: Path) -> None:
    """With those that are."""
    with pytest.raises(SignatureError, match="has no signature 'serve'; it has serving_default"):
        logged(export, signature="serve")


class Printing(keras.layers.Layer):
    """Does more than compute."""

    def call(self, ids: Any) -> Any:
        """Prints, which a server should not do unasked."""
        with tf.control_dependencies([tf.print("asked", output_stream=sys.stderr)]):
            return tf.identity(ids)


def test_what_an_op_may_do_is_said_by_whoever_logs_it(tmp_path: Path) -> None:
    """The manifest of an export allows nothing in the process that loads it."""
    word = keras.Input((), dtype="string", name="word")
    ids = Printing()(StringLookup(vocabulary=["a", "b"], name="words")(word))
    report = lexport.export(keras.Model(word, {"id": ids}), tmp_path / "e", allow_ops=["PrintV2"])
    refused = logged(report.path)
    with pytest.raises(AssetError, match="PrintV2"):
        mlflow.pyfunc.load_model(refused.model_uri)
    loaded = mlflow.pyfunc.load_model(logged(report.path, allow_ops=["PrintV2"]).model_uri)
    assert loaded.predict(pd.DataFrame({"word": ["b"]}))["id"].tolist() == [2]
