"""What cannot be replaced is refused before anything is written or served, with everything that is wrong at once."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

import lexport
from lexport import Vocabulary
from lexport.errors import AssetError, VocabularyError
from lexport.layers import BertTokenizer
from lexport.surgery.replacement.graph_edits import AttributeEdit
from lexport.surgery.replacement.plan import ReplacementPlan, plan_replacement
from tests.surgery.replacement.replaceable_models import NUMBER, WHOLE, WORDS, initializer, lines, plain, saved

Made = Callable[..., Path]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SavedModel of plain TensorFlow: an embedding with eight rows, of which four terms take the second to fifth."""
    return plain(tmp_path_factory.mktemp("plain"))


@pytest.fixture
def new(tmp_path: Path) -> Callable[..., Path]:
    """Writes a vocabulary file."""

    def write(*terms: str, name: str = "new.txt", data: bytes | None = None) -> Path:
        (tmp_path / name).write_bytes(lines(*terms) if data is None else data)
        return tmp_path / name

    return write


def made(folder: Path, serve: Callable[[Any, Any], dict[str, Any]], **options: Any) -> Path:
    """Saves what answers by one table of the four words."""
    (folder / "words.txt").write_bytes(lines(*WORDS))
    table = tf.lookup.StaticHashTable(initializer(folder / "words.txt", **options), options.pop("default", -1))
    return saved(folder / "model", serve, words=table)


def refusal(model: Path, *given: tuple[str, Path], **options: Any) -> str:
    """Gives what is told where nothing can be replaced."""
    with pytest.raises(VocabularyError) as raised:
        plan_replacement(model, given, **options)
    return str(raised.value)


def planned(model: Path, path: Path, name: str = "words") -> ReplacementPlan:
    """Plans to replace one vocabulary."""
    return plan_replacement(model, [(name, path)])


@pytest.mark.parametrize("name", ["words", "words.txt"])
def test_a_vocabulary_is_named_by_its_file_with_or_without_its_ending(model: Path, new: Made, name: str) -> None:
    """Where there is no manifest, the file in assets/ is all that has a name."""
    assert list(planned(model, new("the", "of", "Katze", "dog"), name).files) == ["words.txt"]


def test_the_name_of_a_table_tells_the_new_content_and_no_path(model: Path, new: Made) -> None:
    """TensorFlow names a table after the path of its file: a leak, and one name for two contents."""
    plan = planned(model, new("the", "of", "Katze", "dog"))
    edits = [one for one in plan.edits.all if isinstance(one, AttributeEdit)]
    assert {one.attribute for one in edits} == {"shared_name"}
    assert all(b"/" in one.old for one in edits if isinstance(one.old, bytes))
    digest = plan.files["words.txt"].new.sha256
    assert {one.new for one in edits} == {f"lexport_{digest}_terms_string_1".encode()}
    # In the graph itself, and in the function by which an object makes its table.
    assert len({one.function for one in edits}) == 2


def test_rows_to_spare_are_counted_from_the_first_term_on(model: Path, new: Made) -> None:
    """Eight rows, the first of which is for unknown words: seven terms fit."""
    seven = [*WORDS, "a", "b", "c"]
    assert planned(model, new(*seven)).files["words.txt"].new.terms[-1] == b"c"
    told = refusal(model, ("words", new(*seven, "d")))
    assert "must have at most 7 terms; received 8: the embedding 'Variable" in told
    assert "has 8 rows, and the first term takes row 1" in told


def test_all_names_and_files_that_are_wrong_are_told_at_once(model: Path, new: Made, tmp_path: Path) -> None:
    """A typing error does not hide what is wrong with another file."""
    told = refusal(
        model,
        ("wrods", new("a")),
        ("words", new(data=b"\xef\xbb\xbfthe\r\nof\r\ncat\r\ncat", name="bad.txt")),
        ("words", tmp_path / "missing.txt"),
    )
    assert "words: must be given once; received 2 files" in told
    assert "wrods: is no vocabulary of" in told
    assert "Did you mean 'words'? There are: 'words.txt'" in told
    assert "cannot read vocabulary 'words'" in told


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xef\xbb\xbfthe\nof\ncat\ndog\n", "byte-order-mark"),
        (b"the\r\nof\r\ncat\r\ndog\r\n", "carriage-return"),
        (b"the\nof\ncat\ncat\n", "duplicate-term"),
        (b"the\nof\n\ndog\n", "empty-term"),
        (b"the\nof\n \ndog\n", "blank-term"),
        (b"the\nof\ncaf\xe9\ndog\n", "not-utf8"),
        (b"[UNK]\nthe\nof\ncat\n", "special-token"),
        (b"", "empty-vocabulary"),
    ],
)
def test_a_file_that_tensorflow_would_read_otherwise_is_refused(model: Path, new: Made, data: bytes, told: str) -> None:
    """The same lint as for every vocabulary file; nothing is mended silently."""
    received = refusal(model, ("words", new(data=data)))
    assert told in received
    assert "allow" not in received


