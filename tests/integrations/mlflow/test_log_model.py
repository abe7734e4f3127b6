"""An export goes into MLflow and comes out as it was, or not at all."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import mlflow
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from mlflow.models.model import ModelInfo

import lexport
from lexport.errors import AssetError, SignatureError
from lexport.integrations.mlflow import log_model
from lexport.layers import BertTokenizer, StringLookup
from lexport.publish import MANIFEST, read_manifest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("tracking"),
    # Of MLflow 3.17.2 itself, at the SQLAlchemy and the Pydantic of our lock.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

ELSEWHERE = """\
import json, sys
import mlflow
model = mlflow.pyfunc.load_model(sys.argv[1])
answers = {name: list(map(str, one)) for name, one in model.predict(model.input_example).items()}
print(json.dumps({"answers": answers, "libraries": "tensorflow_text" in sys.modules}))
"""


def logged(directory: Path, **settings: Any) -> ModelInfo:
    """Logs an export in a run of its own."""
    with mlflow.start_run():
        return log_model(directory, **settings)


def files_of(info: ModelInfo) -> Path:
    """Where the store keeps the one export of a logged model."""
    artifacts = Path(mlflow.artifacts.download_artifacts(info.model_uri))
    (data,) = (artifacts / "data").iterdir()
    return data


def elsewhere(info: ModelInfo, folder: Path) -> subprocess.CompletedProcess[str]:
    """Loads a model in another process, and asks it its own example."""
    environment = {**os.environ, "MLFLOW_TRACKING_URI": mlflow.get_tracking_uri(), "LEXPORT_HOME": str(folder / "home")}
    command = [sys.executable, "-c", ELSEWHERE, info.model_uri]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


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
    info = logged(export, metadata={"team": "fruit"}, registered_model_name="fruit")
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
    """The JSON that MLflow's server is sent, read and answered by MLflow in a process of its own."""
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


def test_a_signature_that_is_not_there_is_named(export: Path) -> None:
    """With those that are."""
    with pytest.raises(SignatureError, match="has no signature 'serve'; it has serving_default"):
        logged(export, signature="serve")


@pytest.mark.parametrize(
    ("request_", "finding"),
    [
        ({"word": ["Hund", None, 3.5]}, "word: must hold texts; received None in row 1, 3.5 in row 2"),
        ({"words": ["Hund"]}, "word: is missing; received no input"),
    ],
)
def test_a_request_that_does_not_fit_is_refused(export: Path, request_: dict[str, Any], finding: str) -> None:
    """MLflow looks at the types of columns only; here each cell is named."""
    with pytest.raises(SignatureError) as raised:
        _loaded(export).predict(pd.DataFrame(request_))
    assert finding in str(raised.value)


def test_an_empty_request_has_an_empty_answer(export: Path) -> None:
    """With the columns of every answer."""
    answers = _loaded(export).predict(pd.DataFrame({"word": pd.Series([], dtype=object)}))
    assert (list(answers.columns), len(answers)) == (["id", "known"], 0)


def test_rows_keep_their_index(export: Path) -> None:
    """So that answers can be joined to what was asked."""
    answers = _loaded(export).predict(pd.DataFrame({"word": ["der", "Hund"]}, index=[30, 10]))
    assert answers["id"].to_dict() == {30: 1, 10: 2}


def _loaded(export: Path) -> Any:
    from lexport.integrations.mlflow.pyfunc import _load_pyfunc

    return _load_pyfunc(str(export), {"gives_frame": True})


def test_serialized_examples_are_bytes(tmp_path: Path) -> None:
    """That the input holds no text is known from the examples of the export."""
    word = keras.Input((), dtype="string", name="word")
    model = keras.Model(word, {"id": StringLookup(vocabulary=["a", "b"], name="words")(word)})
    signature = lexport.ExamplesSignature({"word": ("string", (None,))}, outputs=("id",))
    report = lexport.export(model, tmp_path / "e", signatures={"examples": signature}, examples=[{"word": "b" * 200}])
    info = logged(report.path, signature="examples")
    assert str(info.signature.inputs) == "['examples': binary (required)]"
    loaded = mlflow.pyfunc.load_model(info.model_uri)
    assert loaded.predict(loaded.input_example)["id"].tolist() == [0]


def test_tensors_of_several_values_a_row_are_arrays(tmp_path: Path) -> None:
    """A dict of arrays goes in, and one comes out."""
    pair = keras.Input((2,), dtype="string", name="pair")
    ids = StringLookup(vocabulary=["a", "b"], name="words")(pair)
    model = keras.Model(pair, {"ids": ids, "half": keras.ops.cast(ids, "float32") / 2})
    report = lexport.export(model, tmp_path / "e", examples=[{"pair": ["b", "é"]}])
    info = logged(report.path)
    assert str(info.signature.inputs) == "['pair': Tensor('str', (-1, 2))]"
    answers = mlflow.pyfunc.load_model(info.model_uri).predict({"pair": np.array([["b", "a"], ["c", "b"]])})
    assert answers["ids"].tolist() == [[2, 1], [0, 2]]
    assert answers["half"].tolist() == [[1.0, 0.5], [0.0, 1.0]]


def test_the_library_of_tokenizers_is_imported_where_it_is_needed(tmp_path: Path) -> None:
    """MLflow's server imports nothing of tensorflow-text; the graph says that it must be there."""
    text = keras.Input((), dtype="string", name="text")
    ids = BertTokenizer(vocabulary=["[UNK]", "a", "b", "##c"], sequence_length=3, name="pieces")(text)
    report = lexport.export(keras.Model(text, {"ids": ids}), tmp_path / "e", examples=[{"text": "b ac"}])
    done = elsewhere(logged(report.path), tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"answers": {"ids": ["[2 1 3]"]}, "libraries": True}


def test_outputs_of_different_lengths_are_no_table(tmp_path: Path) -> None:
    """All characters of a request, beside the id of each word."""
    word = keras.Input((), dtype="string", name="word")
    ids = StringLookup(vocabulary=["ab", "c"], name="words")(word)
    model = keras.Model(word, {"id": ids, "characters": Characters()(word)})
    shapes = lexport.Signature({"word": ("string", (None,))}, outputs=("id", "characters"))
    examples = [{"word": "ab"}, {"word": "c"}]
    report = lexport.export(model, tmp_path / "e", signatures={"serving_default": shapes}, examples=examples)
    answers = mlflow.pyfunc.load_model(logged(report.path).model_uri).predict(pd.DataFrame({"word": ["c", "ab"]}))
    assert answers["id"].tolist() == [2, 1]
    assert answers["characters"].tolist() == ["c", "a", "b"]


class Characters(keras.layers.Layer):
    """Cuts all words of a request into one row of characters."""

    def call(self, words: Any) -> Any:
        """Gives them."""
        return tf.strings.unicode_split(words, "UTF-8").flat_values

    def compute_output_spec(self, words: Any) -> Any:
        """As many as there are."""
        return keras.KerasTensor((None,), dtype="string")


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
