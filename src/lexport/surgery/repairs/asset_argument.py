"""A function that filled a table from two arguments takes the path of a file instead.

Three places have to agree: the function, the node of the main graph that calls it (session loaders), and the objects
that the object graph binds to its arguments (`tf.saved_model.load`).
"""

from collections.abc import Iterator
from typing import Any

from lexport.surgery.repairs.inlined_tables import InlinedTable, UncertainError

__all__ = ["check_captures", "take_file_as_argument"]

STRING = 7  # of the enum DataType
PATH_ARGUMENT = "asset_filepath"
GENERIC = "_generic_user_object"


def check_captures(meta_graph: Any, inlined: InlinedTable) -> None:
    """Checks that both kinds of loaders hand the same constants to the function that fills a table.

    Raises:
        UncertainError: the object graph binds something else.
    """
    call = next((node for node in meta_graph.graph_def.node if node.name == inlined.call), None)
    if call is None:
        return
    given = len(call.input) - sum(one.startswith("^") for one in call.input)
    if len(call.attr["Tin"].list.type) != given or max(inlined.arguments) >= given:
        raise UncertainError("what calls the function that fills it does not tell what the function takes")
    bound = _bound_inputs(meta_graph, inlined)
    if bound is None:
        return
    objects = meta_graph.object_graph_def.nodes
    if len(bound) != given:
        raise UncertainError("the function that fills it has arguments that the object graph does not bind")
    for position in inlined.arguments:
        known = 0 <= bound[position] < len(objects)
        operation = objects[bound[position]].constant.operation if known else ""
        if not operation or operation != call.input[position].split(":")[0]:
            raise UncertainError("the object graph fills it otherwise than the graph")


def take_file_as_argument(meta_graph: Any, inlined: InlinedTable, path: str, asset: int) -> tuple[list[str], Any, str]:
    """Exchanges the two arguments, at both callers.

    Args:
        meta_graph: a `MetaGraphDef`, changed in place.
        inlined: the table.
        path: the node of the main graph that loaders feed with the file's path.
        asset: the index of its `asset_file_def`.

    Returns:
        The nodes of the main graph that gave the arguments; the initializer; the name of its new argument.
    """
    function = next(
        one for one in meta_graph.graph_def.library.function if one.signature.name == inlined.initializer.function
    )
    call = next(node for node in meta_graph.graph_def.node if node.name == inlined.call)
    taken, dropped = inlined.arguments
    constants = [call.input[taken], call.input[dropped]]
    call.input[taken] = path
    del call.input[dropped]
    call.attr["Tin"].list.type[taken] = STRING
    del call.attr["Tin"].list.type[dropped]
    _shift_indices(call, dropped)
    argument = _exchange_arguments(function, taken, dropped)
    _exchange_captures(meta_graph, inlined, asset)
    node = next(one for one in function.node_def if one.name == inlined.initializer.node)
    return constants, node, argument


def _shift_indices(call: Any, dropped: int) -> None:
    # TensorFlow notes which inputs of a call are variables that it only reads.
    indices = call.attr["_read_only_resource_inputs"].list if "_read_only_resource_inputs" in call.attr else None
    if indices is not None:
        kept = [index - (index > dropped) for index in indices.i if index != dropped]
        del indices.i[:]
        indices.i.extend(kept)


def _exchange_arguments(function: Any, taken: int, dropped: int) -> str:
    arguments = function.signature.input_arg
    names = {one.name for one in arguments} | {node.name for node in function.node_def}
    argument = arguments[taken]
    argument.name = next(name for name in _names() if name not in names)
    argument.type = STRING
    function.arg_attr.pop(taken, None)
    del arguments[dropped]
    for known in (function.arg_attr, function.resource_arg_unique_id):
        _shift_keys(known, dropped)
    # An annotation of the shapes of all arguments, which older versions of TensorFlow wrote and none needs.
    function.attr.pop("_input_shapes", None)
    return str(argument.name)


def _names() -> Iterator[str]:
    yield PATH_ARGUMENT
    yield from (f"{PATH_ARGUMENT}_{number}" for number in range(1, 1 << 20))


def _shift_keys(known: Any, dropped: int) -> None:
    known.pop(dropped, None)
    for index in sorted(index for index in known if index > dropped):
        value = known[index]
        if hasattr(value, "CopyFrom"):
            known[index - 1].CopyFrom(value)
        else:
            known[index - 1] = value
        del known[index]


def _bound_inputs(meta_graph: Any, inlined: InlinedTable) -> list[int] | None:
    """Gives what the object graph binds to all arguments of the function; None where it does not know it."""
    functions = meta_graph.object_graph_def.concrete_functions
    if inlined.call is None or inlined.initializer.function not in functions:
        return None
    return list(functions[inlined.initializer.function].bound_inputs)


def _exchange_captures(meta_graph: Any, inlined: InlinedTable, asset: int) -> None:
    bound = _bound_inputs(meta_graph, inlined)
    if bound is None:
        return
    objects = meta_graph.object_graph_def
    name = inlined.initializer.function
    taken, dropped = inlined.arguments
    held = len(objects.nodes)
    objects.nodes.add().asset.asset_file_def_index = asset
    old = {bound[taken], bound[dropped]}
    bound[taken] = held
    del bound[dropped]
    concrete = objects.concrete_functions[name]
    del concrete.bound_inputs[:]
    concrete.bound_inputs.extend(bound)
    for one in objects.nodes:
        if one.bare_concrete_function.concrete_function_name == name:
            kept = [child for child in one.children if child.node_id not in old]
            del one.children[:]
            one.children.extend(kept)
            one.children.add(node_id=held, local_name=f"capture_{taken - (dropped < taken)}")
    _forget(objects, old)


def _forget(objects: Any, old: set[int]) -> None:
    """Makes objects that nothing refers to any more empty ones: the number of an object is its place in the list."""
    used = {number for one in objects.concrete_functions.values() for number in one.bound_inputs}
    used |= {child.node_id for one in objects.nodes for child in one.children}
    used |= {child.node_id for one in objects.nodes for child in one.dependencies}
    for number in old - used:
        node = objects.nodes[number]
        node.Clear()
        node.user_object.identifier = GENERIC
        node.user_object.version.producer = 1
        node.user_object.version.min_consumer = 1
