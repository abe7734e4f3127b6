"""`ExportedModel`: an export that answers as MLflow's models do."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import tensorflow as tf

from lexport.errors import Problem, SignatureError
from lexport.run.loaded_export import LoadedExport
from lexport.savedmodel.signature import TensorSpec

__all__ = ["ExportedModel"]

STRING = "string"
SHOWN = 3


class ExportedModel:
    """One signature of a checked export, for DataFrames and dicts of arrays.

    Args:
        export: as `lexport.load` gives it.
        signature: the name of one of its signatures.
        binary: the string inputs and outputs that hold bytes, and not text.
        gives_frame: whether answers are a DataFrame, with a column for each output; else a dict of arrays.

    Attributes:
        export: what it answers from: vocabularies, assets, manifest.
    """

    def __init__(self, export: LoadedExport, signature: str, binary: Collection[str], gives_frame: bool) -> None:
        self.export = export
        self._name = signature
        self._specs = export.manifest.signatures[signature]
        self._binary = frozenset(binary)
        self._gives_frame = gives_frame

    def predict(self, model_input: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Answers a request.

        Args:
            model_input: a DataFrame with a column for each input, or a dict of arrays; what is more is left out.
            params: there are none.

        Returns:
            A DataFrame with a row for each row of the request, or a dict of arrays. Texts are `str`.

        Raises:
            SignatureError: inputs are missing, or hold what their type cannot; all are named.
        """
        values = self._values(model_input)
        problems = [*self._missing(values), *(one for name in values for one in self._unfit(name, values[name]))]
        if problems:
            raise SignatureError(f"the request does not fit the signature {self._name!r}", problems)
        tensors = {name: _tensor(values[name], spec) for name, spec in self._specs.inputs.items()}
        answers = self.export.signatures[self._name](**tensors)
        arrays = {name: self._array(name, answers[name].numpy()) for name in self._specs.outputs}
        if not self._gives_frame:
            return arrays
        index = model_input.index if isinstance(model_input, pd.DataFrame) else None
        same_rows = index is not None and all(len(one) == len(index) for one in arrays.values())
        return pd.DataFrame(arrays, index=index if same_rows else None)

    def _values(self, model_input: Any) -> dict[str, Any]:
        if not isinstance(model_input, pd.DataFrame | Mapping):
            raise SignatureError(
                f"a request must be a DataFrame with a column, or a dict with an array, for each of "
                f"{', '.join(self._specs.inputs)}; received {type(model_input).__name__}"
            )
        return {name: model_input[name] for name in self._specs.inputs if name in model_input}

    def _missing(self, values: Mapping[str, Any]) -> list[Problem]:
        absent = [name for name in self._specs.inputs if name not in values]
        return [Problem(name, f"is missing; received {', '.join(values) or 'no input'}") for name in absent]

    def _unfit(self, name: str, value: Any) -> list[Problem]:
        """Finds what would be cast into something else, and texts that are missing or that no UTF-8 can hold."""
        dtype = self._specs.inputs[name].dtype
        if dtype != STRING:
            whole = f"must hold values of {dtype} as they are; received {np.asarray(value).dtype}"
            return [] if _fits(value, dtype) else [Problem(name, f"{whole} that it cannot hold: {value!r:.100}")]
        cells = np.asarray(value, dtype=object).ravel()
        rows = [number for number, cell in enumerate(cells) if not _is_text(cell)]
        if not rows:
            return []
        shown = ", ".join(f"{cells[number]!r} in row {number}" for number in rows[:SHOWN])
        more = f", and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
        return [Problem(name, f"must hold texts; received {shown}{more}", "Put a text there, such as ''")]

    def _array(self, name: str, answer: Any) -> Any:
        if self._specs.outputs[name].dtype != STRING or name in self._binary:
            return answer
        try:
            texts = [one.decode() for one in np.ravel(np.asarray(answer, dtype=object))]
        except UnicodeDecodeError as error:
            raise SignatureError(
                f"the output {name!r} holds bytes that are no UTF-8: {error}. Log the model with binary=[{name!r}]"
            ) from error
        return np.array(texts, dtype=object).reshape(np.shape(answer))


def _fits(value: Any, dtype: str) -> bool:
    """Whether numbers stay what they are; floats may be rounded to a narrower type of floats."""
    given, kind = np.asarray(value), np.dtype(dtype)
    try:
        with np.errstate(all="ignore"):
            cast = given.astype(kind)
    except (TypeError, ValueError, OverflowError):
        return False
    return kind.kind not in "biu" or bool(np.array_equal(cast, given))


def _is_text(cell: Any) -> bool:
    if isinstance(cell, str):
        return not any("\ud800" <= character <= "\udfff" for character in cell)
    return isinstance(cell, bytes)


def _tensor(value: Any, spec: TensorSpec) -> Any:
    if spec.dtype == STRING:
        cells = np.asarray(value, dtype=object)
        encoded = [one.encode() if isinstance(one, str) else one for one in cells.ravel()]
        # A shape of its own, since TensorFlow cannot tell that of an empty list.
        return tf.reshape(tf.constant(encoded, tf.string), cells.shape)
    return tf.constant(np.asarray(value), dtype=spec.dtype)
