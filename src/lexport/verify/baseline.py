"""`Baseline`: requests and the answers that the live model gave."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lexport.errors import VerificationError
from lexport.verify.fitting import WARMUP_CASES, travelling_cases
from lexport.verify.request import Request
from lexport.verify.tensors import Tensor, as_tensor, read_tensors, tensor_bytes, write_tensors

__all__ = ["MAX_BASELINE_BYTES", "WARMUP_CASES", "Baseline", "Case"]

MAX_BASELINE_BYTES = 64 << 20
FORMAT = 1


@dataclass(frozen=True)
class Case:
    """One request and the live model's answer: outputs, or an error.

    Attributes:
        name: what reports call it, such as `examples`.
        signature: the signature's name.
        inputs: the tensors by input name.
        outputs: the tensors by output name; None where the live model raised on these inputs.
        error: what it raised; None where it answered. A candidate must then raise, too.

    Raises:
        VerificationError: not exactly one of `outputs` and `error` is given.

    Example:
        >>> Case("examples", "serving_default", {"word": ["the"]}, {"id": [1]}).request.rows
        1
    """

    name: str
    signature: str
    inputs: Mapping[str, Tensor]
    outputs: Mapping[str, Tensor] | None
    error: str | None = None

    def __post_init__(self) -> None:
        if (self.outputs is None) == (self.error is None):
            raise VerificationError(f"case {self.name!r} must have either outputs or an error")
        object.__setattr__(self, "inputs", {name: as_tensor(value) for name, value in self.inputs.items()})
        if self.outputs is not None:
            object.__setattr__(self, "outputs", {name: as_tensor(value) for name, value in self.outputs.items()})

    @property
    def request(self) -> Request:
        """The case without its answer: all that a candidate gets to see."""
        return Request(self.name, self.signature, self.inputs)

    @property
    def tells(self) -> bool:
        """Whether the answer holds a value to compare with: that to an empty batch holds none."""
        return any(value.size for value in (self.outputs or {}).values())


@dataclass(frozen=True)
class Baseline:
    """The answers against which candidates are compared; it travels with the export.

    Attributes:
        cases: requests with the live model's answers.
        seed: what the random rows were made from; None where there are none.
        left_out: the requests that were asked and compared before the publication, and do not travel.

    Example:
        >>> case = Case("examples", "serving_default", {"word": ["the"]}, {"id": [1]})
        >>> Baseline((case,), seed=7).signatures
        ('serving_default',)
    """

    cases: tuple[Case, ...]
    seed: int | None = None
    left_out: tuple[str, ...] = ()

    @property
    def signatures(self) -> tuple[str, ...]:
        """The names of the signatures that the cases call, in order of their first case."""
        return tuple(dict.fromkeys(case.signature for case in self.cases))

    @property
    def travelling(self) -> str:
        """How many of the requests travel with the export; empty where all do."""
        count = len(self.cases)
        if not self.left_out:
            return ""
        return f"{count} of {count + len(self.left_out)} requests travel with the export (verify.baseline_limit)"

    def fitting(self, max_bytes: int = MAX_BASELINE_BYTES) -> "Baseline":
        """Gives the part that may travel: the user's requests, then one of each kind, then as many as fit.

        Args:
            max_bytes: the most that the tensors may hold, before compression.

        Raises:
            VerificationError: what must travel holds more; each such request is named.

        Example:
            >>> probe = Case("probes", "serving_default", {"x": [1]}, {"y": [1] * 100})
            >>> example = Case("examples", "serving_default", {"x": [1]}, {"y": [1]})
            >>> fitted = Baseline((probe, example)).fitting(100)
            >>> [case.name for case in fitted.cases], fitted.travelling
            (['examples'], '1 of 2 requests travel with the export (verify.baseline_limit)')
        """
        kept = travelling_cases(self.cases, max_bytes)
        left_out = (case for index, case in enumerate(self.cases) if index not in kept)
        names = tuple(f"{case.signature}/{case.name}" for case in left_out)
        cases = tuple(case for index, case in enumerate(self.cases) if index in kept)
        return Baseline(cases, self.seed, self.left_out + names)

    def write(self, path: str | os.PathLike[str], *, max_bytes: int = MAX_BASELINE_BYTES) -> None:
        """Writes the baseline to one npz file.

        Args:
            path: the file; it is replaced.
            max_bytes: the most that the tensors may hold, before compression.

        Raises:
            VerificationError: the tensors hold more than `max_bytes`.
            OSError: the file cannot be written.
        """
        tensors = dict(self._named_tensors())
        size = sum(map(tensor_bytes, tensors.values()))
        if size > max_bytes:
            raise VerificationError(
                f"the baseline holds {size} bytes of inputs and outputs; at most {max_bytes} travel with an "
                "export. Give fewer or smaller examples, or raise verify.baseline_limit"
            )
        cases = [{"name": case.name, "signature": case.signature, "error": case.error} for case in self.cases]
        write_tensors(path, tensors, {"format": FORMAT, "seed": self.seed, "left_out": self.left_out, "cases": cases})

    @classmethod
    def read(cls, path: str | os.PathLike[str], *, max_bytes: int = 2 * MAX_BASELINE_BYTES) -> "Baseline":
        """Reads a baseline; safe on a file from anywhere.

        Args:
            path: the file.
            max_bytes: the most that is read, uncompressed.

        Raises:
            VerificationError: the file is missing, too large, damaged, or of another format.
        """
        tensors, header = read_tensors(path, max_bytes=max_bytes)
        try:
            _check_format(header["format"])
            seed = header["seed"] if header["seed"] is None else int(header["seed"])
            left_out = tuple(str(name) for name in header["left_out"])
            sides = _sides(tensors)
            cases = tuple(_case(number, entry, sides) for number, entry in enumerate(header["cases"]))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise VerificationError(f"{os.fspath(path)} is not a baseline: {error}") from error
        return cls(cases, seed, left_out)

    def _named_tensors(self) -> Iterator[tuple[str, Tensor]]:
        for number, case in enumerate(self.cases):
            for name, tensor in case.inputs.items():
                yield f"{number}/inputs/{name}", tensor
            for name, tensor in (case.outputs or {}).items():
                yield f"{number}/outputs/{name}", tensor


def _check_format(received: object) -> None:
    if received != FORMAT:
        raise ValueError(f"it has format {received!r}; this lexport reads format {FORMAT}")


def _sides(tensors: Mapping[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    """Gives the tensors of `0/inputs`, `0/outputs` and so on, each by its own name."""
    sides: dict[str, dict[str, Tensor]] = {}
    for path, tensor in tensors.items():
        number, side, name = path.split("/", 2)
        sides.setdefault(f"{number}/{side}", {})[name] = tensor
    return sides


def _case(number: int, entry: Mapping[str, Any], sides: Mapping[str, Mapping[str, Tensor]]) -> Case:
    error = None if entry["error"] is None else str(entry["error"])
    outputs = None if error is not None else sides.get(f"{number}/outputs", {})
    return Case(str(entry["name"]), str(entry["signature"]), sides.get(f"{number}/inputs", {}), outputs, error)
