"""Works with models of JAX, in a process with `KERAS_BACKEND=jax`: `jax_tasks.py TASK FOLDER`; prints a JSON document.

- `export`: trains a model of JAX on ids, puts the lookups in front, and exports it in four ways;
- `refuse`: what each model that cannot be exported is refused with, by its name;
- `ask`: what TensorFlow is answered where a model does not do what its graph says, or not what it was called with;
- `save`: saves a model, trains it further, saves it again; what both answer, and what they answer to odd requests.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

import lexport
from lexport.errors import LexportError
from lexport.layers import IntegerLookup, StringLookup, TextVectorization, WordpieceTokenizer
from lexport.serving.backends.answering import answering

TEXTS = ["the gnu is good", "a hurd is bad", "gnu hurd", "bad bad gnu", "good, good"]
SECTIONS = ["math", "net", "math", "größe", "net"]
SIZES = [10, 20, 30, 10, 20]
ASKED = {"text": ["Good GNU!", "nobody", ""], "section": ["größe", "none", "math"], "size": [30, 7, 10]}


def lookups() -> dict[str, Any]:
    """The layers that `tf.data` and the served model share; one of them is Keras's own."""
    words = TextVectorization(output_sequence_length=6, name="words")
    words.adapt(np.array(TEXTS))
    sections = keras.layers.StringLookup(vocabulary=["math", "net", "größe"], name="sections")
    return {"words": words, "sections": sections, "sizes": IntegerLookup(vocabulary=[10, 20, 30], name="sizes")}


def trained(size: int) -> Any:
    """A model of ids, with normalization, dropout and a mask."""
    ids = [keras.Input((6,), dtype="int64"), keras.Input((), dtype="int64"), keras.Input((), dtype="int64")]
    words = keras.layers.Embedding(size, 4, mask_zero=True)(ids[0])
    parts = [keras.layers.GlobalAveragePooling1D()(words)]
    parts += [keras.layers.Embedding(4, 3)(one) for one in ids[1:]]
    hidden = keras.layers.Dropout(0.5)(keras.layers.BatchNormalization()(keras.layers.Concatenate()(parts)))
    net = keras.Model(ids, keras.layers.Dense(2, name="logits")(hidden), name="net")
    net.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return net


def export(folder: Path) -> dict[str, Any]:
    """The whole way: ids in `tf.data`, training in JAX, lookups in front, an inverse lookup behind."""
    keras.utils.set_random_seed(1)
    front = lookups()
    net = trained(front["words"].vocabulary_size())
    rows = tf.data.Dataset.from_tensor_slices(((TEXTS, SECTIONS, SIZES), [0, 1, 0, 1, 0])).repeat(8).batch(8)
    called = list(front.values())
    ids = rows.map(lambda row, label: (tuple(layer(one) for layer, one in zip(called, row, strict=True)), label))
    net.fit(ids, epochs=2, verbose=0)
    names = {"text": "string", "section": "string", "size": "int64"}
    inputs = [keras.Input((), dtype=dtype, name=name) for name, dtype in names.items()]
    logits = net([layer(one) for layer, one in zip(called, inputs, strict=True)])
    label = StringLookup(vocabulary=["no", "yes"], invert=True, num_oov_indices=0, oov_token="", name="answers")
    outputs = {"logits": logits, "label": label(keras.ops.argmax(logits, -1))}
    base = lexport.Signature({name: (dtype, (None,)) for name, dtype in names.items()})
    labels = lexport.Vocabulary.from_terms("labels", ["no", "yes"])
    report = lexport.export(
        keras.Model(inputs, outputs, name="served"),
        folder / "exports",
        signatures={
            "serving_default": base,
            "examples": lexport.ExamplesSignature(base.inputs, outputs=("label",)),
            "ids": lexport.PreprocessSignature(base.inputs),
            "top": lexport.ClassifySignature(base.inputs, scores="logits", labels=labels, k=2, activation="softmax"),
        },
        examples=[{"text": text, "section": "net", "size": 20} for text in TEXTS],
    )
    asked = [np.asarray(layer(tf.constant(one))) for layer, one in zip(called, ASKED.values(), strict=True)]
    answers = np.asarray(net(asked, training=False))
    verification = json.loads(report.verification.to_json())
    return {
        "path": str(report.path),
        "passed": report.passed,
        "checks": {check["name"]: check["passed"] for check in verification["checks"]},
        "asked": ASKED,
        "logits": answers.tolist(),
        "stock": type(front["sections"]).__module__,
        "variables": len(net.variables),
    }


class Subclassed(keras.Model):
    """Looks terms up in its `call`."""

    def __init__(self) -> None:
        super().__init__(name="subclassed")
        self.lookup = StringLookup(vocabulary=["the"])
        self.built = True

    def call(self, text: Any) -> Any:
        return self.lookup(text)


class Both(keras.layers.Layer):
    """Looks terms up, and has weights as well."""

    def __init__(self) -> None:
        super().__init__(name="both")
        self.lookup = StringLookup(vocabulary=["the"])
        self.weight = self.add_weight((2,))

    def build(self, shape: Any) -> None:
        self.built = True

    def compute_output_spec(self, text: Any) -> Any:
        return keras.KerasTensor(text.shape)


class Counting(keras.layers.Layer):
    """Counts how often it is called."""

    def __init__(self) -> None:
        super().__init__(name="counting")
        self.calls = self.add_weight((), initializer="zeros", trainable=False, name="calls")

    def call(self, x: Any) -> Any:
        self.calls.assign_add(1.0)
        return x


