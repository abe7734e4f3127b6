"""`InputExamples`: rows of the examples that travel with an export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lexport.run.places import BASELINE
from lexport.verify import Baseline, Case
from lexport.verify.tensors import Tensor

__all__ = ["InputExamples"]

ROWS = 5
EXAMPLES = "examples"


@dataclass(frozen=True)
class InputExamples:
    """Requests to a signature whose answers were verified.

    Attributes:
        rows: the first of the user's examples, by input; or of what else was asked, where there are none. None where
            nothing travels with the export.
        binary: the inputs and outputs of which a value is no text: no UTF-8, or with control characters, which every
            serialized `tf.Example` has.
        alike: whether all outputs of a request have as many rows as each other.
    """

    rows: Mapping[str, Tensor] | None
    binary: frozenset[str]
    alike: bool = True

    @classmethod
    def read(cls, directory: Path, signature: str) -> "InputExamples":
        """Reads them from an export that was checked.

        Args:
            directory: of the export.
            signature: by name.

        Raises:
            VerificationError: the file is damaged.
        """
        path = directory / BASELINE
        if not path.is_file():
            return cls(None, frozenset())
        cases = [one for one in Baseline.read(path).cases if one.signature == signature and one.outputs and one.tells]
        mine = [one for one in cases if one.name.startswith(EXAMPLES)]
        # What else was asked is odd on purpose, such as bytes that are no text.
        chosen = mine or [one for one in cases if not _binary_in(one)] or cases
        binary = _binary_in_any(mine) if mine else _binary_in_all(cases)
        alike = all(len({len(value) for value in (one.outputs or {}).values() if value.ndim}) <= 1 for one in cases)
        return cls(_first_rows(chosen[0]) if chosen else None, binary, alike)


def _binary_in_any(cases: Sequence[Case]) -> frozenset[str]:
    return frozenset(name for one in cases for name in _binary_in(one))


def _binary_in_all(cases: Sequence[Case]) -> frozenset[str]:
    """Of probes some are odd on purpose, so that one of them says nothing."""
    found = [_binary_in(one) for one in cases]
    return frozenset(found[0]).intersection(*found) if found else frozenset()


def _binary_in(case: Case) -> set[str]:
    tensors = {**case.inputs, **(case.outputs or {})}
    return {name for name, value in tensors.items() if _is_binary(value)}


def _first_rows(case: Case) -> dict[str, Tensor]:
    return {name: value[:ROWS] if value.ndim else value for name, value in case.inputs.items()}


def _is_binary(value: Tensor) -> bool:
    return value.dtype.kind == "O" and not all(_is_text(one) for one in value.ravel())


def _is_text(value: bytes) -> bool:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return False
    return not any(character < " " and character not in "\t\n\r" for character in text)
