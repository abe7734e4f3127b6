"""`remap_embedding`: each surviving term keeps its row, to the bit."""

from typing import Any

import keras
import ml_dtypes
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

import lexport.layers
from lexport import Vocabulary, remap_embedding
from lexport.errors import VocabularyError

TERMS = st.lists(st.sampled_from(["a", "b", "é", "日本", "the of", "x" * 40, "A"]), unique=True, min_size=1)


def _vocabulary(terms: list[Any]) -> Vocabulary:
    return Vocabulary.from_terms("words", terms)


def _plainly(old: list[str], new: list[str], rows: list[list[float]], special: int) -> list[list[float] | None]:
    """The same, term by term; None for what is new."""
    row_of = {term: rows[special + place] for place, term in enumerate(old)}
    return [*rows[:special], *(row_of.get(term) for term in new), *rows[special + len(old) :]]


@settings(deadline=None)
@given(TERMS, TERMS, st.integers(0, 3), st.integers(0, 2))
def test_rows_go_where_their_terms_are(old: list[str], new: list[str], special: int, spare: int) -> None:
    """Special rows stay in front, spare ones behind, and what is new gets what was asked for."""
    rows = np.arange(2.0 * (special + len(old) + spare), dtype=np.float32).reshape(-1, 2)
    found = remap_embedding(_vocabulary(old), _vocabulary(new), rows, special_rows=special, initializer="ones")
    expected = [row or [1.0, 1.0] for row in _plainly(old, new, rows.tolist(), special)]
    assert found.dtype == np.float32
    assert found.tolist() == expected


@settings(deadline=None)
@given(TERMS, TERMS, st.integers(0, 2), st.integers(0, 4), st.integers(0, 4))
def test_the_result_has_as_many_rows_as_asked(
    old: list[str], new: list[str], special: int, spare: int, room: int
) -> None:
    """Rows behind the terms stay in their order while there is room; further ones are new."""
    rows = np.arange(2.0 * (special + len(old) + spare), dtype=np.float32).reshape(-1, 2)
    size = special + len(new) + room
    words = _vocabulary(old), _vocabulary(new)
    found = remap_embedding(*words, rows, special_rows=special, initializer="ones", size=size)
    expected = [row or [1.0, 1.0] for row in _plainly(old, new, rows.tolist(), special)]
    expected = [*expected[: special + len(new)], *expected[special + len(new) :][:room], *[[1.0, 1.0]] * room]
    assert found.tolist() == expected[:size]
    if len(new) + special:
        with pytest.raises(VocabularyError, match="the new matrix must have a row for each of the"):
            remap_embedding(*words, rows, special_rows=special, size=len(new) + special - 1)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ml_dtypes.bfloat16])
def test_the_bits_of_every_float_survive(dtype: Any) -> None:
    """NaN, infinity and the sign of zero, too."""
    rows = np.array([[np.nan, -0.0], [np.inf, 1e-7], [3.25, -2.0]], dtype)
    found = remap_embedding(_vocabulary(["a", "b"]), _vocabulary(["b", "a"]), rows)
    assert found.dtype == rows.dtype
    assert found.tobytes() == rows[[0, 2, 1]].tobytes()


@pytest.mark.parametrize("package", [keras.layers, lexport.layers])
def test_layers_know_their_special_rows(package: Any) -> None:
    """Mask and out-of-vocabulary rows are theirs, of layers of Keras as of ours."""
    old, new = (package.TextVectorization(vocabulary=terms) for terms in (["a", "b"], ["b", "c", "a"]))
    rows = np.array([[0.0], [1.0], [2.0], [3.0]])
    found = remap_embedding(old, new, rows, initializer="zeros")
    assert found.tolist() == [[0.0], [1.0], [3.0], [0.0], [2.0]]
    old, new = (package.IntegerLookup(vocabulary=terms) for terms in ([7, 9], [9, -7]))
    assert remap_embedding(old, new, rows[:3], initializer="zeros").tolist() == [[0.0], [2.0], [0.0]]


