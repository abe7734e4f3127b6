"""Tables that read a vocabulary's snapshot, and SavedModels that are made of them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

import lexport
from lexport import Vocabulary
from lexport.layers import IntegerLookup, StringLookup, TextVectorization
from lexport.layers.table import AT_ONCE, is_filled_from, vocabulary_table

CHARACTERS = st.characters(codec="utf-8", exclude_characters="\n\r\0")
TERMS = st.lists(st.text(CHARACTERS, min_size=1), min_size=1, max_size=30, unique=True).filter(
    lambda terms: not terms[0].startswith("\ufeff")
)
INTEGERS = st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=30, unique=True)


def _tensorflows_own_ids(vocabulary: Vocabulary, dtype: str) -> list[int]:
    """What TensorFlow makes of the file, without anything of ours but the bytes."""
    line, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    initializer = tf.lookup.TextFileInitializer(str(vocabulary.path), dtype, line, "int64", number)
    table = tf.lookup.StaticHashTable(initializer, default_value=-1)
    assert table.size().numpy() == len(vocabulary)
    ids: list[int] = table.lookup(tf.constant(list(vocabulary.terms), dtype)).numpy().tolist()
    return ids


@given(terms=TERMS)
@settings(deadline=None)
def test_tensorflow_maps_each_term_to_its_index(terms: list[str]) -> None:
    """For every list of terms that `from_terms` takes: the file means to TensorFlow what it means to us."""
    words = Vocabulary.from_terms("words", terms, special_tokens=())
    assert _tensorflows_own_ids(words, "string") == list(range(len(terms)))


@given(terms=INTEGERS)
@settings(deadline=None)
def test_tensorflow_maps_each_integer_to_its_index(terms: list[int]) -> None:
    """To the ends of int64."""
    ids = Vocabulary.from_terms("ids", terms, special_tokens=())
    assert _tensorflows_own_ids(ids, "int64") == list(range(len(terms)))


def test_a_table_is_named_after_its_content_and_layout() -> None:
    """Not after a path, which would leak the training machine and differ from machine to machine."""
    words = Vocabulary.from_terms("words", ["the", "of"])
    table = vocabulary_table(words, offset=2, invert=False, dtype="string", default_value=1)
    assert table._shared_name == f"lexport_{words.digest}_terms_string_2"
    assert table.lookup(tf.constant(["of", "zzz"])).numpy().tolist() == [3, 1]


def test_tables_of_one_vocabulary_and_different_layouts_do_not_mix() -> None:
    """Offset, direction and dtype each make another table."""
    words = Vocabulary.from_terms("words", ["7", "12"])
    numbers = Vocabulary.from_terms("words", [7, 12])
    one = vocabulary_table(words, offset=1, invert=False, dtype="string", default_value=0)
    two = vocabulary_table(words, offset=2, invert=False, dtype="string", default_value=0)
    inverse = vocabulary_table(words, offset=1, invert=True, dtype="string", default_value="?")
    integer = vocabulary_table(numbers, offset=1, invert=False, dtype="int64", default_value=0)
    assert one.lookup(tf.constant(["12"])).numpy().tolist() == [2]
    assert two.lookup(tf.constant(["12"])).numpy().tolist() == [3]
    assert inverse.lookup(tf.constant([2], tf.int64)).numpy().tolist() == [b"12"]
    assert integer.lookup(tf.constant([12], tf.int64)).numpy().tolist() == [2]


def test_defaults_of_tables_that_share_a_name_do_not_mix() -> None:
    """A default belongs to the lookup, not to the shared content."""
    words = Vocabulary.from_terms("words", ["the"])
    first = vocabulary_table(words, offset=1, invert=False, dtype="string", default_value=0)
    second = vocabulary_table(words, offset=1, invert=False, dtype="string", default_value=-1)
    assert first.lookup(tf.constant(["zzz"])).numpy().tolist() == [0]
    assert second.lookup(tf.constant(["zzz"])).numpy().tolist() == [-1]


# -- SavedModels ------------------------------------------------------------------------------------------------


def _export_with_keras(model: Any, directory: Path) -> None:
    model.export(str(directory), verbose=False)


def _save_with_tensorflow(model: Any, directory: Path) -> None:
    specification = tf.TensorSpec((None, 1), model.inputs[0].dtype)
    serve = tf.function(lambda inputs: model(inputs), input_signature=[specification])
    tf.saved_model.save(model, str(directory), signatures=serve)


def _save_with_lexport(model: Any, directory: Path) -> None:
    lexport.save(model, directory)


WAYS_OUT = {
    "model.export": _export_with_keras,
    "tf.saved_model.save": _save_with_tensorflow,
    "lexport.save": _save_with_lexport,
}
way_out = pytest.mark.parametrize("export", WAYS_OUT.values(), ids=WAYS_OUT.keys())


def _model(*layers: Any, dtype: str = "string") -> Any:
    inputs = keras.Input((1,), dtype=dtype, name="inputs")
    return keras.Model(inputs, {layer.name: layer(inputs) for layer in layers})


def _damage(path: Path, fate: str) -> None:
    if fate == "edited":
        path.chmod(0o644)
        path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))
    elif fate == "deleted":
        path.unlink()
    else:
        shutil.rmtree(path.parents[2])


@way_out
@pytest.mark.parametrize("fate", ["edited", "deleted", "whole store deleted"])
def test_a_damaged_store_is_restored_at_export(
    export: Callable[[Any, Path], None], fate: str, tmp_path: Path, read_export: Callable[[Path], Any]
) -> None:
    """Each time, and also by plain Keras and TensorFlow, which would export without the file, or with another one."""
    layer = StringLookup(vocabulary=["quixotic one", "quixotic two"], name="words")
    model = _model(layer)
    assert layer.vocabulary is not None
    for turn in ("first", "second"):
        _damage(layer.vocabulary.path, fate)
        export(model, tmp_path / turn)
        assert read_export(tmp_path / turn).assets == {"words.txt": layer.vocabulary.data}
        assert layer.vocabulary.path.read_bytes() == layer.vocabulary.data


@way_out
def test_a_store_that_cannot_be_restored_stops_the_export(
    export: Callable[[Any, Path], None], tmp_path: Path, lexport_home: Path
) -> None:
    """Never a silent export without the file."""
    model = _model(StringLookup(vocabulary=["quixotic"], name="words"))
    shutil.rmtree(lexport_home)
    lexport_home.write_text("in the way")
    with pytest.raises(lexport.LexportError, match=r"cannot write the snapshot of words\.txt"):
        export(model, tmp_path / "export")
    assert not (tmp_path / "export" / "saved_model.pb").exists()


def _words() -> Vocabulary:
    return Vocabulary.from_terms("words", ["quixotic a", "quixotic b\u2028", "quixotic c"])


def _numbers() -> Vocabulary:
    return Vocabulary.from_terms("words", [7, 700_007, -7])


LAYERS: dict[str, Callable[[], Any]] = {
    "inverse": lambda: StringLookup(vocabulary=_words(), invert=True),
    "multi_hot": lambda: StringLookup(vocabulary=_words(), output_mode="multi_hot"),
    "tf_idf": lambda: StringLookup(vocabulary=_words(), output_mode="tf_idf", idf_weights=[0.5, 1.5, 2.5]),
    "three OOV": lambda: StringLookup(vocabulary=_words(), num_oov_indices=3, salt=7),
    "mask": lambda: StringLookup(vocabulary=_words(), mask_token=""),
    "text": lambda: TextVectorization(vocabulary=_words(), split=None, standardize=None),
    "integers": lambda: IntegerLookup(vocabulary=_numbers()),
    "inverse integers": lambda: IntegerLookup(vocabulary=_numbers(), invert=True),
}


@way_out
@pytest.mark.parametrize("make_layer", LAYERS.values(), ids=LAYERS.keys())
def test_every_kind_of_layer_exports_its_file(
    export: Callable[[Any, Path], None],
    make_layer: Callable[[], Any],
    tmp_path: Path,
    read_export: Callable[[Path], Any],
    lexport_home: Path,
) -> None:
    """And gives the same answers when it is loaded."""
    layer = make_layer()
    numbers = isinstance(layer, IntegerLookup) or getattr(layer, "invert", False)
    model = _model(layer, dtype="int64" if numbers else "string")
    export(model, tmp_path / "export")
    terms = tuple(term for term in layer.vocabulary.terms if isinstance(term, str))
    read_export(tmp_path / "export").assert_owned({"words.txt": layer.vocabulary.data}, terms, lexport_home)
    questions = tf.constant([[1], [7], [99]], tf.int64) if numbers else tf.constant([["quixotic a"], ["z"], [""]])
    [served] = _serve(tmp_path / "export", questions).values()
    assert served == model(questions)[layer.name].numpy().tolist()


def _serve(directory: Path, inputs: Any) -> dict[str, Any]:
    serve = tf.saved_model.load(str(directory)).signatures["serving_default"]
    [name] = serve.structured_input_signature[1]
    return {key: tensor.numpy().tolist() for key, tensor in serve(**{name: inputs}).items()}


@way_out
def test_layers_that_share_a_vocabulary_share_asset_and_table(
    export: Callable[[Any, Path], None], tmp_path: Path, read_export: Callable[[Path], Any]
) -> None:
    """One file, and one table for those of one layout."""
    words = Vocabulary.from_terms("words", ["quixotic"])
    model = _model(*(StringLookup(vocabulary=words, name=f"layer_{index}") for index in range(3)))
    export(model, tmp_path / "export")
    exported = read_export(tmp_path / "export")
    assert exported.assets == {"words.txt": words.data}
    nodes = [*exported.proto.graph_def.node]
    nodes += [node for function in exported.proto.graph_def.library.function for node in function.node_def]
    names = {node.attr["shared_name"].s.decode() for node in nodes if node.op == "HashTableV2"}
    assert names == {f"lexport_{words.digest}_terms_string_1"}


@way_out
def test_files_of_one_name_and_different_content_stay_apart(
    export: Callable[[Any, Path], None], tmp_path: Path, read_export: Callable[[Path], Any]
) -> None:
    """Each layer reads its own, or the export is refused: TensorFlow alone decides which becomes `words.txt_1`."""
    first, second = (Vocabulary.from_terms("words", terms) for terms in (["a", "b"], ["b", "a"]))
    model = _model(StringLookup(vocabulary=first, name="first"), StringLookup(vocabulary=second, name="second"))
    if export is _save_with_lexport:
        with pytest.raises(lexport.LexportError, match="words"):
            export(model, tmp_path / "export")
        return
    export(model, tmp_path / "export")
    assert sorted(read_export(tmp_path / "export").assets.values()) == [b"a\nb\n", b"b\na\n"]
    served = _serve(tmp_path / "export", tf.constant([["a"], ["b"]]))
    assert served == {"first": [[1], [2]], "second": [[2], [1]]}


def test_a_reloaded_archive_exports_on_another_machine(
    tmp_path: Path, read_export: Callable[[Path], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With that machine's store, whose path is not in the export either."""
    model = _model(StringLookup(vocabulary=["quixotic"], name="words"))
    model.save(tmp_path / "model.keras")
    monkeypatch.setenv("LEXPORT_HOME", str(tmp_path / "another machine"))
    reloaded = keras.saving.load_model(tmp_path / "model.keras")
    reloaded.export(str(tmp_path / "export"), verbose=False)
    exported = read_export(tmp_path / "export")
    exported.assert_owned({"words.txt": b"quixotic\n"}, ("quixotic",), tmp_path)