def test_a_mask_token_of_the_graph_is_no_first_term(tmp_path: Path, new: Made) -> None:
    """What the graph compares words with is a special token of its own, whatever it is called."""

    def serve(module: Any, word: Any) -> dict[str, Any]:
        return {"id": tf.where(tf.equal(word, "<none>"), tf.constant(0, tf.int64), module.words.lookup(word))}

    model = made(tmp_path, serve, value_index_offset=1)
    assert "'<none>' is a special token" in refusal(model, ("words", new("<none>", "the", "of", "cat")))


def test_special_tokens_that_are_terms_may_stay(tmp_path: Path, new: Made) -> None:
    """A table that keeps no id free has them in its file."""
    (tmp_path / "from").mkdir()
    words = tmp_path / "from" / "words.txt"
    words.write_bytes(lines("[UNK]", " ", "cat"))
    table = tf.lookup.StaticHashTable(initializer(words), 0)
    model = saved(tmp_path / "model", lambda module, word: {"id": module.words.lookup(word)}, words=table)
    assert planned(model, new("[UNK]", " ", "Katze")).files["words.txt"].new.terms == (b"[UNK]", b" ", b"Katze")


def test_a_last_line_without_an_end_gets_one(model: Path, new: Made) -> None:
    """What is written is canonical, so that the digest tells the terms."""
    assert planned(model, new(data=b"the\nof\nKatze\ndog")).files["words.txt"].new.data == b"the\nof\nKatze\ndog\n"


def test_the_same_content_is_nothing_to_replace(model: Path, new: Made) -> None:
    """A version that differs in nothing would only look like a change."""
    assert "so there is nothing to replace" in refusal(model, ("words", new(*WORDS)))


def test_moved_terms_are_refused_by_default(model: Path, new: Made) -> None:
    """Each would get the id that another one was trained with; a wrong file can be put right all the same."""
    path = new("of", "the", "cat", "dog")
    told = refusal(model, ("words", path))
    assert "'of' stood on line 2" in told
    assert "'the' stood on line 1" in told
    plan_replacement(model, [("words", path)], allow_moved=True)


def test_constants_are_refused_with_the_way_round(tmp_path: Path, new: Made) -> None:
    """There is no file to replace."""
    content = tf.lookup.KeyValueTensorInitializer(tf.constant(["a", "b"]), tf.constant([0, 1], tf.int64))
    table = tf.lookup.StaticHashTable(content, -1)
    model = saved(tmp_path / "model", lambda module, word: {"id": module.table.lookup(word)}, table=table)
    for name in ("hash_table", "words"):
        told = refusal(model, (name, new("a", "c")))
        assert f"Make it an asset first: lexport doctor {model} --fix OUT" in told


def test_integers_stay_integers(tmp_path: Path, new: Made) -> None:
    """The dtype is that of the table's keys."""
    (tmp_path / "years.txt").write_bytes(b"1999\n2005\n")
    lookup = tf.lookup.TextFileInitializer(str(tmp_path / "years.txt"), tf.int64, WHOLE, tf.int64, NUMBER)
    table = tf.lookup.StaticHashTable(lookup, -1)

    def serve(module: Any, word: Any) -> dict[str, Any]:
        return {"id": module.years.lookup(tf.strings.to_number(word, tf.int64))}

    model = saved(tmp_path / "model", serve, years=table)
    assert "'MMV' is not an int64" in refusal(model, ("years", new("1999", "MMV")))
    assert planned(model, new("1999", "2006"), "years").files["years.txt"].target.dtype == "int64"


def test_columns_of_a_file_are_refused(tmp_path: Path, new: Made) -> None:
    """Its lines are no terms."""
    (tmp_path / "words.tsv").write_bytes(b"the\t3\nof\t1\n")
    columns = tf.lookup.TextFileInitializer(str(tmp_path / "words.tsv"), tf.string, 0, tf.int64, 1, delimiter="\t")
    table = tf.lookup.StaticHashTable(columns, -1)
    model = saved(tmp_path / "model", lambda module, word: {"id": module.words.lookup(word)}, words=table)
    assert "reads columns of 'words.tsv'" in refusal(model, ("words", new("the", "a")))


