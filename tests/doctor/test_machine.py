"""LX501 to LX504: what binds a graph to the machine that wrote it."""

from collections.abc import Callable
from pathlib import Path

import keras
import tensorflow as tf

from tests.doctor.plain_models import STRINGS, found

Save = Callable[..., Path]


def _serving(function: Callable[..., object], spec: tf.TensorSpec, **options: object) -> tf.Module:
    module = tf.Module()
    module.serve = tf.function(lambda given: {"y": function(given)}, input_signature=[spec], **options)
    return module


def test_the_path_in_the_name_of_a_table_is_told(
    words: Path, embedding_model: Callable[..., keras.Model], tmp_path: Path
) -> None:
    """TensorFlow names tables after their files, with the folders of the training machine."""
    lookup = keras.layers.StringLookup(vocabulary=str(words))
    embedding_model(lookup).export(str(tmp_path / "model"), verbose=False)
    findings = found(tmp_path / "model")["LX501"]
    named = [one for one in findings if str(words) in one.message and "attribute 'shared_name'" in one.message]
    assert {one.place.op for one in named} == {"HashTableV2"}
    assert all(one.place.node for one in named)


def test_a_path_in_a_constant_is_told_with_its_function(save: Save) -> None:
    """Whatever it was for: the name of a log, of a folder, of a model."""
    [finding] = found(save(_serving(lambda words: tf.strings.join([words, "/home/ann/logs"]), STRINGS[0])))["LX501"]
    assert "'/home/ann/logs'" in finding.message
    assert finding.place.op == "Const"
    assert "__inference_" in finding.place.function
    assert finding.signatures == ("serving_default",)


def test_a_node_on_a_gpu_is_told_and_one_of_strings_by_a_code_of_its_own(save: Save) -> None:
    """Numbers run there where there is one; strings never do."""

    def pinned(given):
        with tf.device("/GPU:0"):
            return tf.math.square(given)

    def strings(given):
        with tf.device("/GPU:0"):
            return tf.strings.upper(given)

    numbers = found(save(_serving(pinned, tf.TensorSpec([None], tf.float32))))
    assert [one.place.op for one in numbers["LX502"]] == ["Square"]
    assert "__inference_" in numbers["LX502"][0].place.function
    assert "LX503" not in numbers
    texts = found(save(_serving(strings, STRINGS[0])))
    assert [one.place.op for one in texts["LX503"]] == ["StringUpper"]
    assert texts["LX503"][0].signatures == ("serving_default",)


def test_a_compiled_function_of_strings_is_told(save: Save) -> None:
    """XLA knows none; a compiled function of numbers behind a lookup is fine."""

    @tf.function(jit_compile=True)
    def compiled(given):
        return tf.strings.length(given)

    @tf.function(jit_compile=True)
    def squared(given):
        return tf.math.square(given)

    texts = found(save(_serving(compiled, STRINGS[0])))
    assert [one.place.op for one in texts["LX504"]] == ["StringLength"]
    assert "compiled" in texts["LX504"][0].place.function
    assert "compiled" in texts["LX504"][0].message
    assert "LX504" not in found(save(_serving(lambda given: squared(tf.strings.length(given)), STRINGS[0])))
