"""A vocabulary is replaced for good: verified in other processes, published as a whole, and nothing else is changed."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

import lexport
from lexport import Vocabulary
from lexport.errors import AssetError, PublishError, VerificationError, VocabularyError
from lexport.layers import StringLookup
from lexport.publish import VocabularyEntry, read_manifest, write_manifest
from lexport.run.announcer import SilentAnnouncer
from lexport.run.load import load
from lexport.run.verify_directory import verify_directory
from lexport.savedmodel import read_inventory
from lexport.savedmodel.digest import read_digest
from lexport.serving.families.examples import ExamplesSignature
from lexport.surgery.replacement.replace_vocabularies import replace_vocabularies
from lexport.surgery.replacement.report import ReplacementReport
from lexport.verify import Baseline
from tests.surgery.replacement.replaceable_models import (
    EXAMPLES,
    LABELS,
    WORDS,
    exported,
    initializer,
    keras_export,
    labelled,
    lines,
    of_sessions,
    plain,
    saved,
)

pytestmark = pytest.mark.slow

NEW_LABELS = ("rot", "green", "blau")
NEW_WORDS = ("the", "of", "Katze", "dog")


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a model with one version."""
    return exported(tmp_path_factory.mktemp("exports") / "labelled").parent


@pytest.fixture(scope="module")
def relabelled(exports: Path) -> ReplacementReport:
    """A second version with other labels."""
    return replaced(exports / "1", exports, labels=NEW_LABELS, version=2)


def replaced(
    model: Path, out: Path, version: int | None = None, examples: Path | None = None, **vocabularies: tuple[str, ...]
) -> ReplacementReport:
    """Replaces vocabularies by these terms."""
    given = []
    for name, terms in vocabularies.items():
        file = out.parent / f"new {name}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(lines(*terms))
        given.append((name, file))
    return replace_vocabularies(model, given, out, version=version, examples=examples)


def ask(model: Path, *words: str) -> dict[str, Any]:
    """Asks a SavedModel in this process, which holds tables of the other versions as well."""
    answers = load(model).signatures["serving_default"](word=tf.constant(words))
    return {name: value.numpy().tolist() for name, value in answers.items()}


def test_a_label_is_exchanged_where_it_stood(exports: Path, relabelled: ReplacementReport) -> None:
    """Ids and scores are those of before, also in a process that has served the old version."""
    words = ("the", "of", "cat", "dog", "nobody")
    before, after = ask(exports / "1", *words), ask(relabelled.path, *words)
    exchange = dict(zip(map(str.encode, LABELS), map(str.encode, NEW_LABELS), strict=True))
    assert after["label"] == [exchange[label] for label in before["label"]]
    assert (after["id"], after["score"]) == (before["id"], before["score"])
    assert ask(exports / "1", *words) == before


def test_all_answers_are_compared_where_no_id_changes(relabelled: ReplacementReport) -> None:
    """Of labels every request tells: it must be answered as before, or with the new term of the same id."""
    kept = relabelled.kept
    assert kept.same + kept.exchanged + kept.raised == relabelled.answers.same + len(relabelled.answers.faults)
    assert kept.exchanged > 0
    assert str(relabelled.changes["labels"]) == "1 kept, 2 exchanged, 0 added, 0 removed, 0 moved"


def test_the_digest_is_that_of_an_export_made_from_scratch(relabelled: ReplacementReport, tmp_path: Path) -> None:
    """The same weights with the same vocabularies are the same SavedModel, whoever wrote it."""
    scratch = exported(tmp_path / "scratch", labels=NEW_LABELS)
    assert read_digest(scratch).sha256 == read_digest(relabelled.path).sha256
    assert read_manifest(relabelled.path).canonical_digest == read_digest(scratch).sha256


def test_what_is_published_is_an_ordinary_export(exports: Path, relabelled: ReplacementReport) -> None:
    """It verifies again, its manifest tells the new vocabulary and what it came from, and it can be loaded."""
    assert verify_directory(relabelled.path).passed
    old, new = read_manifest(exports / "1"), read_manifest(relabelled.path)
    assert new.vocabularies["words"] == old.vocabularies["words"]
    digest = Vocabulary.from_terms("labels", NEW_LABELS).digest
    assert new.vocabularies["labels"] == VocabularyEntry("assets/labels.txt", digest, 3, "string")
    assert (new.name, new.config_sha256, new.assets) == (old.name, old.config_sha256, old.assets)
    assert new.verification is not None
    assert new.verification["replaced"] == {
        "canonical_digest": old.canonical_digest,
        "vocabularies": {"labels": old.vocabularies["labels"].sha256},
    }
    assert load(relabelled.path).vocabularies["labels"].terms == NEW_LABELS


