from collections.abc import Callable
from pathlib import Path

import keras
import pytest

from lexport.savedmodel import read_inventory
from lexport.savedmodel.stored_terms import read_stored_terms
from lexport.savedmodel.term_ends import TermEnds, read_term_ends

Export = Callable[..., Path]


def _agree(directory: Path) -> TermEnds:
    """Compares with a reader of all terms."""
    inventory = read_inventory(directory)
    [ends], [stored] = read_term_ends(inventory), read_stored_terms(inventory)
    terms = [(int(number) if number else None, term) for number, term in stored.terms()]

    assert (ends.name, ends.asset, ends.table, ends.count) == (stored.name, stored.asset, stored.table, len(terms))
    assert list(ends.first) == terms[:3]
    assert list(ends.last) == terms[3:][-3:]
    return ends


@pytest.mark.parametrize("count", [1, 3, 4, 6, 7, 100])
@pytest.mark.parametrize("inlined", [False, True])
def test_the_ends_are_those_of_all_terms(count: int, inlined: bool, export: Export, tmp_path: Path) -> None:
    """However many there are: none is given twice, and each has its id."""
    terms = [f"term{number}" for number in range(count)]
    (tmp_path / "words.txt").write_text("".join(f"{term}\n" for term in terms))
    vocabulary = terms if inlined else str(tmp_path / "words.txt")
    layer = keras.layers.StringLookup(vocabulary=vocabulary, mask_token="", num_oov_indices=2)
    ends = _agree(export(layer, "string"))

    assert (ends.asset is None) == inlined
    assert ends.first[0] == (3, b"term0")


@pytest.mark.parametrize("inlined", [False, True])
def test_tables_from_ids_have_the_same_ends(inlined: bool, words: Path, export: Export) -> None:
    """Whichever way a table maps; Keras puts what stands for unknown ids among its constants."""
    vocabulary = words.read_text().splitlines() if inlined else str(words)
    _agree(export(keras.layers.StringLookup(vocabulary=vocabulary, invert=True), "int64"))


def test_integers_are_terms_too(export: Export) -> None:
    """Of two sides of integers the keys are the terms."""
    ends = _agree(export(keras.layers.IntegerLookup(vocabulary=[70, -5, 8, 9, 10]), "int64"))

    assert ends.first == ((1, b"70"), (2, b"-5"), (3, b"8"))
    assert ends.last == ((4, b"9"), (5, b"10"))


@pytest.mark.parametrize(
    "data",
    [
        b"the\r\nof\r\nand\r\nin\r\nto\r\n",
        b"the\nof\nand\nin\nto",
        b"the\nof\nand\nin\n" + b"x" * 100_000 + b"\n",
        b"the\n" + b"of\n" * 50_000 + b"end\n",
    ],
)
def test_a_file_is_read_as_tensorflow_reads_it(data: bytes, words: Path, export: Export) -> None:
    """Windows line ends, an end that is cut off, long lines, and more lines than are read at once."""
    directory = export(keras.layers.StringLookup(vocabulary=str(words)), "string")
    (directory / "assets" / "words.txt").write_bytes(data)
    _agree(directory)


def test_a_line_of_many_megabytes_is_cut_off(words: Path, export: Export) -> None:
    """Nobody wants to see all of it, and it need not fit into memory."""
    directory = export(keras.layers.StringLookup(vocabulary=str(words)), "string")
    (directory / "assets" / "words.txt").write_bytes(b"x" * 10_000_000)
    [ends] = read_term_ends(read_inventory(directory))

    assert ends.count == 1
    assert [(number, len(term)) for number, term in ends.first] == [(1, 1 << 16)]


def test_a_missing_file_has_no_ends(words: Path, export: Export) -> None:
    """It is told as a problem elsewhere."""
    directory = export(keras.layers.StringLookup(vocabulary=str(words)), "string")
    (directory / "assets" / "words.txt").unlink()

    assert read_term_ends(read_inventory(directory)) == ()
