"""LX701 to LX706: waste, names for clients, and what lies beside the graph."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

import lexport
import lexport.layers
from lexport.doctor import examine
from lexport.savedmodel.prediction_log import prediction_log_class
from tests.doctor.plain_models import found

WARMUP = "assets.extra/tf_serving_warmup_requests"


def test_weights_that_keras_stores_twice_are_told(tmp_path: Path) -> None:
    """Under variables and _all_variables; equal biases of an untrained model are none."""
    given = keras.Input((20,), name="x")
    keras.Model(given, {"y": keras.layers.Dense(20)(given)}).export(str(tmp_path / "model"), verbose=False)
    [finding] = found(tmp_path / "model")["LX701"]
    assert finding.file == "variables/variables.index"
    assert "1600 bytes too many: '_all_variables/" in finding.message


def test_equal_variables_that_repeat_one_number_are_no_copies(save: Callable[..., Path]) -> None:
    """Two biases before a training are equal, and two variables all the same."""
    module = tf.Module()
    module.left, module.right = tf.Variable(tf.ones(1000)), tf.Variable(tf.ones(1000))
    module.serve = tf.function(
        lambda x: {"y": x * module.left + module.right}, input_signature=[tf.TensorSpec([], tf.float32)]
    )
    assert found(save(module)) == {}


def test_a_bare_output_and_no_signature_are_told(save: Callable[..., Path]) -> None:
    """Clients would ask for output_0, or for nothing at all."""
    module = tf.Module()
    module.serve = tf.function(lambda x: x * 2, input_signature=[tf.TensorSpec([], tf.float32)])
    [finding] = found(save(module))["LX702"]
    assert finding.message == "the signature 'serving_default' gives 'output_0'"
    nothing = found(save(module, signatures={}))
    assert set(nothing) == {"LX703"}


def _write_warmup(directory: Path, records: list[bytes]) -> None:
    (directory / "assets.extra").mkdir()
    with tf.io.TFRecordWriter(str(directory / WARMUP)) as writer:
        for record in records:
            writer.write(record)


def _request(signature: str, **inputs: Any) -> bytes:
    log = prediction_log_class()()
    log.predict_log.request.model_spec.name = "words"
    log.predict_log.request.model_spec.signature_name = signature
    for name, values in inputs.items():
        log.predict_log.request.inputs[name].ParseFromString(tf.make_tensor_proto(values).SerializeToString())
    return bytes(log.SerializeToString())


@pytest.mark.parametrize(
    ("records", "told"),
    [
        ([b"\xff\xff"], "is not what a server reads"),
        ([], "it holds no request"),
        ([_request("regress", words=["a"])], "asks the signature 'regress'"),
        ([_request("serving_default", wrods=["a"])], "the unknown inputs 'wrods'"),
    ],
)
def test_warm_up_requests_that_no_server_can_make_are_told(records: list[bytes], told: str, sound_copy: Path) -> None:
    """TensorFlow Serving would not load the model."""
    _write_warmup(sound_copy, records)
    [finding] = found(sound_copy)["LX704"]
    assert finding.file == WARMUP
    assert told in finding.message


def test_sound_warm_up_requests_are_a_fact(sound_copy: Path) -> None:
    """They are there, and nothing is wrong with them."""
    _write_warmup(sound_copy, [_request("serving_default", words=["a"])])
    report = examine(sound_copy)
    assert report.findings == ()
    assert report.facts["warmup"]


def test_a_file_that_was_changed_after_the_publication_is_told(tmp_path: Path) -> None:
    """The manifest of lexport has the digest of every file; swapping two lines changes nothing else."""
    layer = lexport.layers.StringLookup(vocabulary=["the", "of"])
    given = keras.Input((), dtype="string", name="word")
    lexport.save(keras.Model(given, {"id": layer(given)}), tmp_path / "model")
    assert "LX705" not in found(tmp_path / "model")
    [asset] = (tmp_path / "model" / "assets").iterdir()
    asset.write_text("of\nthe\n")
    assert [one.file for one in found(tmp_path / "model")["LX705"]] == [f"assets/{asset.name}"]
    (tmp_path / "model" / "assets.extra" / "lexport" / "manifest.json").write_text("{")
    [finding] = found(tmp_path / "model")["LX705"]
    assert finding.file == "assets.extra/lexport/manifest.json"


@pytest.mark.parametrize("data", [None, b"", b"\xff\xff\xff"])
def test_a_save_that_did_not_come_to_its_end_is_told(data: bytes | None, sound_copy: Path) -> None:
    """The fingerprint is written last."""
    path = sound_copy / "fingerprint.pb"
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    [finding] = found(sound_copy)["LX706"]
    assert finding.file == "fingerprint.pb"
