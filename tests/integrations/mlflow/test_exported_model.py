"""Requests of every kind that MLflow can send, and their answers."""

import json
from pathlib import Path
from typing import Any

import keras
import mlflow
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import lexport
from lexport.errors import SignatureError
from lexport.integrations.mlflow.pyfunc import _load_pyfunc
from lexport.layers import BertTokenizer, StringLookup
from tests.integrations.mlflow.logged_models import elsewhere, logged

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("tracking"),
    # Of MLflow 3.17.2 itself, at the SQLAlchemy and the Pydantic of our lock.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def loaded(export: Path) -> Any:
    """What MLflow hands the request to, without MLflow's look at its types."""
    return _load_pyfunc(str(export), {"gives_frame": True})


@pytest.mark.parametrize(
    ("request_", "finding"),
    [
        ({"word": ["Hund", None, 3.5]}, "word: must hold texts; received None in row 1, 3.5 in row 2"),
        ({"words": ["Hund"]}, "word: is missing; received no input"),
        ({"word": ["Hund", "\ud800"]}, "word: must hold texts; received '\\ud800' in row 1"),
    ],
)
def test_a_request_that_does_not_fit_is_refused(export: Path, request_: dict[str, Any], finding: str) -> None:
    """MLflow looks at the types of columns only; here each cell is named."""
    with pytest.raises(SignatureError) as raised:
        loaded(export).predict(pd.DataFrame(request_))
    assert finding in str(raised.value)


def test_an_empty_request_has_an_empty_answer(export: Path) -> None:
    """With the columns of every answer."""
    answers = loaded(export).predict(pd.DataFrame({"word": pd.Series([], dtype=object)}))
    assert (list(answers.columns), len(answers)) == (["id", "known"], 0)


def test_rows_keep_their_index(export: Path) -> None:
    """So that answers can be joined to what was asked."""
    answers = loaded(export).predict(pd.DataFrame({"word": ["der", "Hund"]}, index=[30, 10]))
    assert answers["id"].to_dict() == {30: 1, 10: 2}


def test_serialized_examples_are_bytes(tmp_path: Path) -> None:
    """That the input holds no text is known from the examples of the export, though each may be UTF-8 by chance."""
    word = keras.Input((), dtype="string", name="word")
    model = keras.Model(word, {"id": StringLookup(vocabulary=["a", "b"], name="words")(word)})
    signature = lexport.ExamplesSignature({"word": ("string", (None,))}, outputs=("id",))
    report = lexport.export(model, tmp_path / "e", signatures={"examples": signature}, examples=[{"word": "b"}])
    info = logged(report.path, signature="examples")
    assert str(info.signature.inputs) == "['examples': binary (required)]"
    model = mlflow.pyfunc.load_model(info.model_uri)
    assert model.predict(model.input_example)["id"].tolist() == [2]


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


@pytest.mark.parametrize(("value", "fits"), [(1.5, False), (float("nan"), False), (2**40 + 3, False), (3.0, True)])
def test_a_number_is_not_cast_into_another_one(value: float, fits: bool, tmp_path: Path) -> None:
    """TensorFlow would cut it, or wrap it around."""
    year = keras.Input((), dtype="int32", name="year")
    model = keras.Model(year, {"next": keras.ops.cast(year, "int32") + 1})
    answering = loaded(lexport.export(model, tmp_path, examples=[{"year": 1999}]).path)
    if fits:
        assert answering.predict(pd.DataFrame({"year": [value]}))["next"].tolist() == [4]
    else:
        with pytest.raises(SignatureError, match="year: must hold values of int32 as they are"):
            answering.predict(pd.DataFrame({"year": [value]}))


def test_a_signature_that_model_config_asks_for_in_vain_is_named(export: Path) -> None:
    """With those that there are."""
    for name in ("nope", ["serving_default"]):
        with pytest.raises(SignatureError, match="which model_config asks for; it has serving_default"):
            _load_pyfunc(str(export), {"signature": name})