def test_another_reader_of_the_file_is_refused(tmp_path: Path, new: Made) -> None:
    """Nobody can tell what it makes of another content."""
    (tmp_path / "words.txt").write_bytes(lines(*WORDS))
    asset = tf.saved_model.Asset(str(tmp_path / "words.txt"))
    table = tf.lookup.StaticHashTable(initializer(tmp_path / "words.txt"), -1)

    def serve(module: Any, word: Any) -> dict[str, Any]:
        return {"id": module.words.lookup(word), "all": tf.io.read_file(module.asset.asset_path)}

    model = saved(tmp_path / "model", serve, words=table, asset=asset)
    assert "ReadFile" in refusal(model, ("words", new("the", "of", "Katze", "dog")))


def test_a_table_that_reads_so_many_lines_reads_the_new_ones_too(tmp_path: Path, new: Made) -> None:
    """Otherwise the terms that were appended would be unknown."""
    model = plain(tmp_path, vocab_size=4)
    plan = planned(model, new(*WORDS, "emu"))
    assert {(one.old, one.new) for one in plan.edits.sizes} == {(4, 5)}
    assert not planned(model, new("the", "of", "Katze", "dog")).edits.sizes


def test_nothing_is_appended_to_a_file_that_is_read_in_part(tmp_path: Path, new: Made) -> None:
    """The lines that follow have never been terms."""
    told = refusal(plain(tmp_path, vocab_size=3), ("words", new(*WORDS, "emu")))
    assert "reads the first 3 lines of the file alone" in told


def test_a_changed_file_of_an_export_is_refused(model: Path, new: Made, tmp_path: Path) -> None:
    """A manifest that is not true says nothing about what is replaced."""
    copy = tmp_path / "copy"
    shutil.copytree(model, copy)
    (copy / "assets.extra" / "lexport").mkdir(parents=True)
    (copy / "assets.extra" / "lexport" / "manifest.json").write_text("{}")
    with pytest.raises(AssetError, match="manifest"):
        planned(copy, new("the", "of", "Katze", "dog"))


APPENDING: dict[str, tuple[Callable[[Any, Any], dict[str, Any]], dict[str, Any], str]] = {
    "one-hot": (
        lambda module, word: {
            "row": tf.gather(module.rows, module.words.lookup(word)),
            "hot": tf.one_hot(module.words.lookup(word), 4),
        },
        {"value_index_offset": 1},
        "OneHot",
    ),
    "clipped": (
        lambda module, word: {
            "row": tf.gather(module.rows, module.words.lookup(word)),
            "known": tf.minimum(module.words.lookup(word), 4),
        },
        {"value_index_offset": 1},
        "Minimum",
    ),
    "compared with a size": (
        lambda module, word: {
            "row": tf.gather(module.rows, module.words.lookup(word)),
            "known": tf.less(module.words.lookup(word), 5),
        },
        {"value_index_offset": 1},
        "compares ids with 5",
    ),
    "told from the last id": (
        lambda module, word: {
            "row": tf.gather(module.rows, module.words.lookup(word)),
            "known": tf.less_equal(module.words.lookup(word), 4),
        },
        {"value_index_offset": 1},
        "compares ids with 4",
    ),
    "told from the last id, on the other side": (
        lambda module, word: {
            "row": tf.gather(module.rows, module.words.lookup(word)),
            "new": tf.less(tf.constant(4, tf.int64), module.words.lookup(word)),
        },
        {"value_index_offset": 1},
        "compares ids with 4",
    ),
    "rows for something else behind the terms": (
        lambda module, word: {
            "row": tf.gather(module.rows, module.words.lookup(word)),
            "hashed": tf.gather(module.rows, 5 + tf.strings.to_hash_bucket_fast(word, 3)),
        },
        {"value_index_offset": 1},
        "too: nobody can tell whether a row without a term is a spare one",
    ),
    "a row that is always read": (
        lambda module, word: {
            "row": tf.gather(module.rows, module.words.lookup(word)) + module.rows[5],
        },
        {"value_index_offset": 1},
        "StridedSlice",
    ),
    "rows as weights": (
        lambda module, word: {
            "score": tf.linalg.matmul(tf.gather(module.rows, module.words.lookup(word)), module.rows, transpose_b=True),
        },
        {"value_index_offset": 1},
        "MatMul",
    ),
    "an unknown id behind the last": (
        lambda module, word: {
            "row": tf.gather(
                module.rows,
                tf.where(tf.equal(module.words.lookup(word), -1), tf.constant(4, tf.int64), module.words.lookup(word)),
            )
        },
        {},
        "puts the id 4 among them",
    ),
    "two ids for unknown words": (
        lambda module, word: {
            "row": tf.gather(
                module.rows,
                tf.where(
                    tf.equal(module.words.lookup(word), -1),
                    tf.strings.to_hash_bucket_fast(word, 2),
                    module.words.lookup(word),
                ),
            )
        },
        {"value_index_offset": 2},
        "puts ids of another origin among them",
    ),
    "eight bits": (
        lambda module, word: {
            "row": tf.gather(module.rows, module.words.lookup(word)),
            "small": tf.cast(module.words.lookup(word), tf.uint8),
        },
        {"value_index_offset": 1},
        "makes ids uint8",
    ),
    "no embedding": (
        lambda module, word: {"id": module.words.lookup(word)},
        {},
        "reach no embedding whose rows are known",
    ),
    "the size of the table": (
        lambda module, word: {
            "row": tf.gather(module.rows, module.words.lookup(word)),
            "size": module.words.size(),
        },
        {"value_index_offset": 1},
        "LookupTableSizeV2",
    ),
}


