"""A vocabulary that is replaced in one place is not left behind in another one unseen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from lexport.doctor.subject import read_subject
from lexport.errors import VocabularyError
from lexport.surgery.replacement.old_terms import find_old_terms
from lexport.surgery.replacement.plan import plan_replacement
from tests.surgery.replacement.replaceable_models import NUMBER, WHOLE, WORDS, initializer, lines, saved

NEW = ("the", "of", "Katze", "dog")


def _model(folder: Path, serve: Callable[[Any, Any], dict[str, Any]], **tables: Any) -> Path:
    (folder / "words.txt").write_bytes(lines(*WORDS))
    words = tf.lookup.StaticHashTable(initializer(folder / "words.txt"), -1)
    return saved(folder / "model", serve, words=words, **tables)


def _left(model: Path, *terms: str, name: str = "words") -> list[tuple[str, tuple[bytes, ...], bool]]:
    file = model.parent / "new.txt"
    file.write_bytes(lines(*terms))
    plan = plan_replacement(model, [(name, file)])
    return [(one.where, one.terms, one.copy) for one in find_old_terms(plan.subject, plan.replacements[name])]


def test_a_copy_of_the_vocabulary_in_the_graph_is_refused(tmp_path: Path) -> None:
    """Words to ids by a file and back by a list: the new word would be answered by the old one."""
    ids = tf.range(len(WORDS), dtype=tf.int64)
    back = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(ids, tf.constant(WORDS)), "?")
    model = _model(tmp_path, lambda module, word: {"again": module.back.lookup(module.words.lookup(word))}, back=back)
    with pytest.raises(VocabularyError, match=r"holds the same terms, and would keep the 1 old one\."):
        _left(model, *NEW)


def test_single_terms_elsewhere_are_told(tmp_path: Path) -> None:
    """A model may compare with a word, and nobody can tell whether it means the term of that id."""
    model = _model(tmp_path, lambda module, word: {"id": module.words.lookup(word), "is_cat": tf.equal(word, "cat")})
    [(where, terms, copy)] = _left(model, *NEW)
    assert "Const" in where
    assert (terms, copy) == ((b"cat",), False)
    assert not _left(model, "the", "of", "cat", "Hund")


def test_another_file_of_the_same_bytes_is_told(tmp_path: Path) -> None:
    """Files of two features may be alike by chance, so each is replaced by its name."""
    (tmp_path / "other.txt").write_bytes(lines(*WORDS))
    other = tf.lookup.StaticHashTable(initializer(tmp_path / "other.txt"), -1)
    model = _model(
        tmp_path, lambda module, word: {"id": module.words.lookup(word) + module.other.lookup(word)}, other=other
    )
    assert _left(model, *NEW) == [("assets/other.txt", (b"cat",), False)]


def test_the_numbers_of_a_graph_are_no_terms(tmp_path: Path) -> None:
    """Of integers only those of tables are looked at; 1 and 2 stand in every graph."""
    (tmp_path / "years.txt").write_bytes(b"1\n2\n")
    years = tf.lookup.StaticHashTable(
        tf.lookup.TextFileInitializer(str(tmp_path / "years.txt"), tf.int64, WHOLE, tf.int64, NUMBER), -1
    )
    model = _model(
        tmp_path,
        lambda module, word: {"id": module.years.lookup(tf.cast(tf.strings.length(word), tf.int64) + 2)},
        years=years,
    )
    assert read_subject(model).inventory.tables
    assert not _left(model, "7", "2", name="years")
