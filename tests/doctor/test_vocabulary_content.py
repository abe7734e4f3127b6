"""LX301 to LX313: what TensorFlow reads otherwise in a vocabulary, or not at all."""

import shutil
from collections.abc import Callable
from pathlib import Path

import keras
import pytest
import tensorflow as tf

from tests.doctor.plain_models import Named, found, looking_up

CONTENTS = {
    "LX301": (b"\xef\xbb\xbfthe\nof\n", 1),
    "LX302": (b"the\r\nof\r\n", 1),
    "LX303": (b"the\nof\rand\n", 2),
    "LX304": (b"the\ncaf\xe9\n", 2),
    "LX306": (b"the\nof\nthe\n", 3),
    "LX307": (b"the\n\nof\n", 2),
    "LX308": (b"the\n  \nof\n", 2),
    "LX309": (b"the\nof\n\0\0\0\n", 3),
    "LX310": (b"the\nof\nan", 3),
    "LX311": (b"", None),
    "LX313": ("the\na\u2028b\nof\n".encode(), 2),
}


@pytest.mark.parametrize("code", CONTENTS)
def test_each_fault_of_a_file_is_told_with_its_line(code: str, sound_copy: Path) -> None:
    """In an asset that fills a table by whole lines; TensorFlow mostly says nothing."""
    data, line = CONTENTS[code]
    (sound_copy / "assets" / "words.txt").write_bytes(data)
    codes = found(sound_copy)
    assert [(one.file, one.line) for one in codes[code]] == [("assets/words.txt", line)]
    assert {name for name in codes if name.startswith("LX3")} == {code}


def test_utf_16_is_told(sound_copy: Path) -> None:
    """As Windows editors call it, Unicode."""
    (sound_copy / "assets" / "words.txt").write_bytes("the\nof\n".encode("utf-16"))
    assert "UTF-16" in found(sound_copy)["LX304"][0].message


def test_a_vocabulary_that_keras_dumped_with_its_special_token_is_told(
    embedding_model: Callable[..., keras.Model], tmp_path: Path
) -> None:
    """`get_vocabulary()` puts [UNK] first, and the layer adds its own again: every id is one too large."""
    layer = keras.layers.StringLookup(vocabulary=["the", "of"])
    dump = tmp_path / "dump.txt"
    dump.write_text("".join(f"{term}\n" for term in layer.get_vocabulary()))
    again = keras.layers.StringLookup(vocabulary=str(dump))
    assert again("the").numpy() == layer("the").numpy() + 1
    embedding_model(again, 4).export(str(tmp_path / "model"), verbose=False)
    [finding] = found(tmp_path / "model")["LX305"]
    assert (finding.file, finding.line) == ("assets/dump.txt", 1)


def test_a_table_without_ids_of_its_own_may_have_unk_in_its_file(save: Callable[..., Path], tmp_path: Path) -> None:
    """As the files of BERT do: no layer adds one."""
    path = tmp_path / "bert" / "vocab.txt"
    path.parent.mkdir()
    path.write_text("[UNK]\nthe\n")
    assert "LX305" not in found(save(looking_up(Named(path))))


def test_a_line_that_is_no_integer_is_told(tmp_path: Path) -> None:
    """In the asset of an IntegerLookup."""
    path = tmp_path / "years.txt"
    path.write_text("1999\n2001\n")
    given = keras.Input((1,), dtype="int64", name="year")
    layer = keras.layers.IntegerLookup(vocabulary=str(path))
    keras.Model(given, {"id": layer(given)}).export(str(tmp_path / "model"), verbose=False)
    (tmp_path / "model" / "assets" / "years.txt").write_text("1999\ntwo\n")
    [finding] = found(tmp_path / "model")["LX312"]
    assert (finding.file, finding.line) == ("assets/years.txt", 2)


@pytest.mark.parametrize(
    ("terms", "code", "told"),
    [
        ([b"\xef\xbb\xbfthe", b"of"], "LX301", "term 1 is"),
        ([b"the\r", b"of\r", b"and\r"], "LX302", "term 1 is"),
        ([b"the", b"caf\xe9"], "LX304", "term 2 is"),
        ([b"the", b"  "], "LX308", "term 2 is"),
        (["the", "a\u2028b"], "LX313", "term 2 is the first"),
        ([b"the", b"of", b"a\rb"], "LX313", "term 3 is the first"),
    ],
)
@pytest.mark.parametrize("count", [0, 100_000])
def test_terms_that_are_constants_are_looked_at_too(
    terms: list[bytes], code: str, told: str, count: int, save: Callable[..., Path]
) -> None:
    """As far as a constant can be wrong: it holds empty terms as they are. Large ones are looked at in another way."""
    ends = b"\r" if code == "LX302" else b""
    more = [b"term number %d" % number + ends for number in range(count)] or [ends]
    keys = tf.constant([*terms, *more])
    codes = found(save(looking_up(tf.lookup.KeyValueTensorInitializer(keys, tf.range(len(keys), dtype=tf.int64)))))
    [finding] = codes[code]
    assert told in finding.message
    assert (finding.place.op, bool(finding.place.function)) == ("LookupTableImportV2", True)
    assert {name for name in codes if name.startswith("LX3")} == {code}


