import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from lexport.savedmodel import read_inventory
from lexport.savedmodel.path_mentions import message_mentions
from lexport.tfformats.protos import message_class

STRINGS = [tf.TensorSpec([None], tf.string)]


def _absolute(text: str) -> bool:
    message = message_class("NodeDef")(name=text)
    return any(mention.absolute for mention in message_mentions(message, "a test"))


@pytest.mark.parametrize(
    "text",
    [
        "/home/ann/words.txt",
        "/scratch/words.txt",
        "/home/Ann Other/words.txt",
        "/home/ann/",
        "/home//ann",
        "C:\\words.txt",
        "D:/data/words.txt",
        "file:///home/ann/words.txt",
        "file:/words.txt",
        "/données/élèves.txt",
    ],
)
def test_a_path_of_a_machine_is_absolute(text: str) -> None:
    """Two components below the root, a drive, or a file URI."""
    assert _absolute(text)


@pytest.mark.parametrize(
    "text",
    [
        "/",
        "//",
        " / ",
        "/data",
        "/data/",
        "w/.ATTRIBUTES/VARIABLE_VALUE",
        "assets/words.txt",
        "/job:worker/replica:0/task:0/device:CPU:0",
        "/device:GPU:0/x",
        "/cpu:0/x",
        "https://example.org/a/b",
        "// a comment /and/so/on",
        "and/or/not",
        "/first line\n/second/line",
        "ratio a:b/c",
        "x:y",
    ],
)
def test_a_legitimate_string_is_not(text: str) -> None:
    """Separators, names of checkpoints, devices, URLs and relative names are no paths of a machine."""
    assert not _absolute(text)


def test_every_kind_of_field_is_read() -> None:
    """Strings, bytes, maps and repeated messages; a default argument of a function stands deep in a message."""
    graph = message_class("SavedObjectGraph")()
    function = graph.nodes.add().function
    value = function.function_spec.fullargspec.named_tuple_value.values.add(key="defaults").value
    value.tuple_value.values.add().string_value = "/home/ann/default.txt"
    graph.nodes.add().user_object.metadata = json.dumps({"vocabulary": "/home/ann/nested.txt"})
    graph.concrete_functions["/home/ann/key"].SetInParent()
    found = {mention.text: mention.absolute for mention in message_mentions(graph, "the object graph")}
    assert found == {
        "/home/ann/default.txt": True,
        "/home/ann/key": True,
        '{"vocabulary": "/home/ann/nested.txt"}': False,  # not by itself, but a forbidden prefix is found in it
    }


def test_the_node_and_attribute_of_a_constant_are_named(save: Callable[..., Path]) -> None:
    """A finding that does not say where is no help."""
    module = tf.Module()
    module.serve = tf.function(lambda words: {"x": words + "/home/ann/x"}, input_signature=STRINGS)
    (mention,) = [one for one in read_inventory(save(module)).path_mentions if one.absolute]
    assert mention.place is not None
    assert (mention.place.op, mention.where) == ("Const", "attribute 'value'")
    assert mention.place.function.startswith("__inference_<lambda>")


def test_the_default_of_an_argument_is_a_mention(save: Callable[..., Path]) -> None:
    """TensorFlow saves a function's defaults in the object graph."""
    module = tf.Module()

    def serve(words, source="/home/ann/default.txt"):
        return {"x": words}

    module.serve = tf.function(serve, input_signature=[*STRINGS, tf.TensorSpec([], tf.string)])
    mentions = read_inventory(save(module)).path_mentions
    assert [one.where for one in mentions if one.absolute] == ["the object graph"]


def test_terms_of_an_inlined_table_are_no_paths(save: Callable[..., Path]) -> None:
    """Freebase ids and subreddits look like paths; they are terms."""
    terms = tf.lookup.KeyValueTensorInitializer(["/m/01g317", "/r/vocabulary"], tf.constant([0, 1], tf.int64))
    module = tf.Module()
    table = module.table = tf.lookup.StaticHashTable(terms, -1)
    module.serve = tf.function(lambda words: {"ids": table.lookup(words)}, input_signature=STRINGS)
    mentions = read_inventory(save(module)).path_mentions
    assert {one.text for one in mentions if one.place and one.place.op == "Const"} >= {"/m/01g317"}
    assert not any(one.absolute for one in mentions)


def test_a_file_at_the_root_is_a_path_where_it_is_read(save: Callable[..., Path]) -> None:
    """One component is too few for a string, and enough for the name of a file."""
    module = tf.Module()
    module.serve = tf.function(
        lambda words: {"x": tf.io.read_file("/words.txt"), "y": words + "/slash"}, input_signature=STRINGS
    )
    mentions = read_inventory(save(module)).path_mentions
    assert [one.text for one in mentions if one.absolute] == ["/words.txt"]


HOME = "/home/ann/words.txt"
PLANTED: dict[str, Callable[[Any], Any]] = {
    "tags": lambda one: one.meta_info_def.tags.append(HOME),
    "version": lambda one: setattr(one.meta_info_def, "tensorflow_git_version", HOME),
    "debug information": lambda one: one.graph_def.debug_info.files.append(HOME),
    "saver": lambda one: setattr(one.saver_def, "filename_tensor_name", HOME),
    "gradient": lambda one: one.graph_def.library.gradient.add(gradient_func=HOME),
    "function": lambda one: setattr(one.graph_def.library.function[0].attr["_x"], "s", HOME.encode()),
    "argument": lambda one: setattr(one.graph_def.library.function[0].arg_attr[0].attr["_x"], "s", HOME.encode()),
    "description": lambda one: setattr(one.graph_def.library.function[0].signature, "description", HOME),
    "origin of a node": lambda one: one.graph_def.node[0].experimental_debug_info.original_node_names.append(HOME),
    "called function": lambda one: setattr(one.graph_def.node[0].attr["_x"].func, "name", HOME),
    "placeholder": lambda one: setattr(one.graph_def.node[0].attr["_x"], "placeholder", HOME),
}


@pytest.mark.parametrize("place", PLANTED)
def test_a_path_is_found_wherever_the_graph_may_hold_it(
    place: str, sound_copy: Path, edit_graph: Callable[..., None]
) -> None:
    """No loader reads most of these, and all of them travel."""
    assert HOME not in {mention.text for mention in read_inventory(sound_copy).path_mentions}
    edit_graph(sound_copy, lambda message: PLANTED[place](message.meta_graphs[0]))
    [mention] = [one for one in read_inventory(sound_copy).path_mentions if one.text == HOME]
    assert mention.absolute