def test_pieces_of_a_tokenizer_have_no_special_rows() -> None:
    """An id is the number of a line; a row for what is unknown may stand behind them."""
    old, new = (
        lexport.layers.WordpieceTokenizer(Vocabulary.from_terms("pieces", pieces, special_tokens=()))
        for pieces in (["[UNK]", "a"], ["a", "[UNK]"])
    )
    assert remap_embedding(old, new, np.array([[0.0], [1.0], [9.0]])).tolist() == [[1.0], [0.0], [9.0]]


def test_kernels_and_biases_have_their_classes_on_the_last_axis() -> None:
    """As of an output layer; the initializer is given the shape of the kernel."""
    shapes: list[Any] = []

    def initializer(shape: Any, dtype: Any = None) -> Any:
        shapes.append((shape, dtype))
        return tf.fill(shape, 9.0)

    old, new = _vocabulary(["a", "b"]), _vocabulary(["b", "c"])
    kernel = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], np.float32)
    assert remap_embedding(old, new, kernel, axis=-1, initializer=initializer).tolist() == [
        [2.0, 9.0],
        [4.0, 9.0],
        [6.0, 9.0],
    ]
    assert shapes == [((3, 1), "float32")]
    assert remap_embedding(old, new, kernel[0], axis=-1, initializer=np.array([7.0])).tolist() == [2.0, 7.0]


def test_tensors_and_variables_are_taken_too() -> None:
    """Whatever `layer.weights` and `layer.get_weights()` give."""
    old, new = _vocabulary(["a", "b"]), _vocabulary(["b", "a"])
    for matrix in (tf.constant([[1.0], [2.0]]), tf.Variable([[1.0], [2.0]]), keras.Variable([[1.0], [2.0]])):
        assert remap_embedding(old, new, matrix).tolist() == [[2.0], [1.0]]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"matrix": np.zeros((1, 2))}, VocabularyError, "a row for each of the 2 ids; received 1 rows"),
        ({"special_rows": 2}, VocabularyError, "a row for each of the 4 ids; received 3 rows"),
        ({"special_rows": -1}, VocabularyError, "a row for each of the 2 ids"),
        ({"matrix": np.zeros((3, 2), int)}, ValueError, "matrix must hold floats; received dtype int64"),
        ({"axis": 2}, ValueError, r"axis must be one of the matrix, of shape \(3, 2\); received 2"),
        ({"matrix": np.float32(3)}, ValueError, r"axis must be one of the matrix, of shape \(\); received 0"),
        ({"initializer": np.zeros((2, 2))}, ValueError, r"must have shape \(1, 2\); received \(2, 2\)"),
        ({"new_vocabulary": ["a"]}, TypeError, "a Vocabulary, of a StringLookup"),
        ({"new_vocabulary": Vocabulary.from_terms("ids", [1])}, VocabularyError, "both have strings, or both integers"),
        (
            {"old_vocabulary": keras.layers.StringLookup(name="none")},
            VocabularyError,
            r"layer 'none' has no vocabulary\. Call adapt",
        ),
    ],
)
def test_what_does_not_fit_is_an_error(arguments: dict[str, Any], error: type, message: str) -> None:
    """With what is required, and what was given."""
    given = {
        "old_vocabulary": _vocabulary(["a", "b"]),
        "new_vocabulary": _vocabulary(["b", "c"]),
        "matrix": np.zeros((3, 2)),
        **arguments,
    }
    with pytest.raises(error, match=message):
        remap_embedding(given.pop("old_vocabulary"), given.pop("new_vocabulary"), given.pop("matrix"), **given)


def test_layers_with_other_special_ids_are_refused() -> None:
    """What is out of the vocabulary is spread over them otherwise, so that no row is that of the same words."""
    old = lexport.layers.StringLookup(vocabulary=["a"], num_oov_indices=2, name="old")
    new = lexport.layers.StringLookup(vocabulary=["a"], mask_token="", name="new")
    with pytest.raises(VocabularyError, match=r"received \(out of 2, out of 2\) and \(mask '', out of 1\)"):
        remap_embedding(old, new, np.zeros((3, 1)))
    with pytest.raises(VocabularyError, match="special_rows must be 2, as the layers say; received 1"):
        remap_embedding(old, old, np.zeros((3, 1)), special_rows=1)
