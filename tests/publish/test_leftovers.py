import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lexport.publish import leftovers
from lexport.publish.leftovers import clean_leftovers, create_locked, remove_tree
from lexport.publish.version import existing_versions

HOLD = """
import sys, time
from pathlib import Path
from lexport.publish.leftovers import create_locked
path, lock = create_locked(Path(sys.argv[1]), "7")
(path / "half").write_bytes(b"x")
print(path.name, flush=True)
time.sleep(600)
"""


def _holder(directory: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(directory)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, directory / process.stdout.readline().strip()


def test_only_the_dead_are_cleaned(tmp_path: Path) -> None:
    """A staging directory whose process lives is left alone, and removed once the process was killed."""
    process, path = _holder(tmp_path)
    with process:
        assert clean_leftovers(tmp_path) == []
        assert (path / "half").exists()
        process.kill()
    assert clean_leftovers(tmp_path) == [path]
    assert list(tmp_path.iterdir()) == []


def test_a_staging_directory_is_hidden_and_no_version(tmp_path: Path) -> None:
    """No server takes it for a version, whatever the version's number."""
    path, lock = create_locked(tmp_path, "1700000000")
    os.close(lock)
    assert path.name.startswith(".tmp-1700000000-")
    assert existing_versions(tmp_path) == {}


@pytest.mark.parametrize(
    "name",
    [
        ".tmp-7",
        ".tmp-7-backup",
        "tmp-7-00000000-0000-4000-8000-000000000000",
        ".tmp-7-00000000-0000-4000-8000-000000000000",  # another machine's
    ],
)
def test_what_is_in_doubt_stays(tmp_path: Path, name: str) -> None:
    """Directories of users and of other machines are not ours to remove."""
    (tmp_path / name).mkdir()
    assert clean_leftovers(tmp_path) == []
    assert (tmp_path / name).is_dir()


def test_files_and_links_of_such_a_name_stay(tmp_path: Path) -> None:
    """Only directories are staging directories, and links are never followed."""
    path, lock = create_locked(tmp_path, "7")
    os.close(lock)
    outside = tmp_path / "outside"
    path.rename(outside)
    path.symlink_to(outside)
    file = path.with_name(path.name[:-1] + ("1" if path.name.endswith("0") else "0"))
    file.write_bytes(b"")
    assert clean_leftovers(tmp_path) == []
    assert outside.is_dir()
    assert file.is_file()


def test_a_file_system_without_locks_is_never_cleaned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Staging works there; nobody can tell the dead from the living."""

    def no_locks(handle: int, operation: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    path, lock = create_locked(tmp_path, "7")
    os.close(lock)
    assert clean_leftovers(tmp_path) == []
    assert path.is_dir()


def test_a_directory_that_a_cleaner_takes_before_its_lock_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between creation and lock a directory looks dead; its maker then makes another."""
    real, taken = os.open, []

    def take_first(path: Path, flags: int, *rest: object, **named: object) -> int:
        if not taken:
            taken.append(path)
            assert clean_leftovers(tmp_path) == [path]
        return real(path, flags, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(leftovers.os, "open", take_first)
    path, lock = create_locked(tmp_path, "7")
    os.close(lock)
    assert path.is_dir()
    assert path != taken[0]


def test_read_only_folders_are_removed_too(tmp_path: Path) -> None:
    """A copy may have kept the modes of a read-only source."""
    inner = tmp_path / "tree" / "inner"
    inner.mkdir(parents=True)
    (inner / "file").write_bytes(b"x")
    inner.chmod(0o500)
    remove_tree(tmp_path / "tree")
    assert not (tmp_path / "tree").exists()