@given(terms=TERMS, offset=st.integers(0, 4), invert=st.booleans())
@settings(deadline=None)
def test_a_table_is_filled_as_tensorflow_reads_the_file(terms: list[str], offset: int, invert: bool) -> None:
    """In memory from the bytes, and from the asset wherever it is served: the same keys, the same values."""
    _compare(Vocabulary.from_terms("words", terms, special_tokens=()), "string", offset=offset, invert=invert)


@given(terms=INTEGERS, invert=st.booleans())
@settings(deadline=None)
def test_a_table_of_integers_is_filled_as_tensorflow_reads_the_file(terms: list[int], invert: bool) -> None:
    """To the ends of int64."""
    _compare(Vocabulary.from_terms("ids", terms, special_tokens=()), "int64", offset=1, invert=invert)


def _compare(vocabulary: Vocabulary, dtype: str, *, offset: int, invert: bool) -> None:
    default = "" if invert and dtype == "string" else 0
    table = vocabulary_table(vocabulary, offset=offset, invert=invert, dtype=dtype, default_value=default)
    line, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    stock = tf.lookup.TextFileInitializer(
        str(vocabulary.path),
        *((tf.int64, number, dtype, line) if invert else (dtype, line, tf.int64, number)),
        value_index_offset=offset,
    )
    read = tf.lookup.StaticHashTable(stock, default)
    expected, received = (
        dict(zip(*(side.numpy().tolist() for side in one.export()), strict=True)) for one in (read, table)
    )
    assert received == expected


