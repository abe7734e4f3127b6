"""A node with another number of inputs than its op takes is refused where the graph is read."""

import contextlib
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tensorflow.python.framework import op_def_registry

from lexport.doctor import examine
from lexport.doctor.subject import read_subject
from lexport.errors import AssetError, LexportError
from lexport.savedmodel import read_inventory
from lexport.savedmodel.arity import ARITY
from lexport.savedmodel.saved_model_file import read_saved_model
from lexport.surgery.repairs.edit import Edit
from lexport.surgery.repairs.repair import REPAIRS
from lexport.surgery.replacement.plan import plan_replacement
from lexport.tfformats.protos import parse_message

MUTANTS = 60


def test_each_op_takes_as_many_inputs_as_tensorflow_registers() -> None:
    """None of them takes lists, and those that TensorFlow does not have are in no graph."""
    registered = {op: op_def_registry.get(op) for op in ARITY}
    assert {op: len(one.input_arg) for op, one in registered.items() if one} == {
        op: count for op, count in ARITY.items() if registered[op]
    }
    assert not [one.name for one in registered.values() if one for arg in one.input_arg if arg.number_attr]


def _nodes(message: Any) -> Iterator[Any]:
    for meta_graph in message.meta_graphs:
        yield from meta_graph.graph_def.node
        for function in meta_graph.graph_def.library.function:
            yield from function.node_def


@pytest.mark.parametrize("op", ["LookupTableFindV2", "InitializeTableFromTextFileV2", "StatefulPartitionedCall"])
def test_a_lost_input_is_named_with_its_node(sound_copy: Path, op: str) -> None:
    """Also of a call, which takes what its function does."""
    message = parse_message("SavedModel", (sound_copy / "saved_model.pb").read_bytes())
    node = next(one for one in _nodes(message) if one.op == op and any(not name.startswith("^") for name in one.input))
    del node.input[0]
    (sound_copy / "saved_model.pb").write_bytes(message.SerializeToString(deterministic=True))
    with pytest.raises(AssetError, match=rf"{op} '{node.name}' has \d+ inputs?; required: "):
        read_inventory(sound_copy)


def _mutate(message: Any, chance: random.Random) -> None:
    nodes = list(_nodes(message))
    node, other = chance.choice(nodes), chance.choice(nodes)
    edits: list[Callable[[], Any]] = [
        lambda: node.input.append(other.name),
        lambda: node.input.__delitem__(slice(0, 1)),
        lambda: node.attr.clear(),
        lambda: setattr(node, "op", other.op),
        lambda: setattr(node, "name", other.name),
        lambda: node.attr["value"].tensor.ClearField("string_val"),
        lambda: message.meta_graphs[0].object_graph_def.nodes[-1].Clear(),
        lambda: message.meta_graphs[0].graph_def.library.function[0].ret.clear(),
        lambda: message.meta_graphs[0].asset_file_def.add(filename=other.name),
    ]
    chance.choice(edits)()


@pytest.mark.parametrize("seed", range(MUTANTS))
def test_a_damaged_graph_is_read_or_refused(sound_copy: Path, tmp_path: Path, seed: int) -> None:
    """By the doctor, and where a repair or a replacement is worked out: never by an error that nobody expected."""
    chance = random.Random(seed)
    message = parse_message("SavedModel", (sound_copy / "saved_model.pb").read_bytes())
    for _ in range(chance.choice([1, 2, 3])):
        _mutate(message, chance)
    (sound_copy / "saved_model.pb").write_bytes(message.SerializeToString(deterministic=True))
    new = tmp_path / "new.txt"
    new.write_text("quokka\n")
    with contextlib.suppress(LexportError):
        examine(sound_copy)
        subject = read_subject(sound_copy)
        edit = Edit(read_saved_model(sound_copy, subject.inventory.files))
        for repair in REPAIRS:
            repair(subject, edit)
        plan_replacement(sound_copy, [(asset.name, new) for asset in subject.inventory.assets])
