"""LX601 to LX607: ops that need a library, or do more than compute."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf
import tensorflow_text

from tests.doctor.plain_models import STRINGS, found

Edit = Callable[[Path, Callable[[Any], None]], None]


def _after(effect: Any, words: Any) -> Any:
    with tf.control_dependencies([effect]):
        return tf.identity(words)


def _lines(words: Any) -> Any:
    return tf.data.TextLineDataset(words).reduce("", lambda left, right: left + right)


def _records(words: Any) -> Any:
    dataset = tf.data.FixedLengthRecordDataset(words, 4)
    return dataset.reduce("", lambda left, right: left + right)


def _summary(words: Any) -> Any:
    writer = tf.raw_ops.SummaryWriter(shared_name="", container="")
    return tf.raw_ops.CreateSummaryFileWriter(
        writer=writer, logdir=words[0], max_queue=1, flush_millis=1, filename_suffix=""
    )


USES = {
    "ReadFile": ("LX603", lambda words: tf.io.read_file(words[0])),
    "MatchingFiles": ("LX603", tf.io.matching_files),
    "TextLineDataset": ("LX603", _lines),
    "FixedLengthRecordDatasetV2": ("LX603", _records),
    "WriteFile": ("LX603", lambda words: _after(tf.io.write_file("out", words[0]), words)),
    "SaveV2": (
        "LX603",
        lambda words: _after(
            tf.raw_ops.SaveV2(prefix=words[0], tensor_names=["x"], shape_and_slices=[""], tensors=[words]), words
        ),
    ),
    "CreateSummaryFileWriter": ("LX603", lambda words: _after(_summary(words), words)),
    "EagerPyFunc": ("LX604", lambda words: tf.py_function(lambda value: value, [words], tf.string)),
    "PyFunc": ("LX604", lambda words: tf.numpy_function(lambda value: value, [words], tf.string)),
    "DebugIdentityV2": ("LX605", lambda words: tf.raw_ops.DebugIdentityV2(input=words, debug_urls=["file:x"])),
    "PrintV2": ("LX606", lambda words: _after(tf.print(words), words)),
}


@pytest.mark.parametrize("op", USES)
def test_an_op_that_does_more_than_compute_is_told(op: str, save: Callable[..., Path]) -> None:
    """In the body of a function, where `saved_model_cli scan` sees three of them."""
    code, function = USES[op]
    module = tf.Module()
    module.serve = tf.function(lambda words: {"x": function(words)}, input_signature=STRINGS, autograph=False)
    findings = [one for one in found(save(module))[code] if one.place.op == op]
    assert findings
    assert all(one.place.function and one.signatures == ("serving_default",) for one in findings)


def test_an_op_of_tensorflow_text_is_told_with_its_library(save: Callable[..., Path]) -> None:
    """A loader without it says 'Op type not registered'."""
    module = tf.Module()
    module.serve = tf.function(
        lambda words: {"x": tensorflow_text.normalize_utf8(words, "NFC")}, input_signature=STRINGS, autograph=False
    )
    [finding] = found(save(module))["LX601"]
    assert finding.place.op == "NormalizeUTF8"
    assert "__inference_" in finding.place.function
    assert finding.signatures == ("serving_default",)
    assert "of tensorflow_text" in finding.message


@pytest.mark.parametrize(
    ("op", "code", "told"),
    [
        ("SomebodysOwnOp", "LX602", "is in none of TensorFlow's own libraries"),
        ("SimpleMLInferenceOpWithHandle", "LX602", "by its name of tensorflow_decision_forests"),
        ("Acme>Hash", "LX602", "by its name of Acme"),
        ("Abort", "LX607", "ends the process"),
    ],
)
def test_an_op_that_nobody_can_vouch_for_is_told(op: str, code: str, told: str, sound_copy: Path, edit: Edit) -> None:
    """Of an unknown library, or one that ends the process; also in a function that nobody calls."""

    def add(message: Any) -> None:
        function = message.meta_graphs[0].graph_def.library.function.add()
        function.signature.name = "never_called"
        function.node_def.add(name="hidden", op=op)

    edit(sound_copy, add)
    [finding] = found(sound_copy)[code]
    assert (finding.place.function, finding.place.node) == ("never_called", "hidden")
    assert told in finding.message
