"""Tables of one name are renamed as far as their content is replaced, and refused where nobody can tell."""

from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from lexport.errors import VocabularyError
from lexport.surgery.replacement.plan import plan_replacement
from lexport.tfformats.protos import parse_message
from tests.surgery.replacement.replaceable_models import NUMBER, WHOLE, WORDS, lines, saved


class Named(tf.lookup.TextFileInitializer):
    """A table whose name tells its content, as those of lexport, and not its file."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), tf.string, WHOLE, tf.int64, NUMBER)

    @property
    def _shared_name(self) -> str:
        return "words of the training"


@pytest.fixture
def twins(tmp_path: Path) -> Path:
    """A SavedModel with two files of one content, and two tables of one name."""
    for name in ("first", "second"):
        (tmp_path / f"{name}.txt").write_bytes(lines(*WORDS))
    tables = {name: tf.lookup.StaticHashTable(Named(tmp_path / f"{name}.txt"), -1) for name in ("first", "second")}

    def serve(module: Any, word: Any) -> dict[str, Any]:
        return {"one": module.first.lookup(word), "two": module.second.lookup(word)}

    return saved(tmp_path / "model", serve, **tables)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """The words with one exchanged."""
    (tmp_path / "new.txt").write_bytes(lines("the", "of", "Katze", "dog"))
    return tmp_path / "new.txt"


def tables_of(saved_model: Any) -> list[Any]:
    """The nodes of the graph itself that make tables."""
    return [node for node in saved_model.meta_graphs[0].graph_def.node if node.op == "HashTableV2"]


def test_only_the_tables_of_the_replaced_file_are_renamed(twins: Path, new: Path) -> None:
    """The node of the graph and that of the function by which the object makes it; the twin keeps its name."""
    plan = plan_replacement(twins, [("first", new)])
    assert len(plan.edits.all) == 2
    both = plan_replacement(twins, [("first", new), ("second", new)])
    assert len(both.edits.all) == 4
    assert len({edit.new for edit in both.edits.all}) == 1


def test_twins_with_different_new_files_part(twins: Path, new: Path, tmp_path: Path) -> None:
    """Each table is named after its own content."""
    (tmp_path / "other.txt").write_bytes(lines("the", "of", "cat", "Hund"))
    plan = plan_replacement(twins, [("first", new), ("second", tmp_path / "other.txt")])
    assert len({edit.new for edit in plan.edits.all}) == 2


def test_a_node_that_both_fill_cannot_be_told_apart(twins: Path, new: Path) -> None:
    """A session would have one table, and its content would be that of whoever comes first."""
    saved_model = parse_message("SavedModel", (twins / "saved_model.pb").read_bytes())
    kept, dropped = (node.name for node in tables_of(saved_model))
    for node in saved_model.meta_graphs[0].graph_def.node:
        for index, name in enumerate(node.input):
            if name == dropped:
                node.input[index] = kept
    (twins / "saved_model.pb").write_bytes(saved_model.SerializeToString())

    with pytest.raises(VocabularyError, match="shares its table with another vocabulary of the same content"):
        plan_replacement(twins, [("first", new)])
    assert plan_replacement(twins, [("first", new), ("second", new)]).edits.all
