"""A file that the user named is read whole, or refused at once: nothing is waited for, and nothing fills the memory."""

import os
from pathlib import Path

import pytest

from lexport.verify.given_file import check_given_file, read_given_file


def reason(path: Path | str, largest: int = 1 << 30) -> str:
    """Gives why a file is refused, which must not depend on whether it is to be read."""
    with pytest.raises(OSError) as read:
        read_given_file(path, largest)
    with pytest.raises(OSError) as checked:
        check_given_file(path, largest)
    assert read.value.strerror == checked.value.strerror
    return str(read.value.strerror)


@pytest.mark.parametrize("size", [0, 5, (1 << 20) + 1])
def test_a_file_is_read_whole(size: int, tmp_path: Path) -> None:
    """Also where it has just as many bytes as it may have, and through a link, which the user named."""
    (tmp_path / "file").write_bytes(b"x" * size)
    (tmp_path / "link").symlink_to("file")
    assert read_given_file(tmp_path / "link", size) == b"x" * size
    check_given_file(tmp_path / "link", size)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Nobody may ever write to it."""
    os.mkfifo(tmp_path / "pipe")
    assert "it is not a regular file but a pipe, a device or the like" in reason(tmp_path / "pipe")


def test_a_device_is_not_read() -> None:
    """Some give bytes for ever."""
    assert "it is not a regular file" in reason("/dev/zero")


def test_a_file_that_is_larger_than_memory_is_not_read(tmp_path: Path) -> None:
    """A hole of a terabyte takes no place on the disk."""
    with (tmp_path / "file").open("wb") as file:
        file.truncate(1 << 40)
    assert reason(tmp_path / "file") == "it has 1,099,511,627,776 bytes; at most 1,073,741,824 are read"


def test_a_directory_and_a_missing_file_are_called_what_they_are(tmp_path: Path) -> None:
    """In the words of the system."""
    assert reason(tmp_path) == "Is a directory"
    assert reason(tmp_path / "missing") == "No such file or directory"


def test_no_file_stays_open(tmp_path: Path) -> None:
    """Neither of those that were read nor of those that were refused."""
    (tmp_path / "file").write_bytes(b"the")
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(3):
        read_given_file(tmp_path / "file", 3)
        reason(tmp_path / "file", 2)
        reason(tmp_path)
    assert len(list(Path("/dev/fd").iterdir())) == before
