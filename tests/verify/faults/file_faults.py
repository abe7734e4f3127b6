"""Faults of the directory: files that are missing, damaged, too many, or links."""

import shutil
from dataclasses import dataclass
from pathlib import Path

DATA = Path("variables") / "variables.data-00000-of-00001"


def delete_asset(directory: Path) -> None:
    (directory / "assets" / "words.txt").unlink()


def delete_variables(directory: Path) -> None:
    shutil.rmtree(directory / "variables")


def cut_graph(directory: Path) -> None:
    data = (directory / "saved_model.pb").read_bytes()
    (directory / "saved_model.pb").write_bytes(data[:-100])


def flip_bit_of_weights(directory: Path) -> None:
    data = bytearray((directory / DATA).read_bytes())
    data[5] ^= 1
    (directory / DATA).write_bytes(data)


@dataclass(frozen=True)
class AddFile:
    """Puts a file there that belongs to nothing."""

    path: str

    def __call__(self, directory: Path) -> None:
        (directory / self.path).parent.mkdir(parents=True, exist_ok=True)
        (directory / self.path).write_text("spam\n")


@dataclass(frozen=True)
class Link:
    """Moves a file or a folder out of the directory, and puts a link in its place."""

    path: str

    def __call__(self, directory: Path) -> None:
        elsewhere = directory.parent / "elsewhere"
        shutil.move(directory / self.path, elsewhere)
        (directory / self.path).symlink_to(elsewhere)
