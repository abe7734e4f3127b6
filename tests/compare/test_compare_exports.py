import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from lexport.compare import ExportComparison, compare_exports
from lexport.errors import AssetError
from lexport.tfformats.protos import parse_message


@dataclass(frozen=True)
class Recipe:
    """What a model is made of."""

    terms: tuple[str, ...] = ("the", "of", "naïve")
    labels: tuple[str, ...] = ("cat", "dog")
    bias: float = 0.5
    rows: int = 2
    factor: int = 3
    op: str = "add"
    output: str = "score"
    file: str = "words.txt"


class Model(tf.Module):
    """A vocabulary in a file, one in constants, two variables of one name, and a sum."""

    def __init__(self, recipe: Recipe, folder: Path) -> None:
        super().__init__()
        self.recipe = recipe
        path = folder / recipe.file
        path.write_text("".join(f"{term}\n" for term in recipe.terms), encoding="utf-8")
        whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
        lines = tf.lookup.TextFileInitializer(str(path), tf.string, whole, tf.int64, number)
        self.words = tf.lookup.StaticHashTable(lines, -1)
        ids = tf.range(len(recipe.labels), dtype=tf.int64)
        pairs = tf.lookup.KeyValueTensorInitializer(tf.constant(recipe.labels), ids)
        self.labels = tf.lookup.StaticHashTable(pairs, -1)
        self.bias = tf.Variable([recipe.bias] * recipe.rows, name="bias")
        self.twins = [tf.Variable(1.0), tf.Variable(2.0)]

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="word")])
    def serve(self, word):
        """Adds up the ids of a word."""
        ids = tf.cast(self.words.lookup(word) + self.labels.lookup(word), tf.float32)
        combined = getattr(tf.math, self.recipe.op)(ids * self.recipe.factor, self.bias[0])
        return {self.recipe.output: combined + self.twins[0] * self.twins[1]}