@pytest.mark.parametrize("case", APPENDING)
def test_nothing_is_appended_where_something_else_may_know_the_size(case: str, tmp_path: Path, new: Made) -> None:
    """An embedding alone is no proof that further ids suit the graph; exchanging terms changes no id."""
    serve, options, told = APPENDING[case]
    model = made(tmp_path, serve, **options)
    received = refusal(model, ("words", new(*WORDS, "emu")))
    assert "must have exactly 4 terms; received 5" in received
    assert told in received
    planned(model, new("the", "of", "Katze", "dog"))


def test_ids_may_be_padded_masked_and_joined_on_their_way(tmp_path: Path, new: Made) -> None:
    """Nothing of it knows how many there are."""

    def serve(module: Any, word: Any) -> dict[str, Any]:
        ids = module.words.lookup(word)
        ids = tf.where(tf.equal(word, ""), tf.constant(0, tf.int64), ids)
        known = tf.not_equal(ids, tf.cast(tf.constant(0), tf.int64)) & tf.greater_equal(ids, tf.constant(2, tf.int64))
        both = tf.stack([ids, module.words.lookup(word)], 1)
        return {"row": tf.gather(module.rows, tf.cast(tf.pad(both, [[0, 0], [0, 1]]), tf.int32)), "known": known}

    model = made(tmp_path, serve, value_index_offset=1)
    assert planned(model, new(*WORDS, *"abc")).files["words.txt"].new.terms[-1] == b"c"
    assert "at most 7 terms; received 8" in refusal(model, ("words", new(*WORDS, *"abcd")))


def test_a_table_of_labels_takes_as_many_as_there_were(tmp_path: Path, new: Made) -> None:
    """A model has no output for a further label."""
    (tmp_path / "labels.txt").write_bytes(lines("red", "green"))
    inverse = tf.lookup.TextFileInitializer(str(tmp_path / "labels.txt"), tf.int64, NUMBER, tf.string, WHOLE)
    table = tf.lookup.StaticHashTable(inverse, "?")
    model = saved(
        tmp_path / "model",
        lambda module, word: {"label": module.labels.lookup(tf.strings.to_hash_bucket_fast(word, 2))},
        labels=table,
    )
    told = refusal(model, ("labels", new("red", "green", "blue")))
    assert "gives terms for ids, and the model gives no id beyond the last one" in told
    [edit, *_] = planned(model, new("rot", "green"), "labels").edits.names
    assert edit.new.endswith(b"_ids_string_0")  # type: ignore[union-attr, arg-type]


@pytest.mark.parametrize("kernel", ["classic", "fast"])
def test_an_automaton_of_the_old_pieces_is_refused(kernel: str, tmp_path: Path, new: Made) -> None:
    """Text would still be cut into old pieces, which the table does not know any more."""
    pieces = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "cat", "##s")
    (tmp_path / "pieces.txt").write_bytes(lines(*pieces))
    vocabulary = Vocabulary.from_file("pieces", tmp_path / "pieces.txt", allow=["special-token"])
    text = keras.Input((), dtype="string", name="text")
    ids = BertTokenizer(vocabulary=vocabulary, kernel=kernel, sequence_length=8)(text)
    model = lexport.save(keras.Model(text, {"ids": ids}), tmp_path / "model")
    path = new(*pieces[:5], "dog", "##s")
    if kernel == "fast":
        assert "cuts text by an automaton" in refusal(model, ("pieces", path))
        return
    assert planned(model, path, "pieces").edits.all
    unknown_first = new("[UNK]", "[PAD]", *pieces[2:], name="moved.txt")
    assert "'[UNK]' stood on line 2" in refusal(model, ("pieces", unknown_first))
