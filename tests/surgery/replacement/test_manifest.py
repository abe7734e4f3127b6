"""What describes a replaced SavedModel: its name is known before anybody is asked, and a full disk is told as one."""

from pathlib import Path

import pytest

from lexport.errors import AssetError, PublishError
from lexport.run.places import BASELINE
from lexport.surgery.replacement.manifest import export_name, write_answers
from lexport.surgery.replacement.plan import ReplacementPlan, plan_replacement
from lexport.verify import Baseline, Case
from tests.surgery.replacement.session_models import session_model

ANSWERS = Baseline((Case("examples", "serving_default", {"word": ["the"]}, {"find": [0]}),))


def planned(model: Path) -> ReplacementPlan:
    """Plans to exchange a word."""
    new = model.parent / "new.txt"
    new.write_bytes(b"the\nof\nKatze\ndog\n")
    return plan_replacement(model, [("words", new)])


@pytest.mark.parametrize("folder", ["topics", "topics/7"])
def test_an_export_is_named_after_its_directory_or_that_of_the_versions(folder: str, tmp_path: Path) -> None:
    """Also where the directory is reached by a link, or is given as a way upwards."""
    model = session_model(tmp_path / folder)
    (tmp_path / "a link").symlink_to(model)
    plan = planned(model)
    assert export_name(plan) == "topics"
    for way in (model / "assets" / "..", tmp_path / "a link"):
        assert export_name(ReplacementPlan(way, plan.subject, None, {}, plan.edits)) == "topics"


def test_a_directory_that_names_no_export_is_told(tmp_path: Path) -> None:
    """With what may stand in a name."""
    with pytest.raises(AssetError, match=r"received 'my model'\. Rename the directory"):
        export_name(planned(session_model(tmp_path / "my model")))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """Whatever was written before fitted."""
    (tmp_path / BASELINE).parent.mkdir(parents=True)
    (tmp_path / BASELINE).symlink_to("/dev/full")
    with pytest.raises(PublishError, match=r"cannot write .*: No space left on device\. Nothing is published"):
        write_answers(tmp_path, ANSWERS, 1 << 20)


def test_answers_travel_with_the_export(tmp_path: Path) -> None:
    """In the folder that lexport has there."""
    write_answers(tmp_path, ANSWERS, 1 << 20)
    assert Baseline.read(tmp_path / BASELINE).signatures == ("serving_default",)
