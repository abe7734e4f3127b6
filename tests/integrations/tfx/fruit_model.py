"""A model of a page, trained by `run_fn` or built by a factory, for the tests of the TFX components."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from lexport import Vocabulary
from lexport.layers import StringLookup, TextVectorization

ROWS = [("red apple", "red"), ("green apple", "green"), ("yellow lemon", "yellow"), ("red cherry", "red")]
CONFIG = """
name: fruit
vocabularies:
  words:
    source: {{files: data/fruit.csv, column: text}}
    terms: {{standardize: lower_and_strip_punctuation, split: whitespace}}
  colors: {{file: colors.txt}}
model: {{factory: "tests.integrations.tfx.fruit_model:{factory}"}}
signatures:
  serving_default:
    inputs: {{text: {{dtype: string, shape: [null]}}}}
    outputs: [ids, color, score]
publish: {{directory: exports}}
"""


def write_project(folder: Path, factory: str = "build") -> Path:
    """Writes a table, a vocabulary file and a config, and gives the config's path."""
    (folder / "data").mkdir(parents=True)
    table = "".join(f"{text},{color}\n" for text, color in ROWS * 25)
    (folder / "data" / "fruit.csv").write_text(f"text,color\n{table}")
    (folder / "colors.txt").write_text("red\ngreen\nyellow\n")
    (folder / "fruit.yaml").write_text(CONFIG.format(factory=factory))
    return folder / "fruit.yaml"


def build(vocabularies: Mapping[str, Vocabulary]) -> keras.Model:
    """Gives a model that has never been trained, the same each time."""
    keras.utils.set_random_seed(1)
    text = keras.Input((), dtype="string", name="text")
    ids = TextVectorization(vocabulary=vocabularies["words"], output_sequence_length=4)(text)
    score = keras.layers.Dense(3)(keras.layers.GlobalAveragePooling1D()(keras.layers.Embedding(16, 4)(ids)))
    name = StringLookup(vocabulary=vocabularies["colors"], invert=True, num_oov_indices=0)
    return keras.Model(text, {"ids": ids, "color": name(keras.ops.argmax(score, -1)), "score": score})


class Noise(keras.layers.Layer):
    """Answers otherwise each time."""

    def call(self, value: Any) -> Any:
        """Adds a number that nobody can repeat."""
        return value + tf.random.normal(())


def noisy(vocabularies: Mapping[str, Vocabulary]) -> keras.Model:
    """Gives a model that no verification can pass."""
    model = build(vocabularies)
    return keras.Model(model.input, {**model.output, "score": Noise()(model.output["score"])})


def run_fn(fn_args: Any) -> None:
    """Saves the model as the Trainer of a pipeline does."""
    saved = Path(fn_args.serving_model_dir) / "model.keras"
    saved.parent.mkdir(parents=True)
    build(fn_args.vocabularies).save(saved)


def forgetful_run_fn(fn_args: Any) -> None:
    """Saves a SavedModel, as tutorials for Keras 2 do."""
    build(fn_args.vocabularies).export(fn_args.serving_model_dir)
