"""The two files through which the verifier and a candidate talk: a task there, answers back.

Only inputs go out: a candidate never sees what the answers should be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lexport.errors import VerificationError
from lexport.verify.observation import Observation
from lexport.verify.request import Request
from lexport.verify.tensors import Tensor, as_tensor, read_tensors, write_tensors
from lexport.verify.watch_exchange import read_watch, watch_header, watch_tensors

if TYPE_CHECKING:
    from lexport.savedmodel.lookup_watch import LookupWatch

__all__ = ["Answer", "Answers", "Task", "read_answers", "read_task", "write_answers", "write_task"]

TASK_FILE = "task.npz"
ANSWERS_FILE = "answers.npz"


@dataclass(frozen=True)
class Task:
    """What a candidate has to do.

    Attributes:
        export: the copy of the SavedModel to load.
        requests: what to ask it.
        ops: the op types of its graph, so that a candidate knows which op libraries it needs.
        watch: how to see what its lookups find; None where that is not asked for.
    """

    export: Path
    requests: tuple[Request, ...]
    ops: tuple[str, ...] = ()
    watch: "LookupWatch | None" = None


@dataclass(frozen=True)
class Answer:
    """What a candidate said to one request: outputs by name, or the error that it raised."""

    outputs: Mapping[str, Tensor] | None
    error: str | None = None

    def __post_init__(self) -> None:
        if self.outputs is not None:
            object.__setattr__(self, "outputs", {name: as_tensor(value) for name, value in self.outputs.items()})


@dataclass(frozen=True)
class Answers:
    """All that a candidate said.

    Attributes:
        answers: one for each request, in the same order; empty where the export did not load.
        load_error: why it did not load; None where it did.
        facts: what reports tell about the candidate, such as the version of TensorFlow.
        unable: why this loader cannot run on this machine, whatever the export; None where it can.
        observation: what its lookups found; None where that was not asked for.
    """

    answers: tuple[Answer, ...]
    load_error: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    unable: str | None = None
    observation: Observation | None = None


def write_task(directory: Path, task: Task) -> None:
    """Writes the task into the directory of a candidate."""
    requests = [{"name": request.name, "signature": request.signature} for request in task.requests]
    header = {"export": str(task.export), "ops": list(task.ops), "requests": requests}
    inputs = [request.inputs for request in task.requests]
    tensors = _flatten(inputs) | watch_tensors(task.watch)
    write_tensors(directory / TASK_FILE, tensors, {**header, "watch": watch_header(task.watch)})


def read_task(directory: Path) -> Task:
    """Reads the task, within the candidate."""
    tensors, header = read_tensors(directory / TASK_FILE)
    watch = read_watch(header["watch"], tensors)
    inputs = _unflatten(tensors, len(header["requests"]))
    requests = tuple(
        Request(entry["name"], entry["signature"], values)
        for entry, values in zip(header["requests"], inputs, strict=True)
    )
    return Task(Path(header["export"]), requests, tuple(header["ops"]), watch)


def write_answers(directory: Path, answers: Answers) -> None:
    """Writes the answers, within the candidate."""
    header = {
        "errors": [answer.error for answer in answers.answers],
        "load_error": answers.load_error,
        "unable": answers.unable,
        "facts": dict(answers.facts),
        "observation": answers.observation and answers.observation.to_json(),
    }
    outputs = [answer.outputs or {} for answer in answers.answers]
    write_tensors(directory / ANSWERS_FILE, _flatten(outputs), header)


def read_answers(directory: Path) -> Answers:
    """Reads the answers of a candidate, which has run a graph that is not trusted.

    Raises:
        VerificationError: there are none, or they are damaged.
    """
    tensors, header = read_tensors(directory / ANSWERS_FILE)
    try:
        outputs = _unflatten(tensors, len(header["errors"]))
        answers = tuple(
            Answer(values, None) if error is None else Answer(None, str(error))
            for error, values in zip(header["errors"], outputs, strict=True)
        )
        facts = {str(name): str(value) for name, value in header["facts"].items()}
        load_error, unable = (_text_or_none(header[name]) for name in ("load_error", "unable"))
        observation = header["observation"] and Observation.from_json(header["observation"])
        return Answers(answers, load_error, facts, unable, observation or None)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise VerificationError(f"the candidate's answers are damaged: {type(error).__name__}: {error}") from error


def _text_or_none(value: Any) -> str | None:
    return None if value is None else str(value)


def _flatten(calls: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    return {f"{number}/{name}": tensor for number, call in enumerate(calls) for name, tensor in call.items()}


def _unflatten(tensors: Mapping[str, Tensor], count: int) -> list[dict[str, Tensor]]:
    calls: list[dict[str, Tensor]] = [{} for _ in range(count)]
    for key, tensor in tensors.items():
        number, _, name = key.partition("/")
        calls[int(number)][name] = tensor
    return calls
