"""The user's examples as rows, for every signature that takes what they hold."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from lexport.serving.signature import Signature
from lexport.verify import InputSpec, read_examples
from lexport.verify.batching import Row

__all__ = ["example_rows", "input_specs"]


def input_specs(signature: Signature) -> dict[str, InputSpec]:
    """Gives what the verifier knows of the inputs that a signature declares.

    Example:
        >>> input_specs(Signature({"word": ("string", (None,))}))
        {'word': InputSpec(dtype='string', shape=(None,))}
    """
    return {name: InputSpec(dtype, shape) for name, (dtype, shape) in signature.inputs.items()}


def example_rows(
    path: Path | None, signatures: Mapping[str, Signature], *, from_code: bool = False
) -> dict[str, Sequence[Row]]:
    """Reads the examples; a signature that takes a part of another's inputs gets that part of its rows.

    Args:
        path: JSON lines, or None.
        signatures: by name.
        from_code: whether the rows were handed to `lexport.export`; errors then name no file.

    Returns:
        Rows by signature, none where no example fits.

    Raises:
        SignatureError: lines do not fit; all are named.
    """
    specs = {name: input_specs(signature) for name, signature in signatures.items()}
    if path is None:
        return {name: [] for name in specs}
    rows = read_examples(path, specs, from_code=from_code)
    return {name: rows[name] or _part(inputs, specs, rows) for name, inputs in specs.items()}


def _part(
    inputs: Mapping[str, InputSpec],
    specs: Mapping[str, Mapping[str, InputSpec]],
    rows: Mapping[str, Sequence[Row]],
) -> list[Row]:
    for other, known in specs.items():
        if rows[other] and all(_fits(known.get(name), spec) for name, spec in inputs.items()):
            return [{name: row[name] for name in inputs} for row in rows[other]]
    return []


def _fits(known: InputSpec | None, spec: InputSpec) -> bool:
    """Whether a row's value of one input is one of the other; how many rows make a batch is another matter."""
    return known is not None and (known.dtype, known.row_shape, known.is_scalar) == (
        spec.dtype,
        spec.row_shape,
        spec.is_scalar,
    )