def test_no_other_file_is_changed(exports: Path, relabelled: ReplacementReport) -> None:
    """Weights, the other vocabulary and the requests for a server to warm up with are the old ones, byte for byte."""
    old, new = (read_manifest(path).files for path in (exports / "1", relabelled.path))
    assert {path for path in old if old[path] != new.get(path)} == {
        "assets/labels.txt",
        "assets.extra/lexport/baseline.npz",
        "fingerprint.pb",
        "saved_model.pb",
    }
    assert old.keys() == new.keys()


def test_the_graph_names_the_new_content_alone(exports: Path, relabelled: ReplacementReport) -> None:
    """Tables of one name would be shared by the versions that a server holds."""
    old, new = (read_manifest(path).vocabularies["labels"].sha256 for path in (exports / "1", relabelled.path))
    graph = (relabelled.path / "saved_model.pb").read_bytes()
    assert old.encode() not in graph
    assert new.encode() in graph


def test_words_are_exchanged_and_kept_ones_answered_as_before(exports: Path, tmp_path: Path) -> None:
    """The new word has the row of the old one; the old one is unknown now."""
    report = replaced(exports / "1", tmp_path / "out", words=NEW_WORDS)
    before, after = ask(exports / "1", "the", "cat", "nobody"), ask(report.path, "the", "Katze", "cat")
    assert (after["id"], after["score"]) == (before["id"], before["score"])
    assert report.kept.same > 0
    assert report.answers.faults


def test_a_new_term_that_a_layer_never_looks_up_is_told(tmp_path: Path) -> None:
    """The model lowers its text: `Katze` is a line of the file, and nothing that anybody sends is that line."""
    (tmp_path / "words.txt").write_bytes(lines(*WORDS))
    table = tf.lookup.StaticHashTable(initializer(tmp_path / "words.txt"), -1)
    model = saved(
        tmp_path / "model",
        lambda module, word: {"id": module.words.lookup(tf.strings.lower(word))},
        words=table,
    )
    assert replaced(model, tmp_path / "a", words=("the", "of", "katze", "dog")).unlike == {}
    assert replaced(model, tmp_path / "b", words=NEW_WORDS).unlike == {"words": (b"Katze",)}


def test_a_new_term_with_a_new_label_is_as_the_old_ones(exports: Path, tmp_path: Path) -> None:
    """Words and labels are replaced together: the label that comes out is another one, of the same class."""
    report = replaced(exports / "1", tmp_path / "out", words=NEW_WORDS, labels=NEW_LABELS)
    assert report.unlike == {}
    before, after = ask(exports / "1", "cat"), ask(report.path, "Katze")
    assert (after["id"], after["score"]) == (before["id"], before["score"])


def test_a_replaced_export_can_be_replaced_again(relabelled: ReplacementReport, tmp_path: Path) -> None:
    """Its requests are those of before with those of the last vocabulary; they do not pile up."""
    again = replaced(relabelled.path, tmp_path / "out", labels=LABELS)
    third = replaced(again.path, tmp_path / "out", labels=NEW_LABELS)
    assert len(cases(third.path)) == len(cases(again.path))
    assert read_digest(third.path).sha256 == read_digest(relabelled.path).sha256


def test_words_are_appended_within_the_rows_of_the_embedding(exports: Path, tmp_path: Path) -> None:
    """They get the rows that were to spare, and all others what they had."""
    report = replaced(exports / "1", tmp_path / "out", words=(*WORDS, "emu"))
    before, after = ask(exports / "1", *WORDS, "emu"), ask(report.path, *WORDS, "emu")
    assert after["id"] == [*before["id"][:4], 5]
    assert after["score"][:4] == before["score"][:4]
    assert read_manifest(report.path).vocabularies["words"].terms == 5


