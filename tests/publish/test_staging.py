import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lexport.errors import PublishError
from lexport.publish import Staging, check_files, make_manifest, read_manifest, write_manifest


def _write(staging: Staging, text: str = "graph") -> None:
    (staging.path / "variables").mkdir()
    (staging.path / "variables" / "variables.index").write_text(text)
    (staging.path / "saved_model.pb").write_text(text)


def _publish(staging: Staging, action: Callable[[Staging], object]) -> Path:
    """Writes an export, does something to it, and commits."""
    with staging:
        _write(staging)
        action(staging)
        return staging.commit()


def _names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_a_version_appears_with_the_commit_and_not_before(tmp_path: Path) -> None:
    """Until then there is nothing that a server would serve; afterwards nothing but the version."""
    directory = tmp_path / "exports" / "model"
    with Staging(directory, 7) as staging:
        _write(staging)
        assert _names(directory) == [staging.path.name]
        assert not staging.path.name.isdecimal()
        assert staging.commit() == directory / "7" == staging.published
        assert _names(directory) == ["7"]
    assert (directory / "7" / "variables" / "variables.index").read_text() == "graph"


def test_versions_without_a_number_only_grow(tmp_path: Path) -> None:
    """Three exports in one second are three versions, the last the largest."""
    published = []
    for _ in range(3):
        with Staging(tmp_path) as staging:
            _write(staging)
            published.append(int(staging.commit().name))
    assert published == sorted(set(published))
    assert _names(tmp_path) == [str(version) for version in published]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_failure_or_an_interruption_leaves_nothing(tmp_path: Path, failure: type[BaseException]) -> None:
    """Neither the staging directory nor the parents that were made for it."""

    def fail(staging: Staging) -> None:
        raise failure

    with pytest.raises(failure):
        _publish(Staging(tmp_path / "exports" / "model"), fail)
    assert _names(tmp_path) == []


def test_leaving_without_a_commit_publishes_nothing(tmp_path: Path) -> None:
    """A failed verification simply does not commit; what was there stays."""
    (tmp_path / "exports" / "1").mkdir(parents=True)
    with Staging(tmp_path / "exports") as staging:
        _write(staging)
    assert _names(tmp_path / "exports") == ["1"]


@pytest.mark.parametrize("spelling", ["7", "007", "+7"])
def test_an_existing_version_is_refused_before_any_work(tmp_path: Path, spelling: str) -> None:
    """In any spelling that a server reads as the same number; the version itself is named."""
    (tmp_path / spelling).mkdir()
    staging = Staging(tmp_path, 7)
    told = re.escape(f"version 7 exists already: {tmp_path / spelling}. Give another version")
    with pytest.raises(PublishError, match=told):
        staging.check()
    with pytest.raises(PublishError, match=told), staging:
        pass
    assert _names(tmp_path) == [spelling]


def test_a_version_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    """Who comes second is told, and leaves nothing."""

    def overtake(staging: Staging) -> None:
        (tmp_path / "7").mkdir()
        (tmp_path / "7" / "saved_model.pb").write_text("first")

    with pytest.raises(PublishError, match=r"somebody else was faster\. Nothing is published"):
        _publish(Staging(tmp_path, 7), overtake)
    assert _names(tmp_path) == ["7"]
    assert (tmp_path / "7" / "saved_model.pb").read_text() == "first"


def test_a_lost_race_for_the_next_version_takes_the_one_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an explicit version both publishers win, with different numbers."""
    from lexport.publish import target

    numbers = iter([5, 5, 6])
    monkeypatch.setattr(target, "next_version", lambda directory: next(numbers))
    for expected in ("5", "6"):
        with Staging(tmp_path) as staging:
            _write(staging)
            assert staging.commit().name == expected


def test_a_target_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """Neither the directory of versions nor one above it may be a file."""
    (tmp_path / "file").write_text("")
    for directory in (tmp_path / "file", tmp_path / "file" / "model"):
        with pytest.raises(PublishError, match="file is not a directory"), Staging(directory):
            pass
    with pytest.raises(PublishError, match="exists and is not a directory"), Staging.single(tmp_path / "file"):
        pass


@pytest.mark.parametrize("version", [-1, 2**63])
def test_a_version_that_no_server_reads_is_refused(tmp_path: Path, version: int) -> None:
    """It would never be served."""
    with pytest.raises(PublishError, match="must be an integer from 0"), Staging(tmp_path, version):
        pass


def test_an_empty_export_is_refused(tmp_path: Path) -> None:
    """An empty directory is no version, and could be replaced by a plain rename."""
    with Staging(tmp_path, 1) as staging:
        (staging.path / "assets").mkdir()
        with pytest.raises(PublishError, match="an empty version is not published"):
            staging.commit()
    assert _names(tmp_path) == []


def test_links_are_not_published(tmp_path: Path) -> None:
    """A link would point to the machine that made it."""
    with pytest.raises(PublishError, match=r"(?s)only regular files.*assets: is a symbolic link"):
        _publish(Staging(tmp_path / "model", 1), lambda staging: (staging.path / "assets").symlink_to(tmp_path))
    assert _names(tmp_path) == []


def test_a_staging_directory_is_committed_once(tmp_path: Path) -> None:
    """The second commit is told where the first went."""
    with Staging(tmp_path, 1) as staging:
        _write(staging)
        staging.commit()
        with pytest.raises(PublishError, match="is published already"):
            staging.commit()
    assert _names(tmp_path) == ["1"]


def test_a_file_that_changed_since_the_manifest_is_not_published(tmp_path: Path) -> None:
    """What is published is what was verified."""

    def change(staging: Staging) -> None:
        manifest = make_manifest(staging.path, name="model")
        write_manifest(staging.path, manifest)
        (staging.path / "saved_model.pb").write_text("other")
        staging.commit(manifest)

    with pytest.raises(PublishError, match=r"(?s)not what its manifest says.*saved_model.pb: was changed"):
        _publish(Staging(tmp_path / "model"), change)
    assert _names(tmp_path) == []


def test_what_its_manifest_says_is_published(tmp_path: Path) -> None:
    """The manifest travels with the export, and is one of its files no more than itself."""
    with Staging(tmp_path) as staging:
        _write(staging)
        manifest = make_manifest(staging.path, name="model")
        write_manifest(staging.path, manifest)
        published = staging.commit(manifest)
    assert read_manifest(published) == manifest
    assert check_files(published, manifest) == []


def test_a_manifest_that_was_not_written_is_noticed(tmp_path: Path) -> None:
    """A version without its manifest could not be checked later."""

    def forget(staging: Staging) -> None:
        staging.commit(make_manifest(staging.path, name="model"))

    with pytest.raises(PublishError, match=r"is not the manifest to publish\. Write it with write_manifest"):
        _publish(Staging(tmp_path), forget)


def test_a_relative_target_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working directory may change between the two ends of an export."""
    monkeypatch.chdir(tmp_path)
    with Staging("model", 1) as staging:
        _write(staging)
        monkeypatch.chdir("/")
        staging.commit()
    assert (tmp_path / "model" / "1" / "saved_model.pb").exists()