Make = Callable[..., Path]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Saves a model that differs from the sound one in what is named; each once."""
    made: dict[Recipe, Path] = {}

    def make_one(**changes: Any) -> Path:
        recipe = replace(Recipe(), **changes)
        if recipe not in made:
            folder = tmp_path_factory.mktemp("trained")
            model = Model(recipe, folder)
            made[recipe] = folder / "model"
            tf.saved_model.save(model, str(made[recipe]), signatures={"serving_default": model.serve})
        return made[recipe]

    return make_one


def _parts(compared: ExportComparison) -> set[str]:
    """Names the parts in which something was found."""
    parts = ("signatures", "vocabularies", "weights", "ops", "attributes", "assets", "hidden", "unnoticed")
    return {part for part in parts if getattr(compared, part)}


def test_a_model_that_is_saved_again_is_not_noticed(make: Make, tmp_path: Path) -> None:
    """Only its fingerprint, a uuid, is another one."""
    model = Model(Recipe(), tmp_path)
    tf.saved_model.save(model, str(tmp_path / "again"), signatures={"serving_default": model.serve})
    compared = compare_exports(make(), tmp_path / "again")

    assert not compared.noticed
    assert _parts(compared) == {"unnoticed"}
    assert [change.path for change in compared.unnoticed] == ["fingerprint.pb"]


def test_terms_are_told_by_vocabulary(make: Make) -> None:
    """Added, removed and moved, in a file and in constants of the graph."""
    compared = compare_exports(make(), make(terms=("of", "the", "gnu"), labels=("cat", "cow", "dog")))
    constants, files = compared.vocabularies

    assert compared.noticed
    assert (files.name, files.old, files.new) == ("words.txt", 3, 3)
    assert [change.term for change in files.terms.added(9)] == ["gnu"]
    assert [change.term for change in files.terms.removed(9)] == ["naïve"]
    assert [(change.term, change.old, change.new) for change in files.terms.moved(9)] == [("the", 0, 1), ("of", 1, 0)]
    assert [change.term for change in constants.terms.added(9)] == ["cow"]
    assert [(change.term, change.new) for change in constants.terms.moved(9)] == [("dog", 2)]


def test_a_vocabulary_file_is_an_asset_too(make: Make) -> None:
    """Its bytes are told beside its terms; the graph is the same."""
    compared = compare_exports(make(), make(terms=("the", "of")))

    assert _parts(compared) == {"vocabularies", "assets", "unnoticed"}
    assert [change.path for change in compared.assets] == ["assets/words.txt"]
    assert not compared.graph


def test_a_vocabulary_under_another_name_is_told_as_that(make: Make) -> None:
    """Not as one that went and one that came, which is what another name with other terms is."""
    compared = compare_exports(make(), make(file="terms.txt"))
    other = compare_exports(make(), make(file="terms.txt", terms=("the",)))

    assert [(one.name, one.new_name, one.old, one.new) for one in compared.vocabularies] == [
        ("words.txt", "terms.txt", 3, 3)
    ]
    assert [(one.name, one.new_name) for one in other.vocabularies] == [("terms.txt", None), ("words.txt", None)]


def test_weights_are_told_by_the_names_of_variables(make: Make) -> None:
    """Other values, and another shape; those of one name that did not change are left out."""
    [values] = compare_exports(make(), make(bias=0.75)).weights
    [shape] = compare_exports(make(), make(rows=3)).weights

    assert (values.name, values.old.shape, values.new.shape) == ("bias", (2,), (2,))
    assert values.old.sha256 != values.new.sha256
    assert (shape.name, shape.old.shape, shape.new.shape) == ("bias", (2,), (3,))


def test_a_variable_that_was_renamed_is_not_told(make: Make, tmp_path: Path) -> None:
    """Keras counts its layers on; two variables that changed places are told, though."""
    names = {"bias": "bias_1"}
    renamed = _renamed(make(bias=0.75, factor=4), tmp_path / "renamed", names)

    assert [change.name for change in compare_exports(make(bias=0.75), renamed).weights] == []
    assert [change.name for change in compare_exports(make(bias=0.25), renamed).weights] == ["bias", "bias_1"]


def _renamed(directory: Path, target: Path, names: dict[str, str]) -> Path:
    shutil.copytree(directory, target)
    message = parse_message("SavedModel", (target / "saved_model.pb").read_bytes())
    for node in message.meta_graphs[0].object_graph_def.nodes:
        if node.WhichOneof("kind") == "variable":
            node.variable.name = names.get(node.variable.name, node.variable.name)
    (target / "saved_model.pb").write_bytes(message.SerializeToString())
    return target


def test_ops_are_counted(make: Make) -> None:
    """Which came, which went, and whose library a server needs."""
    compared = compare_exports(make(), make(op="maximum"))

    assert {(change.op, change.library, change.new - change.old) for change in compared.ops} == {
        ("AddV2", "TensorFlow", -1),
        ("Maximum", "TensorFlow", 1),
    }
    assert compared.graph
    assert not compared.hidden


def test_signatures_are_told_by_what_they_take_and_give(make: Make) -> None:
    """An output under another name is another output."""
    [change] = compare_exports(make(), make(output="sum")).signatures

    assert change.name == "serving_default"
    assert set(change.old) - set(change.new) == {"output score: float32 [null]"}
    assert set(change.new) - set(change.old) == {"output sum: float32 [null]"}


def test_a_constant_is_told_by_its_values(make: Make) -> None:
    """The same ops, signatures and weights, and other answers."""
    compared = compare_exports(make(), make(factor=4))
    [change] = compared.attributes

    assert _parts(compared) == {"attributes", "unnoticed"}
    assert (change.op, change.attribute, change.nodes) == ("Const", "value", 1)
    assert (change.old, change.new) == ("float32 []: 3.0", "float32 []: 4.0")


def test_inputs_in_another_order_are_noticed(make: Make, tmp_path: Path) -> None:
    """Nothing is another one, and yet the graph is."""
    copy = Path(shutil.copytree(make(op="subtract"), tmp_path / "copy"))
    message = parse_message("SavedModel", (copy / "saved_model.pb").read_bytes())
    for function in message.meta_graphs[0].graph_def.library.function:
        for node in function.node_def:
            if node.op == "Sub":
                node.input[0], node.input[1] = node.input[1], node.input[0]
    (copy / "saved_model.pb").write_bytes(message.SerializeToString())
    compared = compare_exports(make(op="subtract"), copy)

    assert compared.noticed
    assert _parts(compared) == {"hidden"}
    # Not what calls it, nor the objects that hold it: nobody would see the place among all of them.
    assert _places(compared) == [("function", "serve"), ("signature", "serving_default")]


def _places(compared: ExportComparison) -> list[tuple[str, str | None]]:
    """Names the places where the graphs differ, functions without their counters."""
    found = []
    for one in compared.parts:
        name = one.new if one.new is not None else one.old
        found.append((one.kind, re.sub(r"__inference_(.+)_\d+", r"\1", name)))
    return sorted(found)


def test_a_function_of_two_is_named_and_the_other_is_not(tmp_path: Path) -> None:
    """With the signatures that call it, and with the name that it has on each side."""

    def save(twice: bool, name: str) -> Path:
        module = tf.Module()

        @tf.function
        def inner(x):
            return tf.math.subtract(x, 1.0) if twice else tf.math.subtract(1.0, x)

        spec = [tf.TensorSpec([], tf.float32, name="x")]
        module.first = tf.function(lambda x: {"y": inner(x)}, input_signature=spec)
        module.second = tf.function(lambda x: {"y": tf.math.square(x)}, input_signature=spec)
        signatures = {"first": module.first, "second": module.second}
        tf.saved_model.save(module, str(tmp_path / name), signatures=signatures)
        return tmp_path / name

    compared = compare_exports(save(False, "a"), save(True, "b"))

    assert _places(compared) == [("function", "inner"), ("signature", "first")]
    [function] = [one for one in compared.parts if one.kind == "function"]
    assert function.old is not None
    assert function.new is not None
    assert compare_exports(tmp_path / "a", tmp_path / "a").parts == ()


def test_functions_that_changed_places_are_named(tmp_path: Path) -> None:
    """Every part is there on both sides; which signature calls which is not."""
    spec = [tf.TensorSpec([], tf.float32, name="x")]

    def save(name: str, order: list[int]) -> Path:
        module, ops = tf.Module(), [tf.math.square, tf.math.sin]
        functions = [tf.function(_serving(ops[at]), input_signature=spec) for at in order]
        module.functions = functions
        signatures = dict(zip(["first", "second"], functions, strict=True))
        tf.saved_model.save(module, str(tmp_path / name), signatures=signatures)
        return tmp_path / name

    compared = compare_exports(save("a", [0, 1]), save("b", [1, 0]))

    assert compared.hidden
    assert {("signature", "first"), ("signature", "second")} <= set(_places(compared))


def _serving(op: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: {"y": op(x)}


def test_an_attribute_of_the_saved_object_is_named_by_its_path(make: Make, tmp_path: Path) -> None:
    """Python clients see it; no signature does."""
    copy = Path(shutil.copytree(make(), tmp_path / "copy"))
    message = parse_message("SavedModel", (copy / "saved_model.pb").read_bytes())
    nodes = message.meta_graphs[0].object_graph_def.nodes
    [words] = [child for child in nodes[0].children if child.local_name == "words"]
    words.local_name = "terms"
    (copy / "saved_model.pb").write_bytes(message.SerializeToString())
    compared = compare_exports(make(), copy)

    assert compared.hidden
    assert _places(compared) == [("object", "the root")]


def test_places_are_told_for_ops_and_constants_too(make: Make) -> None:
    """Where the changed op or value is."""
    for other in (make(op="maximum"), make(factor=4)):
        assert _places(compare_exports(make(), other)) == [("function", "serve"), ("signature", "serving_default")]


def test_what_no_graph_reads_is_not_noticed(make: Make, tmp_path: Path) -> None:
    """Stray files, warm-up requests, and which TensorFlow wrote it."""
    copy = Path(shutil.copytree(make(), tmp_path / "copy"))
    (copy / "assets.extra").mkdir()
    (copy / "assets.extra" / "tf_serving_warmup_requests").write_bytes(b"x")
    message = parse_message("SavedModel", (copy / "saved_model.pb").read_bytes())
    message.meta_graphs[0].meta_info_def.tensorflow_version = "2.99.0"
    (copy / "saved_model.pb").write_bytes(message.SerializeToString())
    compared = compare_exports(make(), copy)

    assert not compared.noticed
    version, warmup = compared.unnoticed
    assert (version.old, version.new) == (tf.__version__, "2.99.0")
    assert (warmup.path, warmup.old) == ("assets.extra/tf_serving_warmup_requests", None)


def test_terms_that_are_not_utf_8_are_compared(make: Make, tmp_path: Path) -> None:
    """Bytes are bytes; they are shown escaped."""
    copy = Path(shutil.copytree(make(), tmp_path / "copy"))
    [asset] = (copy / "assets").iterdir()
    asset.write_bytes(b"the\nof\nna\xefve")
    [change] = compare_exports(make(), copy).vocabularies

    assert [added.term for added in change.terms.added(9)] == [r"na\xefve"]


def test_what_cannot_be_read_is_an_error(make: Make, tmp_path: Path) -> None:
    """On either side."""
    for pair in ((make(), tmp_path), (tmp_path, make())):
        with pytest.raises(AssetError, match="is not a SavedModel"):
            compare_exports(*pair)
