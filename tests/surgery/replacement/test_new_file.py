"""The new file is one that has an end, and fits into memory."""

import os
from pathlib import Path

import pytest

from lexport.errors import VocabularyError
from lexport.surgery.replacement.plan import plan_replacement
from lexport.surgery.replacement.target import LARGEST
from tests.surgery.replacement.session_models import session_model


def refusal(folder: Path, path: Path) -> str:
    """Gives why a file is not read."""
    with pytest.raises(VocabularyError) as raised:
        plan_replacement(session_model(folder / "model"), [("words", path)])
    return str(raised.value)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    """Nobody may ever write to it."""
    os.mkfifo(tmp_path / "pipe")
    told = refusal(tmp_path, tmp_path / "pipe")
    assert f"words: cannot read vocabulary 'words' from {tmp_path}/pipe: it is not a regular file" in told


def test_a_device_without_end_is_refused(tmp_path: Path) -> None:
    """It would fill the memory."""
    assert "it is not a regular file" in refusal(tmp_path, Path("/dev/zero"))


def test_a_file_that_is_larger_than_memory_is_refused(tmp_path: Path) -> None:
    """Before any of it is read."""
    with (tmp_path / "new.txt").open("wb") as file:
        file.truncate(LARGEST + 1)
    assert "it has 1,073,741,825 bytes; at most 1,073,741,824 are read" in refusal(tmp_path, tmp_path / "new.txt")