def test_the_published_directory_can_be_read_by_others(tmp_path: Path) -> None:
    """A server runs as another user: the mode is that of any new directory, not that of a temporary one."""
    (tmp_path / "usual").mkdir()
    with Staging(tmp_path / "model", 1) as staging:
        _write(staging)
        published = staging.commit()
    assert published.stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_single_directory_is_published_without_versions(tmp_path: Path) -> None:
    """At a free path, and in place of an empty directory."""
    for name, exists in (("free", False), ("empty", True)):
        if exists:
            (tmp_path / name).mkdir()
        with Staging.single(tmp_path / name) as staging:
            _write(staging)
            assert staging.commit() == tmp_path / name
        assert (tmp_path / name / "saved_model.pb").exists()
    assert _names(tmp_path) == ["empty", "free"]


def test_a_single_directory_with_something_in_it_is_refused(tmp_path: Path) -> None:
    """Saving over an export would leave its stale assets among the new ones."""
    model = tmp_path / "model"

    def fill(staging: Staging) -> None:
        model.mkdir()
        (model / "old").write_text("")

    with pytest.raises(PublishError, match="Directory not empty"):
        _publish(Staging.single(model), fill)
    with pytest.raises(PublishError, match="is not empty: what is there already would be mixed"):
        Staging.single(model).check()
    assert _names(model) == ["old"]
    assert _names(tmp_path) == ["model"]


def test_a_name_that_looks_like_a_number_is_staged_under_another(tmp_path: Path) -> None:
    """A single directory called `5`, in a directory that is served, is invisible until it is complete."""
    with Staging.single(tmp_path / "5") as staging:
        assert staging.path.name.startswith(".tmp-5-")
        _write(staging)
        staging.commit()
    assert _names(tmp_path) == ["5"]


@pytest.fixture
def read_only() -> Iterator[Path]:
    """A directory in which this process may not write, whoever runs it."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name) / "exports"
        directory.mkdir()
        directory.chmod(0o555)
        Path(name).chmod(0o755)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield directory
        finally:
            if root:
                os.seteuid(0)
            directory.chmod(0o755)


def test_a_directory_that_cannot_be_written_is_named(read_only: Path) -> None:
    """The error says which, why and what to do."""
    told = r"cannot write to .*exports.*: Permission denied\. Give a directory that can be written"
    for directory in (read_only, read_only / "model"):
        with pytest.raises(PublishError, match=told), Staging(directory):
            pass
    assert list(read_only.iterdir()) == []


LIMITED = """
import resource, signal, sys
from lexport.publish import Staging
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
with Staging(sys.argv[1]) as staging:
    (staging.path / "saved_model.pb").write_bytes(b"x" * 100_000)
    staging.commit()
"""


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    """A file that outgrows its limit fails in the middle, as on a full disk."""
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "model")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "File too large" in done.stderr
    assert _names(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    options = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if not (mount and unmount) or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("mounting a small tmpfs needs root")
    yield disk
    subprocess.run([unmount, str(disk)], check=True)


def test_a_full_disk_leaves_the_versions_as_they_were(small_disk: Path) -> None:
    """The version before it stays whole, and the space is given back."""

    def fill(size: int) -> Callable[[Staging], object]:
        return lambda staging: (staging.path / "weights").write_bytes(b"x" * size)

    _publish(Staging(small_disk, 1), fill(30_000))
    for _ in range(2):
        with pytest.raises(OSError, match="No space left"):
            _publish(Staging(small_disk, 2), fill(60_000))
    assert _names(small_disk) == ["1"]
    assert (small_disk / "1" / "weights").read_bytes() == b"x" * 30_000
