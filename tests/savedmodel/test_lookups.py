"""Every lookup behind a signature is known with its table, and what cannot be watched with the reason."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from lexport.savedmodel.table_watch import TableWatch, read_table_watch

STRINGS = [tf.TensorSpec([None], tf.string, name="x")]


def table(*terms: str) -> Any:
    """Makes a table of a few terms, which stand in the graph."""
    ids = tf.range(len(terms), dtype=tf.int64)
    name = "_".join(terms)
    return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(list(terms), ids), -1, name=name)


class Tables(tf.Module):
    """Holds tables; `serve` is what a test makes of them."""

    def __init__(self, serve: Callable[[Any, Any], dict[str, Any]], *tables: Any) -> None:
        super().__init__()
        self.tables = list(tables)
        self.serve = tf.function(lambda x: serve(self, x), input_signature=STRINGS)


@pytest.fixture
def watch(save: Callable[..., Path]) -> Callable[..., TableWatch]:
    """Saves a module and reads its tables."""
    return lambda serve, *tables: read_table_watch(save(Tables(serve, *tables)))


def test_a_lookup_is_known_with_its_table_and_its_signatures(save: Callable[..., Path]) -> None:
    """Two tables of one function are told apart, and a table that only one signature takes is that one's."""
    module = Tables(lambda self, x: {"y": self.tables[0].lookup(x) + self.tables[1].lookup(x)}, table("a"), table("b"))
    module.other = tf.function(lambda x: {"y": module.tables[1].lookup(x)}, input_signature=STRINGS)
    directory = save(module) / ".." / "both"
    tf.saved_model.save(module, str(directory), signatures={"both": module.serve, "one": module.other})
    tables = read_table_watch(directory)
    assert sorted(tables.signatures(found) for found in tables.watched) == [("both",), ("both", "one")]
    assert (tables.unwatched, tables.unserved) == ({}, ())
    shared = next(found for found in tables.watched if tables.signatures(found) == ("both", "one"))
    assert {one.place.function for one in tables.lookups if one.table == shared} >= {
        one.place.function for one in tables.lookups if one.table != shared
    }


def test_a_table_that_no_signature_takes_is_known_as_such(watch: Callable[..., TableWatch]) -> None:
    """It is part of the export, and nothing is asked of it."""
    tables = watch(lambda self, x: {"y": self.tables[0].lookup(x)}, table("a"), table("b"))
    assert len(tables.watched) == len(tables.unserved) == 1
    assert {*tables.watched, *tables.unserved} == set(tables.tables)


def test_size_and_export_are_no_lookups(watch: Callable[..., TableWatch]) -> None:
    """Nobody finds anything by them."""
    tables = watch(lambda self, x: {"y": tf.cast(tf.size(x), tf.int64) + self.tables[0].size()}, table("a"))
    assert len(tables.unserved) == 1


def test_an_op_that_keeps_to_itself_what_it_finds_is_named(
    save: Callable[..., Path], edit_graph: Callable[..., None]
) -> None:
    """As the tokenizers of tensorflow-text do, which take a table of word pieces."""
    directory = save(Tables(lambda self, x: {"y": self.tables[0].lookup(x)}, table("a")))

    def tokenize(message: Any) -> None:
        for function in message.meta_graphs[0].graph_def.library.function:
            for node in function.node_def:
                node.op = node.op.replace("LookupTableFindV2", "WordpieceTokenizeWithOffsets")

    edit_graph(directory, tokenize)
    tables = read_table_watch(directory)
    assert list(tables.unwatched.values()) == [
        "WordpieceTokenizeWithOffsets reads it, which does not say what it finds"
    ]
    assert (tables.watched, tables.unserved) == ((), ())


def test_a_table_that_is_chosen_while_serving_is_named(watch: Callable[..., TableWatch]) -> None:
    """The graph does not say in which of two is looked up."""

    def find_in_either(self: Any, x: Any) -> dict[str, Any]:
        either = tf.raw_ops.Select(
            condition=tf.size(x) > 1, x=self.tables[0].resource_handle, y=self.tables[1].resource_handle
        )
        default = tf.constant(-1, tf.int64)
        return {"y": tf.raw_ops.LookupTableFindV2(table_handle=either, keys=x, default_value=default)}

    tables = watch(find_in_either, table("a"), table("b"))
    assert set(tables.unwatched.values()) == {"Select reads it, which does not say what it finds"}
    assert len(tables.unwatched) == 2


def test_a_lookup_in_a_table_that_the_caller_gives_is_named(save: Callable[..., Path]) -> None:
    """One function that is called with two tables says of neither what it finds."""
    default = tf.constant(-1, tf.int64)

    class Given(tf.Module):
        """Hands tables to a function."""

        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = table("a"), table("b")

        @tf.function
        def find(self, handle: Any, x: Any) -> Any:
            """Looks up in whichever table it is given."""
            return tf.raw_ops.LookupTableFindV2(table_handle=handle, keys=x, default_value=default)

        @tf.function(input_signature=STRINGS)
        def serve(self, x: Any) -> dict[str, Any]:
            """Gives it both."""
            return {"y": self.find(self.first.resource_handle, x) + self.find(self.second.resource_handle, x)}

    tables = read_table_watch(save(Given()))
    assert len(tables.unwatched) == 2
    assert all("looks up in one of 2 tables" in reason for reason in tables.unwatched.values())


def test_nothing_is_watched_where_there_is_no_table(watch: Callable[..., TableWatch]) -> None:
    """And nothing is added to the graph but its version."""
    tables = watch(lambda _, x: {"y": x})
    assert tables.tables == tables.lookups == tables.watch.shelves == tables.watch.inputs == ()
    assert tables.watch.fetches == {"serving_default": ()}
