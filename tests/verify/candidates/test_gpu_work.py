"""What a device had to compute is told by the graphs that it ran; logical CPUs take the place of GPUs here."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from lexport.verify import Request
from lexport.verify.candidates.gpu_work import SHOWN_OPS, gpu_work, gpu_work_facts, work_fact
from lexport.verify.exchange import Answer

PROGRAM = Path(__file__).with_name("place_graphs.py")
REMOTE = "/job:localhost/replica:0/task:0/device:"


def graph(*nodes: tuple[str, str]) -> Any:
    """A graph as a device gets it: ops with the full names of their devices."""
    made = tf.compat.v1.GraphDef()
    for op, device in nodes:
        made.node.add(name=f"node_{len(made.node)}", op=op, device=f"{REMOTE}{device}")
    return made


def test_work_is_told_with_its_ops() -> None:
    """Of all graphs together, each kind of op once; what only moves tensors is not counted."""
    graphs = [
        graph(("LookupTableFindV2", "CPU:0"), ("_Send", "CPU:0"), ("Const", "CPU:0")),
        graph(("_Recv", "GPU:0"), ("MatMul", "GPU:0"), ("MatMul", "GPU:1"), ("BiasAdd", "GPU:0")),
    ]
    assert gpu_work(graphs) == "3 of 4 ops: BiasAdd, MatMul"


@pytest.mark.parametrize(
    "nodes", [[], [("MatMul", "CPU:0")], [("_Recv", "GPU:0"), ("Identity", "GPU:0"), ("Const", "GPU:0")]]
)
def test_a_device_that_computes_nothing_has_no_work(nodes: list[tuple[str, str]]) -> None:
    """Neither where it is not there, nor where it hands on what others computed."""
    assert gpu_work([graph(*nodes)]) is None


def test_one_device_is_not_another_whose_name_begins_alike() -> None:
    """`CPU:1` is not `CPU:10`."""
    assert gpu_work([graph(("MatMul", "CPU:10"))], "CPU:1") is None
    assert gpu_work([graph(("MatMul", "CPU:1"))], "CPU:1") == "1 of 1 ops: MatMul"


def test_a_long_list_of_ops_is_cut() -> None:
    """A report is read by people."""
    told = gpu_work([graph(*((f"Op{number:02}", "GPU:0") for number in range(SHOWN_OPS + 3)))])
    assert told is not None
    assert told.endswith("Op10, Op11, 3 more kinds")


def test_each_signature_is_asked_once_more_where_it_was_answered() -> None:
    """By the first request that was; a signature that answered nothing, or has no work, has no fact."""
    requests = [Request(name, name.partition(" ")[0], {"x": [1]}) for name in ("a 1", "a 2", "a 3", "b 1", "c 1")]
    answers = [Answer(None, "raised"), *(Answer({"y": [1]}) for _ in range(3)), Answer(None, "raised")]
    asked: list[str] = []

    def placed(request: Request) -> list[Any]:
        asked.append(request.name)
        return [graph(("MatMul", "GPU:0" if request.signature == "a" else "CPU:0"))]

    assert gpu_work_facts(requests, answers, placed) == {work_fact("a"): "1 of 1 ops: MatMul"}
    assert asked == ["a 2", "b 1"]


@pytest.fixture
def pinned(tmp_path: Path) -> Path:
    """An export whose arithmetic is bound to a second CPU, as a GPU would take it, and whose texts are not."""

    def serve(word: Any, weight: Any) -> dict[str, Any]:
        lengths = tf.strings.length(word)
        with tf.device("/CPU:1"):
            score = tf.linalg.matmul(tf.cast(lengths, tf.float32)[:, None], [[2.0]])[:, 0] * weight
        return {"score": score, "text": tf.strings.as_string(score)}

    specs = {"word": tf.TensorSpec([None], tf.string, "word"), "weight": tf.TensorSpec([None], tf.float32, "weight")}
    function = tf.function(serve).get_concrete_function(**specs)
    tf.saved_model.save(tf.Module(), str(tmp_path / "1"), signatures={"serving_default": function})
    return tmp_path / "1"


def run(*arguments: str) -> dict[str, Any]:
    """Asks the loaders in another process: logical devices are chosen before anything runs."""
    finished = subprocess.run([sys.executable, str(PROGRAM), *arguments], check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return told


@pytest.mark.slow
def test_loaders_tell_where_each_op_ran(pinned: Path) -> None:
    """On the device that it is bound to: a fused op of the arithmetic there, texts on the first CPU."""
    told = run(str(pinned), "CPU:1", "2")
    assert told.keys() == {"object graph", "session"}
    for loader in told.values():
        placed = dict(loader["placed"])
        assert {placed["StringLength"], placed["AsString"]} == {"CPU:0"}
        assert placed["Cast"] == "CPU:1"
        assert "Cast" in loader["work"]
        assert "AsString" not in loader["work"]


@pytest.mark.slow
def test_the_c_api_tells_it_as_well(export_dir: Path) -> None:
    """It has one CPU, on which all of the work is."""
    for loader in run(str(export_dir), "CPU:0").values():
        counted, _, ops = loader["work"].partition(" ops: ")
        assert {"LookupTableFindV2"} <= set(ops.split(", "))
        assert len(set(counted.split(" of "))) == 1
        assert {device for _, device in loader["placed"]} == {"CPU:0"}


@pytest.mark.slow
def test_without_a_gpu_there_is_no_work_of_one(export_dir: Path) -> None:
    """Whatever the loader; so no candidate can claim it by accident."""
    told = run(str(export_dir), "TPU")
    assert [loader["work"] for loader in told.values()] == [None, None, None]
