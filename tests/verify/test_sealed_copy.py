"""What a candidate gets is what was checked, and nothing besides."""

from pathlib import Path

import pytest

from lexport.errors import VerificationError
from lexport.verify.sealed_copy import copy_export


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A directory with an asset, a link and the files of lexport."""
    folder = tmp_path / "export"
    for path in ("assets/words.txt", "assets.extra/tf_serving_warmup_requests", "assets.extra/lexport/baseline.npz"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("the\n")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    return folder


def test_the_answers_are_not_copied(export: Path, tmp_path: Path) -> None:
    """A candidate could give them back; links stay links, and are not followed."""
    copy_export(export, tmp_path / "copy", {})
    files = sorted(path.relative_to(tmp_path / "copy").as_posix() for path in (tmp_path / "copy").rglob("*"))
    assert files == ["assets", "assets.extra", "assets.extra/tf_serving_warmup_requests", "assets/words.txt", "link"]
    assert (tmp_path / "copy" / "link").readlink() == tmp_path / "elsewhere"


def test_an_asset_that_was_changed_after_its_check_is_found(export: Path, tmp_path: Path) -> None:
    """Between the static checks and the replay, the bytes are read a second time."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(VerificationError, match="was changed while it was verified") as raised:
        copy_export(export, tmp_path / "empty", {"assets/words.txt": "0" * 64})
    assert [problem.where for problem in raised.value.problems] == ["assets/words.txt"]