@pytest.mark.parametrize("count", [0, 100_000])
def test_a_constant_with_two_ids_is_told(count: int, tmp_path: Path) -> None:
    """TensorFlow 1 saves such a table without filling it; two equal pairs are one. Filling it then fails."""
    for name, last in (("sound", 0), ("broken", 2)):
        terms, ids = ["the", "of", "the"], [0, 1, last]
        terms, ids = [*terms, *(f"term number {one}" for one in range(count))], [*ids, *range(3, count + 3)]
        _save_in_tensorflow_1(tmp_path / name, terms, ids)
    assert not [code for code in found(tmp_path / "sound") if code.startswith("LX3")]
    tf.saved_model.load(str(tmp_path / "sound"))
    [finding] = found(tmp_path / "broken")["LX306"]
    assert finding.message == "b'the' has the ids 0 and 2"
    assert finding.place.op == "LookupTableImportV2"
    with pytest.raises(tf.errors.FailedPreconditionError, match="different value"):
        tf.saved_model.load(str(tmp_path / "broken"))


def _save_in_tensorflow_1(directory: Path, terms: list[str], ids: list[int]) -> None:
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        given = v1.placeholder(tf.string, [None], "words")
        initializer = tf.lookup.KeyValueTensorInitializer(terms, ids, tf.string, tf.int64)
        table = v1.lookup.StaticHashTable(initializer, -1)
        info = v1.saved_model.build_tensor_info
        signature = v1.saved_model.build_signature_def(
            {"words": info(given)}, {"ids": info(table.lookup(given))}, "tensorflow/serving/predict"
        )
        builder = v1.saved_model.Builder(str(directory))
        signatures = {"serving_default": signature}
        builder.add_meta_graph_and_variables(session, ["serve"], signatures, main_op=v1.tables_initializer())
        builder.save()


def test_keras_takes_the_special_token_out_of_a_list(
    embedding_model: Callable[..., keras.Model], tmp_path: Path
) -> None:
    """So that a list of `get_vocabulary()` is right, where a file of it is not."""
    layer = keras.layers.StringLookup(vocabulary=["the", "of"])
    again = keras.layers.StringLookup(vocabulary=layer.get_vocabulary())
    assert again("of").numpy() == layer("of").numpy()
    embedding_model(again, 3).export(str(tmp_path / "model"), verbose=False)
    assert not [code for code in found(tmp_path / "model") if code.startswith("LX3")]


def test_two_ids_may_have_the_same_term(save: Callable[..., Path], tmp_path: Path) -> None:
    """From ids to labels, a term that stands twice breaks nothing."""
    path = tmp_path / "labels.txt"
    path.write_text("cat\ndog\ncat\n")
    whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    initializer = tf.lookup.TextFileInitializer(str(path), tf.int64, number, tf.string, whole)
    module = tf.Module()
    module.table = tf.lookup.StaticHashTable(initializer, "?")
    module.serve = tf.function(
        lambda ids: {"label": module.table.lookup(ids)}, input_signature=[tf.TensorSpec([None], tf.int64)]
    )
    codes = found(save(module))
    assert not [name for name in codes if name.startswith("LX3")]


def test_a_million_faults_of_one_kind_are_counted(sound_copy: Path) -> None:
    """Twenty are told by line."""
    (sound_copy / "assets" / "words.txt").write_bytes(b"the\n" * 1000)
    findings = found(sound_copy)["LX306"]
    assert len(findings) == 21
    assert findings[-1].message == "and 979 more lines"


def test_what_fills_no_table_is_not_read_as_a_vocabulary(sound: Path, tmp_path: Path) -> None:
    """An orphan is told as one, whatever it holds."""
    copy = Path(shutil.copytree(sound, tmp_path / "copy"))
    (copy / "assets" / "blob.bin").write_bytes(b"\0\xff\r")
    assert set(found(copy)) == {"LX201"}