def test_one_of_two_vocabularies_of_the_same_content_is_replaced(tmp_path: Path) -> None:
    """Their tables had one name, and so were one; they are told apart by who fills them."""
    first, second = (keras.Input((), dtype="string", name=name) for name in ("first", "second"))
    ids = {
        f"{name} id": StringLookup(vocabulary=Vocabulary.from_terms(name, WORDS))(one)
        for name, one in (("one", first), ("two", second))
    }
    examples = [{"first": "cat", "second": "dog"}]
    model = lexport.export(keras.Model([first, second], ids), tmp_path / "twins", examples=examples).path
    report = replaced(model, tmp_path / "twins", one=NEW_WORDS)
    answers = load(report.path).signatures["serving_default"](first=tf.constant(["cat"]), second=tf.constant(["cat"]))
    assert {name: value.numpy().tolist() for name, value in answers.items()} == {"one id": [0], "two id": [3]}


def test_a_savedmodel_of_plain_tensorflow_becomes_an_export(tmp_path: Path) -> None:
    """It leaks the path of its vocabulary until then; what is published leaks none and can be verified again."""
    model = plain(tmp_path, vocab_size=4)
    report = replaced(model, tmp_path / "out", words=(*WORDS, "emu"))
    assert ask(report.path, "emu", "cat") == {"row": [[10.0, 11.0], [6.0, 7.0]]}
    assert read_manifest(report.path).vocabularies["words"].terms == 5
    assert [table.shared_name[:8] for table in read_inventory(report.path).tables] == ["lexport_"]
    assert verify_directory(report.path).passed
    assert replaced(model, tmp_path / "out", words=NEW_WORDS).version > report.version


def test_one_of_two_vocabularies_of_a_keras_export_is_replaced(tmp_path: Path) -> None:
    """The other one is asked for, too, and its table loses the name of its path."""
    model = keras_export(tmp_path)
    report = replaced(model, tmp_path / "out", labels=NEW_LABELS)
    assert str(tmp_path).encode() not in (report.path / "saved_model.pb").read_bytes()
    reached = {one.name: one for one in report.verification.checks}["probes:tables-reached"]
    assert "2 of 2 tables" in reached.detail
    before = tf.saved_model.load(str(model)).signatures["serving_default"](word=tf.constant(["cat", "nobody"]))
    after = ask(report.path, "cat", "nobody")
    names = dict(zip(LABELS, NEW_LABELS, strict=True))
    assert after["id"] == before["id"].numpy().tolist()
    assert [one.decode() for one in after["label"]] == [names[one.decode()] for one in before["label"].numpy().tolist()]


def test_a_table_that_no_probe_reaches_takes_examples(tmp_path: Path) -> None:
    """The model asks one of its tables for what no term of it is; only rows of the user's find anything there."""
    (tmp_path / "words.txt").write_bytes(lines(*WORDS))
    (tmp_path / "calls.txt").write_bytes(lines("hello!", "bye!"))
    tables = {name: tf.lookup.StaticHashTable(initializer(tmp_path / f"{name}.txt"), -1) for name in ("words", "calls")}
    model = saved(
        tmp_path / "model",
        lambda module, word: {
            "id": module.words.lookup(word),
            "call": module.calls.lookup(tf.strings.join([word, "!"])),
        },
        **tables,
    )
    with pytest.raises(VerificationError, match=r"calls\.txt"):
        replaced(model, tmp_path / "out", words=NEW_WORDS)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())
    (tmp_path / "rows.jsonl").write_text('{"word": "hello"}\n{"word": "the"}\n')
    report = replaced(model, tmp_path / "out", examples=tmp_path / "rows.jsonl", words=NEW_WORDS)
    assert ask(report.path, "hello", "Katze") == {"id": [-1, 2], "call": [0, -1]}
    again = replaced(report.path, tmp_path / "out", words=WORDS)
    assert ask(again.path, "hello", "cat") == {"id": [-1, 2], "call": [0, -1]}


def test_one_file_of_two_tables_is_new_for_both(tmp_path: Path) -> None:
    """Words to ids, and back: both take the new terms."""
    (tmp_path / "words.txt").write_bytes(lines(*WORDS))
    whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    back = tf.lookup.TextFileInitializer(str(tmp_path / "words.txt"), tf.int64, number, tf.string, whole)
    model = saved(
        tmp_path / "model",
        lambda module, word: {"again": module.terms.lookup(module.ids.lookup(word))},
        ids=tf.lookup.StaticHashTable(initializer(tmp_path / "words.txt"), -1),
        terms=tf.lookup.StaticHashTable(back, "?"),
    )
    report = replaced(model, tmp_path / "out", words=NEW_WORDS)
    assert ask(report.path, "Katze", "cat", "dog")["again"] == [b"Katze", b"?", b"dog"]
    assert [place.op for place in report.readers["words"]] == ["LookupTableFindV2"] * 2
    assert not report.left


