"""What is known to fail is told before a copy is written or another process is asked."""

import os
from pathlib import Path

import pytest

from lexport.errors import AssetError, LexportError, PublishError, SignatureError
from lexport.run.announcer import SilentAnnouncer
from lexport.surgery.replacement.replace_vocabularies import replace_vocabularies
from tests.surgery.replacement.session_models import session_model


class Listening(SilentAnnouncer):
    """Notes how far it came."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def step(self, text: str) -> None:
        """Takes a step's name."""
        self.steps.append(text)


def refusal(model: Path, expected: type[LexportError], examples: Path | None = None) -> str:
    """Gives why a word is not exchanged, and sees that nothing was written for it."""
    new, out = model.parent / "new.txt", model.parent / "out"
    new.write_bytes(b"the\nof\nKatze\ndog\n")
    listening = Listening()
    with pytest.raises(expected) as raised:
        replace_vocabularies(model, [("words", new)], out, examples=examples, announcer=listening)
    assert listening.steps == ["reading the SavedModel and the new vocabularies"]
    assert not out.exists()
    return str(raised.value)


def test_a_name_that_no_export_can_have(tmp_path: Path) -> None:
    """The manifest would have to hold it."""
    assert "received 'my model'" in refusal(session_model(tmp_path / "my model"), AssetError)


def test_copies_that_do_not_fit_onto_the_disk(tmp_path: Path) -> None:
    """A hole in a file is copied as zeros."""
    model = session_model(tmp_path / "model")
    (model / "assets.extra").mkdir()
    with (model / "assets.extra" / "large").open("wb") as file:
        file.truncate(1 << 42)
    assert "the copies do not fit onto the disk" in refusal(model, PublishError)


def test_examples_that_are_a_pipe(tmp_path: Path) -> None:
    """Nobody may ever write to it."""
    os.mkfifo(tmp_path / "pipe")
    assert "is not a regular file" in refusal(session_model(tmp_path / "model"), SignatureError, tmp_path / "pipe")
