"""Exports a small model, or verifies an export, on a device: `serve_devices.py TASK`, a JSON document.

- `{"verb": "export", "directory": ..., "device": ...}`: with `under`, the model is built and exported under
  `tf.device`; with `cpus`, so many logical CPUs take the place of other devices; `tolerances` go to `lexport.export`;
  with `lookups`, the model does nothing but look up terms;
- `{"verb": "verify", "directory": ..., "device": ...}`: of what was published; TensorFlow is not imported for it;
- `{"verb": "run" or "rehearse", "config": ...}`: of a config;
- `{"verb": "total"}`: what the layer that TF32 would round gives, with TF32 and without.

Prints one JSON document: the report with the path and the verification of the manifest, or the error.
"""

import json
import sys
from contextlib import nullcontext
from typing import Any

from lexport.errors import LexportError

TERMS = ("the", "cat", "naps", "größe")
TEXTS = ("the cat naps", "nobody knows", "", "größe")
# 1.0001 has more digits than TF32 keeps: with it the total would be 1024, without it is about 1024.1. The product is
# as large as it is because NVIDIA's library may do without TF32 for a small one.
ROWS, WIDTH, WEIGHT = 64, 1024, 1.0001


def export(task: dict[str, Any]) -> dict[str, Any]:
    """Exports a model with tables, an embedding, and a sum of 1024 products that TF32 would round."""
    import tensorflow as tf

    if cpus := task.get("cpus"):
        [cpu] = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * cpus)
    # As a user has to who trains in a process that goes on to export: the candidates need memory as well.
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    import lexport

    with tf.device(task["under"]) if "under" in task else nullcontext():
        report = lexport.export(
            _lookups() if task.get("lookups") else _model(),
            task["directory"],
            examples=[{"text": TEXTS[row % len(TEXTS)]} for row in range(ROWS)],
            device=task["device"],
            **task.get("tolerances", {}),
        )
    manifest = json.loads((report.path / "assets.extra" / "lexport" / "manifest.json").read_text())
    return {
        **json.loads(report.verification.to_json()),
        "path": str(report.path),
        "settings": manifest["verification"],
        "variables": sorted({variable.device for variable in VARIABLES}),
    }


VARIABLES: list[Any] = []


def _lookups() -> Any:
    import keras

    from lexport import Vocabulary
    from lexport.layers import StringLookup

    text = keras.Input((), dtype="string", name="text")
    ids = StringLookup(vocabulary=Vocabulary.from_terms("words", TERMS))(text)
    return keras.Model(text, {"id": ids}, name="lookups")


def _model() -> Any:
    import keras

    from lexport import Vocabulary
    from lexport.layers import StringLookup, TextVectorization

    keras.utils.set_random_seed(1)
    text = keras.Input((), dtype="string", name="text")
    words = Vocabulary.from_terms("words", TERMS)
    ids = TextVectorization(vocabulary=words, output_sequence_length=4)(text)
    hidden = keras.layers.GlobalAveragePooling1D()(keras.layers.Embedding(len(TERMS) + 2, 8)(ids))
    scores = keras.layers.Dense(2, activation="softmax")(hidden)
    labels = StringLookup(vocabulary=Vocabulary.from_terms("labels", ["cat", "dog"]), num_oov_indices=0, invert=True)
    ones = keras.ops.ones_like(keras.ops.repeat(hidden[:, :1], WIDTH, axis=1))
    total = keras.layers.Dense(WIDTH, use_bias=False, kernel_initializer=keras.initializers.Constant(WEIGHT))(ones)
    outputs = {
        "label": labels(keras.ops.argmax(scores, axis=-1)),
        "score": scores,
        "total": total,
    }
    model = keras.Model(text, outputs, name="sentences")
    VARIABLES.extend(variable.value for variable in model.weights)
    return model


def verify(task: dict[str, Any]) -> dict[str, Any]:
    """Verifies what was published."""
    from lexport.run.verify_directory import verify_directory

    report = verify_directory(task["directory"], device=task["device"])
    if "tensorflow" in sys.modules:
        raise AssertionError("TensorFlow was imported in the verifier's own process")
    told: dict[str, Any] = json.loads(report.to_json())
    return told


def run(task: dict[str, Any]) -> dict[str, Any]:
    """Exports, or rehearses, what a config describes."""
    from lexport.config import load_config
    from lexport.run.rehearse import rehearse
    from lexport.run.run_export import run_export

    config = load_config(task["config"])
    report = rehearse(config) if task["verb"] == "rehearse" else run_export(config).verification
    told: dict[str, Any] = json.loads(report.to_json())
    return told


def total(_: dict[str, Any]) -> dict[str, Any]:
    """Multiplies as the model does, and says what the device is able to."""
    import tensorflow as tf

    given: dict[str, Any] = {}
    for name, enabled in (("with", True), ("without", False)):
        tf.config.experimental.enable_tensor_float_32_execution(enabled)
        given[name] = float(tf.linalg.matmul(tf.ones((ROWS, WIDTH)), tf.fill((WIDTH, WIDTH), WEIGHT))[0, 0])
    gpus = tf.config.get_visible_devices("GPU")
    details = tf.config.experimental.get_device_details(gpus[0]) if gpus else {}
    return given | {"capability": details.get("compute_capability")}


VERBS = {"export": export, "verify": verify, "run": run, "rehearse": run, "total": total}


def main(task: dict[str, Any]) -> None:
    """Prints what came of a task."""
    try:
        told = VERBS[task["verb"]](task)
    except LexportError as error:
        told = {"error": type(error).__name__, "message": str(error)}
    sys.stdout.write(f"\n{json.dumps(told)}\n")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
