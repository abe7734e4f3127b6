"""The paths of the training that TensorFlow 1 leaves in a graph are gone with the old vocabulary."""

from pathlib import Path

import pytest

from lexport.errors import VocabularyError
from lexport.surgery.replacement.copies import write_replaced_copy
from lexport.surgery.replacement.graph_edits import AttributeEdit, ConstantEdit
from lexport.surgery.replacement.plan import ReplacementPlan, plan_replacement
from tests.surgery.replacement.session_models import session_model


def planned(model: Path) -> ReplacementPlan:
    """Plans to exchange a word."""
    new = model.parent / "new.txt"
    new.write_bytes(b"the\nof\nKatze\ndog\n")
    return plan_replacement(model, [("words", new)])


def test_a_path_that_loaders_replace_becomes_the_name_of_the_asset(tmp_path: Path) -> None:
    """TensorFlow 1 keeps it as the value of the constant to which an asset is fed."""
    plan = planned(session_model(tmp_path / "model"))
    table, constant = plan.edits.names
    assert isinstance(table, AttributeEdit)
    assert constant == ConstantEdit(0, "path", b"/home/ann/words.txt", b"words.txt")
    (tmp_path / "copy").mkdir()
    write_replaced_copy(plan, tmp_path / "copy")
    assert b"/home/ann" in (tmp_path / "model" / "saved_model.pb").read_bytes()
    assert b"/home/ann" not in (tmp_path / "copy" / "saved_model.pb").read_bytes()


def test_a_name_stays(tmp_path: Path) -> None:
    """It tells nothing of the machine."""
    assert [type(one) for one in planned(session_model(tmp_path / "model", path="words.txt")).edits.all] == [
        AttributeEdit
    ]


def test_several_meta_graphs_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    """A loader serves one of them, so that nothing would be known of the others."""
    model = session_model(tmp_path / "model", tags=("serve", "gpu"))
    with pytest.raises(
        VocabularyError, match=r"must have one meta graph.* received 2, of the tags \(serve\) and \(gpu"
    ):
        planned(model)
