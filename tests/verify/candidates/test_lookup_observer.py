"""What lookups find is seen wherever they are: in functions, loops, branches, data sets, and the graph itself."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.savedmodel.lookup_watch import LookupWatch
from lexport.savedmodel.table_watch import TableWatch, read_table_watch
from lexport.tfformats.protos import parse_message
from lexport.verify.c_api.library import find_library, open_library
from lexport.verify.c_api.saved_model import CSavedModel
from lexport.verify.candidates.lookup_observer import observe_lookups
from lexport.verify.candidates.signature_names import feeds, fetches, find_signature
from lexport.verify.request import Request

WAYS = ("plain", "nested", "mapped", "looped", "branch", "dataset", "twice", "other")
WORDS = [tf.TensorSpec([None], tf.string, name="x")]


class Everywhere(tf.Module):
    """Looks its words up in a table of its own in each way; the terms of a table begin with the name of the way."""

    def __init__(self, make_table: Callable[..., Any]) -> None:
        super().__init__()
        self.tables = {way: make_table(way, [f"{way}{number}" for number in range(9)]) for way in WAYS}
        self.labels = make_table("labels", [f"label{number}" for number in range(9)], invert=True)

    @tf.function
    def nested(self, x: Any) -> Any:
        """Is called by both signatures."""
        return self.tables["nested"].lookup(x)

    @tf.function(input_signature=WORDS)
    def serve(self, x: Any) -> dict[str, Any]:
        """Looks up in every table but `other`."""
        zeros = tf.zeros_like(x, tf.int64)
        found = {name: table.lookup for name, table in self.tables.items()}
        rows = tf.data.Dataset.from_tensor_slices(x).map(found["dataset"])
        return {
            "plain": found["plain"](x),
            "nested": self.nested(x),
            "mapped": tf.map_fn(found["mapped"], x, fn_output_signature=tf.int64),
            "looped": tf.while_loop(lambda i, _: i < 3, lambda i, _: (i + 1, found["looped"](x)), (0, zeros))[1],
            "branch": tf.cond(tf.size(x) > 2, lambda: found["branch"](x), lambda: zeros),
            "dataset": rows.reduce(tf.constant(0, tf.int64), lambda total, one: total + one),
            "twice": found["twice"](x) + found["twice"](tf.strings.lower(x)),
            "label": self.labels.lookup(found["plain"](x)),
        }

    @tf.function(input_signature=WORDS)
    def other_words(self, x: Any) -> dict[str, Any]:
        """Looks up in two tables."""
        return {"other": self.tables["other"].lookup(x), "nested": self.nested(x)}


@pytest.fixture(scope="module")
def library() -> Any:
    """TensorFlow's shared library."""
    return open_library(find_library())


