"""Artifacts at URLs are read and written through folders of this machine."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tfx.dsl.io import filesystem_registry
from tfx.dsl.io.plugins.local import LocalFilesystem

from lexport.integrations.tfx.local_folders import read_locally, written_locally

SHELF = "shelf://"


def place(path: Any) -> str:
    """Where the file system of this test keeps what has a URL; files of this machine are where they are."""
    text = path.decode() if isinstance(path, bytes) else str(path)
    return text.replace(SHELF, f"{ShelfFilesystem.root}/") if text.startswith(SHELF) else text


class ShelfFilesystem(LocalFilesystem):
    """A real file system of TFX's registry under a scheme of its own; everything goes through its methods."""

    SUPPORTED_SCHEMES: ClassVar[list[str]] = [SHELF]
    root: ClassVar[str] = ""


def _through(name: str) -> Any:
    inner = getattr(LocalFilesystem, name)
    return staticmethod(
        lambda path, *rest, **named: inner(
            place(path),
            *[place(one) if isinstance(one, str) and one.startswith(SHELF) else one for one in rest],
            **named,
        )
    )


for _name in ("open", "exists", "isdir", "listdir", "makedirs", "mkdir", "remove", "rmtree", "stat"):
    setattr(ShelfFilesystem, _name, _through(_name))


def _walk(top: Any, topdown: bool = True, onerror: Any = None) -> Iterator[Any]:
    for folder, folders, files in LocalFilesystem.walk(place(top), topdown, onerror):
        yield folder.replace(f"{ShelfFilesystem.root}/", SHELF), folders, files


def _copy(source: Any, target: Any, overwrite: bool = False) -> None:
    LocalFilesystem.copy(place(source), place(target), overwrite)


ShelfFilesystem.walk = staticmethod(_walk)  # type: ignore[method-assign]
ShelfFilesystem.copy = staticmethod(_copy)  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path) -> Iterator[Path]:
    """The folder behind `shelf://`."""
    ShelfFilesystem.root = str(tmp_path / "shelf")
    (tmp_path / "shelf").mkdir()
    filesystem_registry.DEFAULT_FILESYSTEM_REGISTRY.register(ShelfFilesystem, priority=20)
    yield tmp_path / "shelf"
    shutil.rmtree(tmp_path / "shelf")


def test_a_folder_of_this_machine_is_used_where_it_is(tmp_path: Path) -> None:
    """Nothing is copied."""
    with written_locally(str(tmp_path)) as folder, read_locally(str(tmp_path)) as again:
        assert folder == again == tmp_path


def test_what_is_written_arrives_at_the_url_and_can_be_read(shelf: Path) -> None:
    """With its folders; nothing stays on this machine."""
    with written_locally("shelf://a/3") as folder:
        (folder / "inner").mkdir()
        (folder / "inner" / "words.txt").write_text("the\n")
        assert not (shelf / "a").exists()
    assert not folder.exists()
    assert (shelf / "a" / "3" / "inner" / "words.txt").read_text() == "the\n"
    with read_locally("shelf://a/3") as copy:
        assert (copy / "inner" / "words.txt").read_text() == "the\n"
    assert not copy.exists()


def test_what_fails_leaves_nothing_at_the_url(shelf: Path) -> None:
    """Half an artifact looks like a whole one."""
    folders = []

    def write() -> None:
        with written_locally("shelf://a/3") as folder:
            folders.append(folder)
            (folder / "saved_model.pb").write_bytes(b"")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    assert not (shelf / "a").exists()
    assert not folders[0].exists()
