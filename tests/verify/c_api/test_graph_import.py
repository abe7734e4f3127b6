"""Nodes that are added to a loaded graph take what is there, and leave it as it was."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lexport.tfformats.protos import message_class, parse_message
from lexport.verify.c_api.saved_model import CSavedModel
from lexport.verify.c_api.status import StatusError
from lexport.verify.tensors import as_tensor

INT64 = 9
FED = {"serving_default_word:0": as_tensor(["of", "zz"]), "serving_default_weight:0": np.array([1, 2], np.float32)}


def graph(name: str, op: str, *inputs: str) -> bytes:
    """Makes a graph of one node."""
    made = message_class("GraphDef")()
    node = made.node.add(name=name, op=op, input=inputs)
    if op == "Shape":
        node.attr["T"].type, node.attr["out_type"].type = 7, INT64
    return bytes(made.SerializeToString())


def ids(saved_model: CSavedModel) -> list[int]:
    """Asks the export for the ids of two words."""
    signature = parse_message("MetaGraphDef", saved_model.meta_graph).signature_def["serving_default"]
    [found] = saved_model.run(FED, [signature.outputs["id"].name])
    return [int(one) for one in found]


def test_an_added_node_takes_a_tensor_of_the_graph(library: Any, export_dir: Path) -> None:
    """The session knows it at its next run, also where it has run before."""
    with CSavedModel(library, export_dir) as saved_model:
        assert ids(saved_model) == [1, 5]
        saved_model.extend(graph("added", "Shape", "serving_default_word:0"), ["serving_default_word:0"])
        assert saved_model.run(FED, ["added:0"])[0].tolist() == [2]
        saved_model.compute(FED, ["added:0"])


def test_what_cannot_be_added_is_an_error(library: Any, export_dir: Path) -> None:
    """No graph at all, a name that is there, an op that nobody knows, an input that nobody gives."""
    with CSavedModel(library, export_dir) as saved_model:
        for data in (b"\xff", graph("serving_default_word", "NoOp"), graph("x", "Nothing"), graph("x", "Shape", "y:0")):
            with pytest.raises(StatusError, match=r"INVALID_ARGUMENT|NOT_FOUND"):
                saved_model.extend(data, [])
        with pytest.raises(ValueError, match="no tensor 'gone:0'"):
            saved_model.extend(graph("x", "NoOp"), ["gone:0"])
        assert ids(saved_model) == [1, 5]
