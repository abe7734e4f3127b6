"""`build`: the factory of the model that predicts a package's section."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from lexport import BuiltModel
from lexport.layers import StringLookup
from lexport.vocabulary import Vocabulary
from pipelines.debian_sections.data import Packages, read_packages
from pipelines.debian_sections.features import log_size_statistics, model_inputs, package_features

__all__ = ["build", "train"]

HIDDEN_UNITS = 128
DROPOUT = 0.4
EVALUATION_BATCH = 1024


def build(
    vocabularies: Mapping[str, Vocabulary],
    *,
    epochs: int = 4,
    batch_size: int = 256,
    learning_rate: float = 5e-3,
    seed: int = 1,
) -> BuiltModel:
    """Trains the model on the training part and measures it on the held-out part.

    Args:
        vocabularies: `words`, `tags`, `architectures`, `priorities` and `sections`.
        epochs: how often each package is seen.
        batch_size: packages a step.
        learning_rate: of Adam, at the start; it falls to zero along a cosine.
        seed: of the weights, the dropout and the order of the packages.

    Returns:
        The model, and its `accuracy` on held-out packages beside the `majority_class_accuracy` of always
        guessing the section that most packages are in. Its inputs have the shape `(rows,)`: `description`,
        `tags`, `architecture`, `priority` (string), `installed_kib` (int64). It gives `section` (string) and
        `score` (float32, the probability of that section), both of shape `(rows,)`.
    """
    training, held_out = read_packages()
    return train(
        vocabularies,
        training,
        held_out,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        seed=seed,
    )


def train(
    vocabularies: Mapping[str, Vocabulary],
    training: Packages,
    held_out: Packages,
    *,
    epochs: int = 4,
    batch_size: int = 256,
    learning_rate: float = 5e-3,
    seed: int = 1,
) -> BuiltModel:
    """Trains on some packages and measures on others; see `build`.

    Args:
        vocabularies: as for `build`.
        training: the packages to learn from.
        held_out: those to measure with.
        epochs: how often each package is seen.
        batch_size: packages a step.
        learning_rate: of Adam, at the start.
        seed: of the weights, the dropout and the order of the packages.

    Returns:
        What `build` returns.
    """
    keras.utils.set_random_seed(seed)
    sections = vocabularies["sections"]
    inputs = model_inputs()
    statistics = log_size_statistics(training.inputs["installed_kib"])
    logits = _classify(package_features(inputs, vocabularies, *statistics), len(sections))
    classifier = keras.Model(inputs, logits)
    _train(classifier, _batches(training, sections, batch_size, seed), epochs, learning_rate)
    _, accuracy = classifier.evaluate(_batches(held_out, sections, EVALUATION_BATCH), verbose=0)
    metrics = {
        "accuracy": float(accuracy),
        "majority_class_accuracy": majority_class_accuracy(training, held_out),
    }
    return BuiltModel(keras.Model(inputs, _answers(logits, sections), name="debian_sections"), metrics)


def majority_class_accuracy(training: Packages, held_out: Packages) -> float:
    """Measures the guess that every package is in the section that most training packages are in."""
    names, counts = np.unique(training.section.astype(str), return_counts=True)
    return float(np.mean(held_out.section == names[np.argmax(counts)]))


def _classify(features: Any, classes: int) -> Any:
    features = keras.layers.Dropout(DROPOUT)(features)
    hidden = keras.layers.Dense(HIDDEN_UNITS, activation="relu", name="hidden")(features)
    hidden = keras.layers.Dropout(DROPOUT)(hidden)
    return keras.layers.Dense(classes, name="logits")(hidden)


def _answers(logits: Any, sections: Vocabulary) -> dict[str, Any]:
    # Without out-of-vocabulary ids: class 0 is the first section.
    name = StringLookup(vocabulary=sections, invert=True, num_oov_indices=0, name="section_name")
    probabilities = keras.ops.softmax(logits)
    return {
        "section": name(keras.ops.cast(keras.ops.argmax(logits, axis=-1), "int64")),
        "score": keras.ops.max(probabilities, axis=-1),
    }


def _train(classifier: keras.Model, batches: tf.data.Dataset, epochs: int, learning_rate: float) -> None:
    steps = epochs * len(batches)
    classifier.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(learning_rate, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,  # XLA has no strings
    )
    classifier.fit(batches, epochs=epochs, shuffle=False, verbose=0)


def _batches(packages: Packages, sections: Vocabulary, size: int, shuffle_seed: int | None = None) -> tf.data.Dataset:
    index = {section: number for number, section in enumerate(sections.terms)}
    labels = np.array([index[section] for section in packages.section], np.int64)
    rows = tf.data.Dataset.from_tensor_slices((packages.inputs, labels))
    if shuffle_seed is not None:
        rows = rows.shuffle(len(packages), seed=shuffle_seed)
    return rows.batch(size).prefetch(tf.data.AUTOTUNE)
