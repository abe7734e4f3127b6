"""A vocabulary of a SavedModel is read only where it fits into memory."""

from pathlib import Path

from lexport.doctor.subject import read_subject
from lexport.surgery.replacement.target import LARGEST, Target, read_target
from tests.surgery.replacement.session_models import INT64, session_model


def test_an_asset_that_is_larger_than_memory_is_not_read(tmp_path: Path) -> None:
    """A hole in a file is one line without an end."""
    model = session_model(tmp_path / "model")
    with (model / "assets" / "words.txt").open("r+b") as file:
        file.truncate(LARGEST + 1)
    found = read_target(read_subject(model), None, "words", "words.txt")
    assert isinstance(found, list)
    [problem] = found
    assert problem.message == "the asset 'words.txt' has 1,073,741,825 bytes; at most 1,073,741,824 are read"


def test_a_number_without_end_is_a_term_like_any_other(tmp_path: Path) -> None:
    """Python makes no integer of so many digits; the table that would be filled by it is another matter."""
    model = session_model(tmp_path / "model", dtype=INT64)
    (model / "assets" / "words.txt").write_bytes(b"007\n" + b"1" * 5000 + b"\n")
    found = read_target(read_subject(model), None, "words", "words.txt")
    assert isinstance(found, Target)
    assert found.terms == (b"7", b"1" * 5000)