@pytest.fixture(scope="module")
def everywhere(make_table: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The module, saved with its two signatures."""
    directory, module = tmp_path_factory.mktemp("everywhere") / "1", Everywhere(make_table)
    signatures = {"serving_default": module.serve, "others": module.other_words}
    tf.saved_model.save(module, str(directory), signatures=signatures)
    return directory


def found_in(tables: TableWatch, counts: tuple[int, ...]) -> dict[str, int]:
    """Gives the counts by the file of each table, without its ending."""
    files = [table.content[0].asset or table.content[0].path or "" for table in tables.watched]
    return dict(zip([Path(file).stem for file in files], counts, strict=True))


def observed(library: Any, directory: Path, *requests: Request) -> dict[str, int]:
    """Loads a SavedModel, asks the requests and gives what was found in each table."""
    tables = read_table_watch(directory)
    assert not tables.unwatched
    with CSavedModel(library, directory) as saved_model:
        meta_graph = parse_message("MetaGraphDef", saved_model.meta_graph)
        seen = observe_lookups(saved_model, meta_graph, requests, tables.watch)
    assert (seen.error, seen.requests) == ("", len(requests))
    return found_in(tables, seen.found)


def words(*texts: str, signature: str = "serving_default") -> Request:
    """Makes a request."""
    return Request("words", signature, {"x": np.array(texts, object)})


@pytest.mark.parametrize("way", WAYS)
def test_a_table_is_reached_by_its_own_terms_alone(way: str, library: Any, everywhere: Path) -> None:
    """In whichever way it is looked up; two distinct terms are two, however often they are found."""
    texts = (f"{way}1", "unknown", f"{way}2", f"{way}1")
    found = observed(library, everywhere, words(*texts), words(*texts, signature="others"))
    expected = dict.fromkeys([*WAYS, "labels"], 0) | {way: 2} | ({"labels": 2} if way == "plain" else {})
    assert found == expected


def test_a_branch_that_is_not_taken_finds_nothing(library: Any, everywhere: Path) -> None:
    """What is counted is what was found, not what could have been."""
    assert observed(library, everywhere, words("branch1", "branch2"))["branch"] == 0


def test_a_signature_that_is_not_asked_reaches_nothing(library: Any, everywhere: Path) -> None:
    """Although both call the same function."""
    found = observed(library, everywhere, words("other1", "plain1", "nested1", signature="others"))
    assert {name for name, count in found.items() if count} == {"other", "nested"}


def test_what_runs_although_nobody_needs_it_is_seen(
    library: Any, make_table: Callable[..., Any], tmp_path: Path
) -> None:
    """TensorFlow runs every lookup of a function that is called, whichever results are asked for."""

    class Half(tf.Module):
        """Drops a result."""

        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = make_table("first", ["a"]), make_table("second", ["b"])

        @tf.function
        def both(self, x: Any) -> Any:
            """Looks up in both tables."""
            return self.first.lookup(x), self.second.lookup(x)

        @tf.function(input_signature=WORDS)
        def serve(self, x: Any) -> dict[str, Any]:
            """Gives what was found in the first."""
            return {"y": self.both(x)[0]}

    module = Half()
    tf.saved_model.save(module, str(tmp_path / "1"), signatures={"serving_default": module.serve})
    assert observed(library, tmp_path / "1", words("b")) == {"first": 0, "second": 1}


def test_a_batch_of_none_finds_nothing(library: Any, everywhere: Path) -> None:
    """And is no error."""
    assert set(observed(library, everywhere, words()).values()) == {0}


@settings(deadline=None, max_examples=25)
@given(
    batches=st.lists(
        st.lists(st.sampled_from([f"{way}{number}" for way in WAYS for number in (0, 8, 9)]), max_size=6), max_size=4
    )
)
def test_as_many_values_are_found_as_known_terms_are_asked(
    batches: list[list[str]], library: Any, everywhere: Path, session: tuple[CSavedModel, TableWatch]
) -> None:
    """Whatever is asked; a table has the terms 0 to 8."""
    saved_model, tables = session
    meta_graph = parse_message("MetaGraphDef", saved_model.meta_graph)
    requests = [words(*batch) for batch in batches]
    # The graph has been extended already, so nothing is added.
    watch = replace(tables.watch, graph=b"", inputs=())
    found = found_in(tables, observe_lookups(saved_model, meta_graph, requests, watch).found)
    for way in (*WAYS[:4], "dataset", "twice"):
        asked = {text for batch in batches for text in batch if text in (f"{way}0", f"{way}8")}
        # 0 + 0 and 8 + 8 are not found: a table is watched, not what is made of its values.
        assert found[way] == len(asked)


@pytest.fixture(scope="module")
def session(library: Any, everywhere: Path) -> Any:
    """The module in a session that has been extended."""
    tables = read_table_watch(everywhere)
    with CSavedModel(library, everywhere) as saved_model:
        saved_model.extend(tables.watch.graph, tables.watch.inputs)
        yield saved_model, tables


def test_the_graph_that_was_loaded_answers_as_before(library: Any, everywhere: Path) -> None:
    """And the copies of its functions give what it gives."""
    watch, request = read_table_watch(everywhere).watch, words("plain1", "nested2", "x", "looped3")
    with CSavedModel(library, everywhere) as saved_model:
        signature = find_signature(parse_message("MetaGraphDef", saved_model.meta_graph), request.signature)
        fed, names = feeds(signature, request), sorted(fetches(signature).values())
        before = saved_model.run(fed, names)
        saved_model.extend(watch.graph, watch.inputs)
        after, copies = saved_model.run(fed, names), saved_model.run(fed, sorted(watch.fetches[request.signature]))
    assert [one.tolist() for one in after] == [one.tolist() for one in before]
    assert [one.tolist() for one in copies] == [one.tolist() for one in before]


def test_what_an_extension_cannot_do_is_told(library: Any, everywhere: Path) -> None:
    """It is no failure of the export: the answers were given before."""
    watch = read_table_watch(everywhere).watch
    damaged: Mapping[str, LookupWatch] = {
        "INVALID_ARGUMENT": replace(watch, graph=b"\xff"),
        "no tensor 'gone:0'": replace(watch, inputs=(*watch.inputs, "gone:0")),
    }
    for reason, broken in damaged.items():
        with CSavedModel(library, everywhere) as saved_model:
            meta_graph = parse_message("MetaGraphDef", saved_model.meta_graph)
            seen = observe_lookups(saved_model, meta_graph, [words("plain1")], broken)
        assert reason in seen.error
        assert (set(seen.found), seen.requests) == ({0}, 0)


def test_lookups_in_the_graph_itself_are_watched(make_table: Callable[..., Any], library: Any, tmp_path: Path) -> None:
    """As TensorFlow 1 wrote them: without functions."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        x = tf.compat.v1.placeholder(tf.string, [None], name="x")
        first, second = make_table("first", ["a", "b"]), make_table("second", [7, 8], key=tf.int64)
        y = first.lookup(x) + second.lookup(tf.constant([7], tf.int64))
        session.run(tf.compat.v1.tables_initializer())
        tf.compat.v1.saved_model.simple_save(
            session, str(tmp_path / "1"), {"x": x}, {"y": y}, legacy_init_op=tf.compat.v1.tables_initializer()
        )
    assert observed(library, tmp_path / "1", words("z")) == {"first": 0, "second": 1}
    assert observed(library, tmp_path / "1", words("a", "b")) == {"first": 2, "second": 1}


def test_values_of_any_dtype_and_shape_are_told_from_the_default(library: Any, tmp_path: Path) -> None:
    """Floats that are no number, texts, and a default that the table holds itself."""

    class Constants(tf.Module):
        """Tables from constants, which need no file."""

        def __init__(self) -> None:
            super().__init__()
            keys = tf.constant(["a", "b", "c"])
            contents = {"nan": ([np.nan, 1.0, 0.5], np.nan), "text": (["x", "", "x"], ""), "flag": ([True] * 3, False)}
            self.tables = {
                name: tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, values), default, name=name)
                for name, (values, default) in contents.items()
            }

        @tf.function(input_signature=WORDS)
        def serve(self, x: Any) -> dict[str, Any]:
            """Looks up in all of them."""
            return {name: table.lookup(x) for name, table in self.tables.items()}

    module = Constants()
    tf.saved_model.save(module, str(tmp_path / "1"), signatures={"serving_default": module.serve})
    tables = read_table_watch(tmp_path / "1")
    with CSavedModel(library, tmp_path / "1") as saved_model:
        meta_graph = parse_message("MetaGraphDef", saved_model.meta_graph)
        seen = observe_lookups(saved_model, meta_graph, [words("a", "b", "c", "d")], tables.watch)
    assert {table.value_dtype: count for table, count in zip(tables.watched, seen.found, strict=True)} == {
        "float32": 2,
        "string": 1,
        "bool": 1,
    }