def test_another_answer_to_a_kept_term_publishes_nothing(tmp_path: Path) -> None:
    """The model asks for the plural: the term is kept, and its answer is not."""
    (tmp_path / "words.txt").write_bytes(lines("cat", "cats", "dog"))
    table = tf.lookup.StaticHashTable(initializer(tmp_path / "words.txt"), -1)

    def serve(module: Any, word: Any) -> dict[str, Any]:
        return {"id": module.words.lookup(word), "plural": module.words.lookup(word + "s")}

    model = saved(tmp_path / "model", serve, words=table)
    with pytest.raises(VerificationError) as raised:
        replaced(model, tmp_path / "out", words=("cat", "Katzen", "dog"))
    assert [problem.where for problem in raised.value.problems] == ["replace:kept-terms"]
    assert "received -1, the original gave 1" in raised.value.problems[0].message
    assert not (tmp_path / "out").exists()


def test_a_path_that_leaks_elsewhere_publishes_nothing(tmp_path: Path) -> None:
    """What is published holds to all checks of an export, and TensorFlow was not given it before."""
    model = saved(
        tmp_path / "model",
        lambda module, word: {"id": module.words.lookup(word), "from": tf.fill(tf.shape(word), str(tmp_path))},
        words=tf.lookup.StaticHashTable(initializer(_words(tmp_path)), -1),
    )
    with pytest.raises(VerificationError, match="no-absolute-path"):
        replaced(model, tmp_path / "out", words=NEW_WORDS)
    assert not (tmp_path / "out").exists()


