"""Writes a SavedModel anew under other names, numbers and orders, as another process might have written it."""

import random
import uuid
from typing import Any

from lexport.tfformats.protos import message_class

__all__ = ["scrambled"]


class _Names:
    """New names for old ones: the same for the same."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._given: dict[tuple[str, Any], str] = {}

    def new(self, kind: str, old: Any) -> str:
        """Gives the new name of something."""
        if (kind, old) not in self._given:
            self._given[kind, old] = f"n{uuid.UUID(int=self._chance.getrandbits(128))}_{len(self._given)}"
        return self._given[kind, old]


def scrambled(saved_model: Any, seed: int) -> Any:
    """Gives the same SavedModel with other names of nodes, functions, arguments and resources, in another order.

    Args:
        saved_model: a `SavedModel` message; it is not changed.
        seed: of the names and orders.
    """
    chance = random.Random(seed)
    copy = message_class("SavedModel")()
    copy.CopyFrom(saved_model)
    for meta_graph in copy.meta_graphs:
        _scramble(meta_graph, chance)
    return copy


def _scramble(meta_graph: Any, chance: random.Random) -> None:
    names = _Names(chance)
    functions = {one.signature.name for one in meta_graph.graph_def.library.function}
    _nodes(meta_graph.graph_def.node, names, "", functions)
    for function in meta_graph.graph_def.library.function:
        _function(function, names, functions)
    _references(meta_graph, names)
    _objects(meta_graph.object_graph_def, names, chance)
    for repeated in (meta_graph.graph_def.node, meta_graph.graph_def.library.function):
        _shuffle(repeated, chance)
    for function in meta_graph.graph_def.library.function:
        _shuffle(function.node_def, chance)


def _nodes(nodes: Any, names: _Names, body: str, functions: set[str]) -> None:
    for node in nodes:
        node.name = names.new(f"node {body}", node.name)
        for place, reference in enumerate(node.input):
            node.input[place] = _reference(reference, names, body)
        if node.op in functions:
            node.op = names.new("function", node.op)
        for key, value in node.attr.items():
            if key == "_class":
                value.list.s[:] = [
                    f"loc:@{names.new(f'node {body}', one.decode().removeprefix('loc:@'))}".encode()
                    for one in value.list.s
                ]
            elif key == "shared_name" and value.s:
                value.s = names.new("resource", value.s).encode()
            elif key == "frame_name":
                value.s = names.new(f"frame {body}", value.s).encode()
            elif key == "debug_name":
                value.s = b"somewhere"
            _calls(value, names, functions)


def _calls(value: Any, names: _Names, functions: set[str]) -> None:
    for called in (*([value.func] if value.HasField("func") else []), *value.list.func):
        if called.name in functions:
            called.name = names.new("function", called.name)


def _reference(reference: str, names: _Names, body: str) -> str:
    control = "^" if reference.startswith("^") else ""
    node, colon, output = reference.removeprefix("^").partition(":")
    return f"{control}{names.new(f'node {body}', node)}{colon}{output}"


def _function(function: Any, names: _Names, functions: set[str]) -> None:
    body = function.signature.name
    for argument in function.signature.input_arg:
        argument.name = names.new(f"node {body}", argument.name)
    for result in function.signature.output_arg:
        reference = _reference(function.ret.pop(result.name), names, body)
        result.name = names.new(f"result {body}", result.name)
        function.ret[result.name] = reference
    control = {name: function.control_ret[name] for name in function.control_ret}
    function.control_ret.clear()
    for name, node in control.items():
        function.control_ret[names.new(f"control {body}", name)] = names.new(f"node {body}", node)
    outputs = list(function.signature.control_output)
    function.signature.control_output[:] = [names.new(f"control {body}", name) for name in outputs]
    function.signature.name = names.new("function", body)
    _nodes(function.node_def, names, body, functions)


def _references(meta_graph: Any, names: _Names) -> None:
    for signature in meta_graph.signature_def.values():
        for info in (*signature.inputs.values(), *signature.outputs.values()):
            info.name = _reference(info.name, names, "") if info.name else ""
    for asset in meta_graph.asset_file_def:
        asset.tensor_info.name = _reference(asset.tensor_info.name, names, "")
    for collection in meta_graph.collection_def.values():
        for place, reference in enumerate(collection.node_list.value):
            collection.node_list.value[place] = _reference(reference, names, "")
    saver = meta_graph.saver_def
    for field in ("filename_tensor_name", "save_tensor_name", "restore_op_name"):
        if getattr(saver, field):
            setattr(saver, field, _reference(getattr(saver, field), names, ""))


def _objects(objects: Any, names: _Names, chance: random.Random) -> None:
    """Numbers the objects anew, but for the root, and shuffles their children."""
    numbers = list(range(1, len(objects.nodes)))
    chance.shuffle(numbers)
    number = dict(enumerate([0, *numbers][: len(objects.nodes)]))
    for one in objects.nodes:
        for child in (*one.children, *one.dependencies):
            child.node_id = number[child.node_id]
        for saveable in one.saveable_objects.values():
            saveable.save_function = number[saveable.save_function]
            saveable.restore_function = number[saveable.restore_function]
        kind = one.WhichOneof("kind")
        if kind == "function":
            traced = [names.new("function", name) for name in one.function.concrete_functions]
            one.function.concrete_functions[:] = traced
        elif kind == "bare_concrete_function":
            bare = one.bare_concrete_function
            bare.concrete_function_name = names.new("function", bare.concrete_function_name)
        elif kind == "constant":
            one.constant.operation = names.new("node ", one.constant.operation)
        elif kind == "variable":
            one.variable.name = f"{one.variable.name}_1"
        _shuffle(one.children, chance)
    ordered = sorted(zip(number.values(), objects.nodes, strict=True), key=lambda pair: pair[0])
    copies = [_copy(one) for _, one in ordered]
    del objects.nodes[:]
    objects.nodes.extend(copies)
    concrete = {name: _copy(one) for name, one in objects.concrete_functions.items()}
    objects.concrete_functions.clear()
    for name, one in concrete.items():
        one.bound_inputs[:] = [number[bound] for bound in one.bound_inputs]
        objects.concrete_functions[names.new("function", name)].CopyFrom(one)


def _copy(message: Any) -> Any:
    copy = type(message)()
    copy.CopyFrom(message)
    return copy


def _shuffle(repeated: Any, chance: random.Random) -> None:
    copies = [_copy(one) for one in repeated]
    chance.shuffle(copies)
    del repeated[:]
    repeated.extend(copies)
