"""Flows through the constructs that a SavedModel of Keras or a tf.Module seldom has."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from lexport.savedmodel import read_inventory

STRING = 7
STRINGS = [tf.TensorSpec([None], tf.string)]


class Reader(tf.Module):
    """Owns an asset and reads it in a way of its own."""

    def __init__(self, path: Path, read) -> None:
        super().__init__()
        self.asset = tf.saved_model.Asset(str(path))
        filename = self.asset.asset_path

        @tf.function(input_signature=STRINGS)
        def serve(words):
            return {"x": read(filename, words)}

        self.serve = serve


def _nested(filename, words):
    inner = tf.function(lambda name: tf.io.read_file(name))
    return tf.function(lambda name: inner(tf.identity(name)))(filename)


def _conditional(filename, words):
    return tf.cond(tf.size(words) > 1, lambda: tf.io.read_file(filename), lambda: tf.constant(""))


def _switch(filename, words):
    branches = [lambda: tf.io.read_file(filename), lambda: tf.constant("")]
    return tf.switch_case(tf.size(words), branches)


def _loop(filename, words):
    def body(index, text):
        return index + 1, text + tf.io.read_file(filename)

    return tf.while_loop(lambda index, text: index < tf.size(words), body, [0, ""])[1]


def _dataset(filename, words):
    lines = tf.data.TextLineDataset(filename)
    return lines.reduce("", lambda text, line: text + line)


def _mapped(filename, words):
    dataset = tf.data.Dataset.from_tensor_slices(words).map(lambda word: word + tf.io.read_file(filename))
    return dataset.reduce("", lambda text, word: text + word)


@pytest.mark.parametrize(
    ("read", "op"),
    [
        (_nested, "ReadFile"),
        (_conditional, "ReadFile"),
        (_switch, "ReadFile"),
        (_loop, "ReadFile"),
        (_dataset, "TextLineDataset"),
        (_mapped, "ReadFile"),
    ],
)
def test_the_file_is_traced_to_the_asset(save: Callable[..., Path], words: Path, read: Callable, op: str) -> None:
    """Through nested calls, branches, loops and the functions of datasets, in both directions."""
    inventory = read_inventory(save(Reader(words, read)))
    reads = [one for one in inventory.file_reads if one.place.op == op]
    assert [(one.assets, one.paths) for one in reads] == [(("words.txt",), ())]
    assert op in {place.op for place in inventory.assets[0].readers}


def _reader(save: Callable[..., Path], words: Path, read: Callable):
    (found,) = [one for one in read_inventory(save(Reader(words, read))).file_reads if one.place.op == "ReadFile"]
    return found


def test_what_a_dataset_function_captures_beside_the_asset_is_not_the_name(
    save: Callable[..., Path], words: Path
) -> None:
    """The function gets elements of one file, a variable and the asset, each in its own argument."""
    suffix = tf.Variable("x")

    class Captures(Reader):
        def __init__(self) -> None:
            super().__init__(words, lambda filename, words: _suffixed(filename))
            self.suffix = suffix

    def _suffixed(filename):
        lines = tf.data.TextLineDataset(filename).map(lambda line: line + suffix + tf.io.read_file(filename))
        return lines.reduce("", lambda text, line: text + line)

    (read,) = [one for one in read_inventory(save(Captures())).file_reads if one.place.op == "ReadFile"]
    assert (read.assets, read.paths, read.others) == (("words.txt",), (), ())


def test_a_name_that_a_loop_changes_is_told(save: Callable[..., Path], words: Path) -> None:
    """The second iteration reads another file than the first."""

    def read(filename, words):
        def body(index, name, text):
            return index + 1, tf.constant("other.txt"), text + tf.io.read_file(name)

        return tf.while_loop(lambda index, name, text: index < 2, body, [0, filename, ""])[2]

    found = _reader(save, words, read)
    assert (found.assets, found.paths) == (("words.txt",), ("other.txt",))


def test_a_name_that_an_asset_holds_is_not_the_asset(save: Callable[..., Path], words: Path) -> None:
    """A list of files is an asset; the files in it are not."""
    reads = read_inventory(
        save(Reader(words, lambda filename, words: tf.io.read_file(tf.io.read_file(filename))))
    ).file_reads
    assert sorted(bool(read.others) for read in reads) == [False, True]


def test_a_name_that_the_caller_gives_is_told_apart(save: Callable[..., Path]) -> None:
    """A model that takes paths reads no asset and no constant."""
    module = tf.Module()
    module.serve = tf.function(lambda words: {"x": tf.io.read_file(words[0])}, input_signature=STRINGS)
    (read,) = read_inventory(save(module)).file_reads
    assert (read.assets, read.from_caller) == ((), True)


def test_a_name_that_is_joined_from_constants_is_told(save: Callable[..., Path]) -> None:
    """A folder and a name, joined in the graph, are constants all the same."""
    module = tf.Module()
    module.folder = tf.Variable("vocab")
    module.serve = tf.function(
        lambda words: {"x": tf.io.read_file(tf.strings.join(["vocab", "words.txt"], "/")), "y": words},
        input_signature=STRINGS,
    )
    (read,) = read_inventory(save(module)).file_reads
    assert set(read.paths) >= {"vocab", "words.txt"}


def test_every_output_of_a_function_that_is_called_by_its_name_is_told(
    save: Callable[..., Path], words: Path, edit_graph: Callable[..., None]
) -> None:
    """There an output is named, as in `pair:other:0`, and its number says nothing about which one it is."""

    def return_two(message: Any) -> None:
        library = message.meta_graphs[0].graph_def.library
        pair = library.function.add()
        pair.signature.name = "pair"
        for name in ("asset", "other"):
            pair.signature.input_arg.add(name=name, type=STRING)
            pair.signature.output_arg.add(name=f"same_{name}", type=STRING)
            pair.ret[f"same_{name}"] = name
        function, read = next((one, node) for one in library.function for node in one.node_def if node.op == "ReadFile")
        other = function.node_def.add(name="other", op="Const")
        other.attr["value"].tensor.dtype = STRING
        other.attr["value"].tensor.string_val.append(b"other.txt")
        function.node_def.add(name="both", op="pair", input=[read.input[0], "other:output:0"])
        read.input[0] = "both:same_other:0"

    directory = save(Reader(words, lambda filename, words: tf.io.read_file(filename)))
    edit_graph(directory, return_two)
    (read,) = read_inventory(directory).file_reads
    assert read.paths == ("other.txt",)
