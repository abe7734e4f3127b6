"""What is done to tensors before JAX sees them, in TensorFlow."""

import pytest
import tensorflow as tf

from lexport.errors import SignatureError
from lexport.serving.backends.jax_limits import narrowed, with_a_row


@pytest.mark.parametrize("number", [1 << 31, -(1 << 31) - 1, 1 << 62])
def test_a_number_beyond_32_bits_is_an_error(number: int) -> None:
    """JAX would drop the upper half."""
    with pytest.raises(tf.errors.InvalidArgumentError, match="JAX calculates with int32"):
        narrowed(tf.constant([1, number]), wide=False)
    assert narrowed(tf.constant([number]), wide=True).numpy().tolist() == [number]


def test_numbers_within_32_bits_stay_what_they_are() -> None:
    """The limits included."""
    numbers = [(1 << 31) - 1, -(1 << 31), 0]
    assert narrowed(tf.constant(numbers, tf.int64), wide=False).numpy().tolist() == numbers


def test_rows_without_an_element_are_an_error_and_no_rows_are_none() -> None:
    """An export by jax2tf takes neither; no rows can be helped."""
    with pytest.raises(tf.errors.InvalidArgumentError, match="output_sequence_length"):
        narrowed(tf.zeros((2, 0)), wide=False)
    assert narrowed(tf.zeros((0, 0)), wide=False).shape == (0, 0)


@pytest.mark.parametrize(
    "tensor", [tf.ragged.constant([[1], []]), tf.sparse.from_dense([[1, 0]])], ids=["ragged", "sparse"]
)
def test_a_tensor_that_is_not_dense_is_refused(tensor: object) -> None:
    """While the signature is traced."""
    with pytest.raises(SignatureError, match="takes dense tensors only"):
        narrowed(tensor, wide=False)


@pytest.mark.parametrize("rows", [0, 1, 3])
@pytest.mark.parametrize("graph", [False, True])
def test_no_rows_become_one_row_and_none_again(rows: int, graph: bool) -> None:
    """Other batches are handed on; rows of any length, too, which is none where there are no rows."""
    seen = []

    def answers(tensors: list[tf.Tensor]) -> dict[str, tf.Tensor]:
        with tf.control_dependencies([tf.debugging.assert_positive(tf.shape(tensors[0]))]):
            seen.append(tensors[1].shape.as_list())
            return {"sum": tf.reduce_sum(tensors[0], axis=1), "constant": tf.constant(1.0)}

    def serve(first: tf.Tensor, second: tf.Tensor) -> dict[str, tf.Tensor]:
        return with_a_row(answers, [first, second])

    specs = [tf.TensorSpec((None, None)), tf.TensorSpec((None, 2))]
    called = tf.function(serve, input_signature=specs) if graph else serve
    found = called(tf.ones((rows, 4 if rows else 0)), tf.ones((rows, 2)))
    assert found["sum"].numpy().tolist() == [4.0] * rows
    assert found["constant"].numpy() == 1.0
    assert all(shape[1] == 2 for shape in seen)
