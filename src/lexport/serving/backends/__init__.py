"""Models of Keras backends other than TensorFlow, as functions of TensorFlow.

- `backend.py`: which backends an export can be made with.
- `answering.py`: `answering`, from a model to what answers TensorFlow's tensors.
- `stages.py`: which calls of a model TensorFlow makes, and which ones JAX.
- `staged_model.py`: `StagedModel`, the stages one after the other.
- `jax_part.py`: `JaxPart`, what JAX calculates, by Keras's own `ExportArchive` and `jax2tf`.
- `jax_conversion.py`: what is said to JAX for it.
- `jax_limits.py`: inputs that JAX would take otherwise than TensorFlow.
"""
