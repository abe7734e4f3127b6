"""The probes reach the tables of every kind of model without a single example, and where they cannot, no export."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

import lexport
from lexport import ClassifySignature, ExamplesSignature, PreprocessSignature, Signature, Vocabulary
from lexport.errors import VerificationError
from lexport.layers import IntegerLookup, StringLookup, TextVectorization
from lexport.run.baseline import record_answers
from lexport.run.plan import ExportPlan
from lexport.run.verify_directory import verify_directory
from lexport.serving.model_root import serving_root
from lexport.serving.writing import write_saved_model
from lexport.verify import CheckResult, verify_export
from lexport.verify.candidates import CANDIDATES
from lexport.verify.tables_reached import TABLES_CHECK

pytestmark = pytest.mark.slow

MANIFEST = Path("assets.extra") / "lexport" / "manifest.json"
CITIES = Vocabulary.from_terms("cities", ["new york", "los angeles"])
YEARS = Vocabulary.from_terms("years", [1999, 2005, 1871], dtype="int64")
# What a layer that lower-cases its text can find of them is one term.
SHOUTED = Vocabulary.from_terms("shouted", [*(f"WORD{number}" for number in range(300)), "quiet", "LOUD"])


@keras.saving.register_keras_serializable("test_tables_reached")
class Number(keras.layers.Layer):
    """Reads texts as numbers."""

    def call(self, texts: Any) -> Any:
        """Gives int64."""
        return tf.strings.to_number(texts, tf.int64)


def reached(tmp_path: Path, model: Any, signatures: Mapping[str, Any]) -> CheckResult:
    """Writes a model, asks it the probes alone, and lets the C++ loader repeat them."""
    root = serving_root(model, signatures)
    write_saved_model(root, tmp_path / "1")
    baseline = record_answers(root, model, ExportPlan("name", tmp_path, signatures))
    report = verify_export(tmp_path / "1", baseline, candidates=CANDIDATES[2:])
    [check] = [check for check in report.checks if check.name == TABLES_CHECK]
    assert report.passed is bool(check.passed), str(report)
    return check


def one_layer(dtype: str, shape: tuple[int | None, ...], layer: Callable[[Any], Any]) -> tuple[Any, dict[str, Any]]:
    """A model of one input, with its signature."""
    x = keras.Input(shape, dtype=dtype, name="x")
    return keras.Model(x, {"y": layer(x)}), {"serving_default": Signature({"x": (dtype, (None, *shape))})}


@pytest.mark.parametrize(
    ("dtype", "shape", "layer"),
    [
        ("int64", (), lambda x: IntegerLookup(vocabulary=YEARS)(x)),
        ("int32", (2,), lambda x: IntegerLookup(vocabulary=YEARS)(x)),
        ("float32", (), lambda x: IntegerLookup(vocabulary=YEARS)(keras.ops.cast(x, "int64"))),
        ("string", (), lambda x: IntegerLookup(vocabulary=YEARS)(Number()(x))),
        ("int64", (), lambda x: StringLookup(vocabulary=CITIES, invert=True)(x)),
        ("int32", (3,), lambda x: StringLookup(vocabulary=CITIES, invert=True, num_oov_indices=1)(x)),
        ("int64", (), lambda x: IntegerLookup(vocabulary=YEARS, invert=True)(x)),
        ("string", (), lambda x: StringLookup(vocabulary=CITIES)(x)),
        ("string", (3,), lambda x: StringLookup(vocabulary=CITIES)(x)),
        ("string", (None,), lambda x: StringLookup(vocabulary=CITIES)(x)),
        ("string", (), lambda x: TextVectorization(vocabulary=CITIES, ngrams=2)(x)),
        ("string", (1,), lambda x: TextVectorization(vocabulary=CITIES, ngrams=2, output_mode="multi_hot")(x)),
        ("string", (), lambda x: TextVectorization(vocabulary=SHOUTED)(x)),
    ],
    ids=str,
)
def test_the_probes_reach_a_table(dtype: str, shape: Any, layer: Callable[[Any], Any], tmp_path: Path) -> None:
    """Numbers of every dtype, also written as text; ids of labels; batches of lists; terms of several words."""
    check = reached(tmp_path, *one_layer(dtype, shape, layer))
    assert check.passed, check.detail
    assert check.detail.startswith("1 of 1 table, ")


def test_the_probes_reach_the_tables_of_every_family(tmp_path: Path) -> None:
    """The labels of `classify`, what `preprocess` looks up, and serialized examples."""
    text, year = keras.Input((), dtype="string", name="text"), keras.Input((), dtype="int64", name="year")
    ids, number = (
        TextVectorization(vocabulary=SHOUTED, output_mode="count")(text),
        IntegerLookup(vocabulary=YEARS)(year),
    )
    logits = keras.layers.Dense(2)(ids) + keras.ops.cast(keras.ops.expand_dims(number, -1), "float32")
    model = keras.Model([text, year], {"logits": logits})
    inputs = {"text": ("string", (None,)), "year": ("int64", (None,))}
    check = reached(
        tmp_path,
        model,
        {
            "best": ClassifySignature(inputs, scores="logits", labels=CITIES, k=1),
            "ids": PreprocessSignature(inputs),
            "examples": ExamplesSignature(inputs),
        },
    )
    assert check.passed, check.detail
    assert check.detail.startswith("3 of 3 tables, ")


def unreachable() -> Any:
    """A model that lower-cases what it looks up among upper-case terms."""
    text = keras.Input((), dtype="string", name="text")
    terms = Vocabulary.from_terms("shouted", ["WORDS", "IN", "CAPITALS"])
    words = StringLookup(vocabulary=Vocabulary.from_terms("words", ["the", "of"]))(text)
    return keras.Model(text, {"id": words, "ids": TextVectorization(vocabulary=terms)(text)}, name="shouting")


def test_a_model_whose_table_is_not_reached_is_not_published(tmp_path: Path) -> None:
    """It would answer alike everywhere, and its vocabulary would do nothing."""
    with pytest.raises(VerificationError) as raised:
        lexport.export(unreachable(), tmp_path / "exports")
    [problem] = raised.value.problems
    assert problem.where == TABLES_CHECK
    assert "the asset 'shouted.txt', which the signature serving_default uses" in str(problem)
    assert "or name 'shouted' in verify.allow_unreached" in str(problem)
    assert not list((tmp_path / "exports").glob("[0-9]*"))


def test_what_need_not_be_reached_travels_with_the_export(tmp_path: Path) -> None:
    """It is verified by the same rule wherever it is verified again."""
    report = lexport.export(unreachable(), tmp_path / "exports", allow_unreached="shouted")
    manifest = json.loads((report.path / MANIFEST).read_bytes())
    assert manifest["verification"]["allow_unreached"] == ["shouted"]
    again = verify_directory(report.path)
    assert again.passed, str(again)
    [detail] = [check.detail for check in again.checks if check.name == TABLES_CHECK]
    assert detail.startswith("1 of 2 tables, ")
    assert "not reached, as is allowed: " in detail


def test_a_name_of_nothing_is_refused(tmp_path: Path) -> None:
    """With the names that there are."""
    with pytest.raises(
        VerificationError, match=r"'shoutd' names nothing; .* shouted, shouted\.txt, words.*Did you mean 'shouted'"
    ):
        lexport.export(unreachable(), tmp_path / "exports", allow_unreached=["shoutd"])
