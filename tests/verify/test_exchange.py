"""What goes to a candidate and what comes back."""

from pathlib import Path

import numpy as np
import pytest

from lexport.errors import VerificationError
from lexport.savedmodel.lookup_watch import LookupWatch, WatchedShelf
from lexport.verify.exchange import Answer, Answers, Task, read_answers, read_task, write_answers, write_task
from lexport.verify.observation import Observation
from lexport.verify.request import Request
from lexport.verify.tensors import read_tensors, write_tensors


def test_a_task_arrives_as_it_was_sent(tmp_path: Path) -> None:
    """Requests in order, also one without inputs."""
    requests = (Request("a", "s", {"x/y": ["é", ""]}), Request("b", "t", {}))
    write_task(tmp_path, Task(Path("copy"), requests, ("AddV2",)))
    task = read_task(tmp_path)
    assert (task.export, task.ops) == (Path("copy"), ("AddV2",))
    assert [(r.name, r.signature, {k: v.tolist() for k, v in r.inputs.items()}) for r in task.requests] == [
        ("a", "s", {"x/y": ["é".encode(), b""]}),
        ("b", "t", {}),
    ]


def test_a_watch_arrives_as_it_was_sent(tmp_path: Path) -> None:
    """The graph beside tensors of any name; without one there is none."""
    shelf = WatchedShelf("count:0", "taken:0", "taken:1", "taken:2")
    watch = LookupWatch(b"\x00graph", ("x:0",), {"s": ("call:0", "call:1"), "t": ()}, (shelf,), (0, 1, 0))
    write_task(tmp_path, Task(Path("copy"), (Request("a", "s", {"watch": ["é"]}),), (), watch))
    task = read_task(tmp_path)
    assert task.watch == watch
    assert task.requests[0].inputs["watch"].tolist() == ["é".encode()]
    write_task(tmp_path, Task(Path("copy"), ()))
    assert read_task(tmp_path).watch is None


def test_an_observation_arrives_as_it_was_sent(tmp_path: Path) -> None:
    """Also one that ended early."""
    observation = Observation((3, 0), 2, "INTERNAL: broken")
    write_answers(tmp_path, Answers((Answer({}),), observation=observation))
    assert read_answers(tmp_path).observation == observation
    tensors, header = read_tensors(tmp_path / "answers.npz")
    for damage in ({"found": 3}, {"found": ["x"]}, {"requests": None}, {}):
        broken = {**header["observation"], **damage} if damage else "three"
        write_tensors(tmp_path / "answers.npz", tensors, header | {"observation": broken})
        with pytest.raises(VerificationError, match="answers are damaged"):
            read_answers(tmp_path)


def test_answers_arrive_as_they_were_sent(tmp_path: Path) -> None:
    """Outputs, errors, and no outputs at all, which is not an error."""
    answers = Answers((Answer({"y": np.array([1])}), Answer(None, "raised"), Answer({})), None, {"tensorflow": "2"})
    write_answers(tmp_path, answers)
    received = read_answers(tmp_path)
    assert received.facts == {"tensorflow": "2"}
    assert [(a.outputs and a.outputs["y"].tolist(), a.error) for a in received.answers] == [
        ([1], None),
        (None, "raised"),
        ({}, None),
    ]


def test_a_load_error_arrives(tmp_path: Path) -> None:
    """Without answers."""
    write_answers(tmp_path, Answers((), "no such file"))
    assert read_answers(tmp_path) == Answers((), "no such file")


def test_a_loader_that_cannot_run_says_so(tmp_path: Path) -> None:
    """Which is not the export's fault."""
    write_answers(tmp_path, Answers((), unable="no library"))
    assert read_answers(tmp_path) == Answers((), unable="no library")


def test_damaged_answers_are_an_error_of_ours(tmp_path: Path) -> None:
    """The candidate has run a graph that is not trusted."""
    write_answers(tmp_path, Answers((Answer({"y": np.array([1])}),)))
    tensors, header = read_tensors(tmp_path / "answers.npz")
    for names, damage in [(["9/y"], {}), (["y"], {}), (["0/y"], {"errors": 3}), (["0/y"], {"facts": None})]:
        write_tensors(tmp_path / "answers.npz", dict(zip(names, tensors.values(), strict=True)), header | damage)
        with pytest.raises(VerificationError, match="answers are damaged"):
            read_answers(tmp_path)