def open_length() -> Any:
    """A convolution wants to know whether a text is long enough for it."""
    text = keras.Input((), dtype="string", name="text")
    ids = TextVectorization(vocabulary=["the"])(text)
    hidden = keras.layers.Conv1D(2, 3)(keras.layers.Embedding(3, 2)(ids))
    return keras.Model(text, keras.layers.GlobalMaxPooling1D()(hidden), name="open")


def of_layer(layer: Any, dtype: str) -> Any:
    """A model of one layer."""
    x = keras.Input((), dtype=dtype, name="x")
    return keras.Model(x, layer(x), name="one")


def ragged() -> Any:
    """JAX has no ragged tensors."""
    text = keras.Input((), dtype="string", name="text")
    ids = WordpieceTokenizer(vocabulary=["the", "[UNK]"], ragged=True)(text)
    return keras.Model(text, keras.layers.Embedding(3, 2)(ids), name="ragged")


def refuse(folder: Path) -> dict[str, str]:
    """Tries each, and tells how it ended."""
    models: dict[str, Callable[[], Any]] = {
        "subclassed": Subclassed,
        "both": lambda: of_layer(Both(), "string"),
        "counting": lambda: of_layer(Counting(), "float32"),
        "open": open_length,
        "ragged": ragged,
    }
    signatures = {"subclassed": lexport.Signature({"text": ("string", (None,))})}
    told = {}
    for name, make in models.items():
        chosen = {"serving_default": signatures[name]} if name in signatures else None
        try:
            lexport.save(make(), folder / name, signatures=chosen)
        except LexportError as error:
            told[name] = f"{type(error).__name__}: {error}"
    return {**told, "left": ", ".join(sorted(child.name for child in folder.iterdir()))}


def save(folder: Path) -> dict[str, Any]:
    """Saves twice, with other weights, a model whose texts have any length and whose numbers go to JAX directly."""
    text = keras.Input((), dtype="string", name="text")
    number = keras.Input((), dtype="int64", name="number")
    inner = keras.Input((), dtype="string")
    embedded = keras.layers.Embedding(3, 1, embeddings_initializer="ones")
    # The lookup is in a model within the model, as teams that share their preprocessing have it.
    nested = keras.Model(inner, embedded(TextVectorization(vocabulary=["the"], name="words")(inner)))
    pooled = keras.ops.squeeze(keras.layers.GlobalAveragePooling1D()(nested(text)), -1)
    model = keras.Model([text, number], {"y": pooled, "z": number + 1})
    lexport.save(model, folder / "first")
    embedded.set_weights([np.full((3, 1), 5.0)])
    lexport.save(model, folder / "second")
    told: dict[str, Any] = {}
    for name in ("first", "second"):
        serve = tf.saved_model.load(str(folder / name)).signatures["serving_default"]
        told[name] = _answer(serve, ["the cat", "a"], [1, 2])
    told["none"] = _answer(serve, [], [])
    told["wide"] = _answer(serve, ["the"], [1 << 40])
    told["empty"] = _answer(serve, [""], [1])
    return told


class Lowered(keras.layers.Layer):
    """Lowers text while it trains, which it believes unless it is told otherwise."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.built = True

    def call(self, text: Any, training: bool = True) -> Any:
        return tf.strings.lower(text) if training else text

    def compute_output_spec(self, text: Any, training: bool = True) -> Any:
        return keras.KerasTensor(text.shape, dtype="string")


class Tenth(keras.Model):
    """A functional model whose class does something else with it."""

    def call(self, x: Any, training: Any = None, mask: Any = None) -> Any:
        return super().call(x) / 10


def ask(folder: Path) -> dict[str, Any]:
    """Asks TensorFlow's view of each model; nothing is written."""
    x = keras.Input((2,), name="x")
    overridden = Tenth(inputs=x, outputs=keras.layers.Dense(1, kernel_initializer="ones")(x))
    told = {"own call": answering(overridden)(tf.constant([[1.0, 2.0]])).numpy().tolist()}

    ones = {"kernel_initializer": "ones"}
    changed = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, **ones), keras.layers.Dense(1, **ones)])
    before = answering(changed)(tf.constant([[1.0, 2.0]])).numpy().tolist()
    changed.pop()
    changed.add(keras.layers.Dense(2, **ones))
    told["exchanged"] = [before, answering(changed)(tf.constant([[1.0, 2.0]])).numpy().tolist()]

    text = keras.Input((), dtype="string")
    cases = [Lowered("silent")(text), Lowered("loud")(text, training=True)]
    ids = [StringLookup(vocabulary=["a", "A"], name=f"case_{number}")(case) for number, case in enumerate(cases)]
    served = answering(keras.Model(text, ids))(tf.constant(["A"]))
    told["serving"] = [one.numpy().tolist() for one in served]

    title, body = (keras.Input((), dtype="string", name=name) for name in ("title", "body"))
    ids = [StringLookup(vocabulary=["x", "y"], name=f"ids_{number}")(one) for number, one in enumerate((title, body))]
    inner = keras.Model([title, body], ids)
    outer = [keras.Input((1,), dtype="string", name=name) for name in ("T", "B")]
    model = keras.Model(outer, inner({"body": outer[1], "title": outer[0]}))
    told["by name"] = [one.numpy().tolist() for one in answering(model)([tf.constant([["x"]]), tf.constant([["y"]])])]
    return told


def _answer(serve: Any, texts: list[str], numbers: list[int]) -> Any:
    try:
        answer = serve(text=tf.constant(texts, tf.string), number=tf.constant(numbers, tf.int64))
    except tf.errors.InvalidArgumentError as error:
        return error.message
    return {name: value.numpy().tolist() for name, value in answer.items()}


if __name__ == "__main__":
    task = {"ask": ask, "export": export, "refuse": refuse, "save": save}[sys.argv[1]]
    sys.stdout.write(json.dumps(task(Path(sys.argv[2]))) + "\n")