def test_a_table_of_several_pieces_is_filled_to_its_end() -> None:
    """A large vocabulary is split in pieces."""
    terms = [f"a rather long term {number}" for number in range(3 * AT_ONCE // 20)]
    table = vocabulary_table(
        Vocabulary.from_terms("words", terms), offset=1, invert=False, dtype="string", default_value=0
    )
    assert int(table.size()) == len(terms)
    assert table.lookup(tf.constant(terms)).numpy().tolist() == list(range(1, len(terms) + 1))


def test_a_second_layer_of_a_vocabulary_shares_the_table() -> None:
    """And is known to be filled from it; that of another layout is not."""
    words = Vocabulary.from_terms("words", ["the", "of"])
    layout: dict[str, Any] = {"offset": 1, "invert": False, "dtype": "string"}
    first, second = (vocabulary_table(words, **layout, default_value=0) for _ in range(2))
    assert is_filled_from(first, words, **layout)
    assert is_filled_from(second, words, **layout)
    assert not is_filled_from(second, words, **{**layout, "offset": 2})
    assert not is_filled_from(second, Vocabulary.from_terms("words", ["of", "the"]), **layout)


def test_a_table_that_something_else_filled_under_the_name_is_told_apart() -> None:
    """As a tampered export would that was loaded into this process before."""
    words = Vocabulary.from_terms("words", ["told", "apart"])
    layout: dict[str, Any] = {"offset": 1, "invert": False, "dtype": "string"}
    name = f"lexport_{words.digest}_terms_string_1"
    handle = tf.raw_ops.HashTableV2(key_dtype=tf.string, value_dtype=tf.int64, shared_name=name)
    tf.raw_ops.InitializeTableV2(
        table_handle=handle, keys=tf.constant(["apart", "told"]), values=tf.constant([1, 2], tf.int64)
    )
    table = vocabulary_table(words, **layout, default_value=0)
    assert table.lookup(tf.constant(["told"])).numpy().tolist() == [2]
    assert not is_filled_from(table, words, **layout)
