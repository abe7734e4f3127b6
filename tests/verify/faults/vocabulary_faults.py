"""Faults of the vocabulary file."""

from pathlib import Path

from tests.verify.faults.served_model import TERMS
from tests.verify.faults.sound_export import RARE_TERM

WORDS = Path("assets") / "words.txt"


def swap_lines(directory: Path) -> None:
    lines = (directory / WORDS).read_bytes().split(b"\n")
    lines[1], lines[3] = lines[3], lines[1]
    (directory / WORDS).write_bytes(b"\n".join(lines))


def append_lines(directory: Path) -> None:
    """The first gets the id of unknown words, the second one of its own."""
    with (directory / WORDS).open("ab") as file:
        file.write(b"more\nnobody\n")


def append_line_that_nobody_asks(directory: Path) -> None:
    with (directory / WORDS).open("ab") as file:
        file.write(b"quixotic\n")


def truncate(directory: Path) -> None:
    data = (directory / WORDS).read_bytes()
    (directory / WORDS).write_bytes(data.removesuffix(f"{TERMS[-1]}\n".encode()))


def cut_last_line_short(directory: Path) -> None:
    (directory / WORDS).write_bytes((directory / WORDS).read_bytes()[:-3])


def prepend_bom(directory: Path) -> None:
    (directory / WORDS).write_bytes(b"\xef\xbb\xbf" + (directory / WORDS).read_bytes())


def exchange_rare_term(directory: Path) -> None:
    data = (directory / WORDS).read_bytes()
    (directory / WORDS).write_bytes(data.replace(f"{RARE_TERM}\n".encode(), b"term20\n"))


def empty(directory: Path) -> None:
    (directory / WORDS).write_bytes(b"")