def test_an_op_that_reads_files_is_refused_before_it_is_served(tmp_path: Path) -> None:
    """Whoever made the SavedModel is not trusted."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    model = saved(
        tmp_path / "model",
        lambda module, word: {"id": module.words.lookup(word), "leak": tf.io.read_file(str(secret))},
        words=tf.lookup.StaticHashTable(initializer(_words(tmp_path)), -1),
    )
    with pytest.raises(AssetError, match="TensorFlow was not given it"):
        replaced(model, tmp_path / "out", words=NEW_WORDS)
    assert not (tmp_path / "out").exists()


def test_a_changed_export_is_refused(exports: Path, tmp_path: Path) -> None:
    """The old terms would be others than those of the training."""
    shutil.copytree(exports / "1", tmp_path / "1")
    (tmp_path / "1" / "assets" / "labels.txt").write_bytes(lines("green", "red", "blue"))
    with pytest.raises(AssetError, match="is not what its manifest says"):
        replaced(tmp_path / "1", tmp_path / "out", labels=NEW_LABELS)


def test_a_name_that_tells_another_content_is_refused(exports: Path, tmp_path: Path) -> None:
    """Without a manifest the graph itself tells what its tables were filled with."""
    shutil.copytree(exports / "1", tmp_path / "1", ignore=shutil.ignore_patterns("lexport"))
    (tmp_path / "1" / "assets" / "labels.txt").write_bytes(lines("purple", "green", "blue"))
    with pytest.raises(AssetError, match="content-named"):
        replaced(tmp_path / "1", tmp_path / "out", labels=NEW_LABELS)


def test_names_of_one_file_are_replaced_together(exports: Path, tmp_path: Path) -> None:
    """Nothing is replaced without having been named."""
    model = tmp_path / "1"
    shutil.copytree(exports / "1", model)
    manifest = read_manifest(model)
    both = {**manifest.vocabularies, "colours": manifest.vocabularies["labels"]}
    write_manifest(model, replace(manifest, vocabularies=both))
    with pytest.raises(VocabularyError, match="is that of 'colours' as well"):
        replaced(model, tmp_path / "out", labels=NEW_LABELS)
    with pytest.raises(VocabularyError, match="and the new files differ"):
        replaced(model, tmp_path / "out", labels=NEW_LABELS, colours=("r", "g", "b"))
    report = replaced(model, tmp_path / "out", labels=NEW_LABELS, colours=NEW_LABELS)
    entries = read_manifest(report.path).vocabularies
    assert entries["labels"] == entries["colours"] != both["labels"]


def test_a_warm_up_request_that_is_not_answered_any_more_publishes_nothing(tmp_path: Path) -> None:
    """No server would load it."""
    word = keras.Input((), dtype="string", name="word")
    strict = StringLookup(vocabulary=Vocabulary.from_terms("words", WORDS), num_oov_indices=0)
    examples = [{"word": "cat"}, {"word": "the"}]
    model = keras.Model(word, {"id": strict(word)})
    path = lexport.export(model, tmp_path / "strict", examples=examples, warmup=lexport.Warmup(1)).path
    with pytest.raises(VerificationError) as raised:
        replaced(path, tmp_path / "out", words=NEW_WORDS)
    assert [problem.where for problem in raised.value.problems] == ["warmup:records"]
    assert not (tmp_path / "out").exists()


def test_the_original_is_no_place_for_versions(exports: Path, tmp_path: Path) -> None:
    """It stays as it is, also where it is named by a link."""
    (tmp_path / "link").symlink_to(exports / "1")
    before = sorted((exports / "1").rglob("*"))
    for out in (exports / "1", exports / "1" / "assets", tmp_path / "link" / "versions"):
        with pytest.raises(PublishError, match="which stays as it is"):
            replaced(exports / "1", out, labels=NEW_LABELS)
    (exports / "1" / "new labels.txt").unlink()
    assert sorted((exports / "1").rglob("*")) == before


def test_a_version_that_exists_is_refused(exports: Path, relabelled: ReplacementReport) -> None:
    """And stays as it is."""
    with pytest.raises(PublishError):
        replaced(exports / "1", exports, labels=("r", "g", "b"), version=relabelled.version)
    assert verify_directory(relabelled.path).checks


@pytest.mark.parametrize("at", ["writing the copy", "asking", "publishing"])
def test_an_interrupted_replacement_leaves_nothing(
    at: str, exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a version, nor a directory that was made for it, nor anything in the temporary place."""

    class Interrupting(SilentAnnouncer):
        def step(self, text: str) -> None:
            if text.startswith(at):
                raise KeyboardInterrupt

    (tmp_path / "new.txt").write_bytes(lines(*NEW_LABELS))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    given = [("labels", tmp_path / "new.txt")]
    with pytest.raises(KeyboardInterrupt):
        replace_vocabularies(exports / "1", given, tmp_path / "out" / "model", announcer=Interrupting())
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["new.txt", "temporary"]


def _words(folder: Path) -> Path:
    (folder / "words.txt").write_bytes(lines(*WORDS))
    return folder / "words.txt"


def cases(export: Path) -> list[str]:
    """The names of the requests that travel with an export."""
    return sorted(case.name for case in Baseline.read(export / "assets.extra" / "lexport" / "baseline.npz").cases)


def test_terms_are_asked_within_serialized_examples(tmp_path: Path) -> None:
    """Where clients send `tf.Example`s a bare term is no request: kept and new terms are put into an old one."""
    served = {"serving_default": ExamplesSignature({"word": ("string", (None,))})}
    model = lexport.export(labelled(), tmp_path / "out", examples=EXAMPLES, signatures=served).path
    report = replaced(model, tmp_path / "out", words=("Die", "von", "Katze", "dog"))
    assert report.kept.same == 1
    kept = [check.detail for check in report.verification.checks if check.name == "replace:kept-terms"]
    assert kept[0].startswith("1 request with 1 kept terms or ids: 1 answered as before")
    assert "probes/examples/new words in examples" in cases(report.path)


def test_a_model_of_tensorflow_1_is_published_without_the_path_of_its_training(tmp_path: Path) -> None:
    """It keeps the path of a vocabulary in a constant, which loaders replace while they fill the table."""
    model = of_sessions(tmp_path / "trained")
    trained = str(tmp_path / "trained").encode()
    assert trained in (model / "saved_model.pb").read_bytes()
    report = replaced(model, tmp_path / "out" / "served", words=NEW_WORDS)
    assert report.verification.passed
    assert trained not in (report.path / "saved_model.pb").read_bytes()
    assert ask(report.path, "dog", "Katze", "cat")["row"] == [3, 2, -1]
