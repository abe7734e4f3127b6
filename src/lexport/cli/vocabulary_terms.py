"""The terms of one vocabulary of a SavedModel, each after the id that its table gives it."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from lexport.cli.measures import count_text
from lexport.cli.output import print_json, print_note, print_text
from lexport.cli.printable import printable
from lexport.errors import AssetError, Problem
from lexport.savedmodel import read_inventory
from lexport.savedmodel.stored_terms import StoredTerms, read_stored_terms

__all__ = ["print_terms"]

BLOCK = 10_000


def print_terms(directory: Path, name: str, *, as_json: bool) -> int:
    """Prints the terms of a vocabulary to stdout, and on stderr what its ids begin with.

    Args:
        directory: the SavedModel.
        name: an asset file, with or without `.txt`, or the node of a table that constants fill.
        as_json: whether to print one document.

    Raises:
        AssetError: there is no such vocabulary; those that there are, are named.
    """
    stored = read_stored_terms(read_inventory(directory))
    found = [one for one in stored if one.name in (name, f"{name}.txt")]
    if not found:
        problems = [Problem(one.name, f"fills {one.table}") for one in stored]
        raise AssetError(f"{directory} has no vocabulary {name!r}" + (", but these" if problems else ""), problems)
    if as_json:
        print_json({"vocabularies": [_as_json(one) for one in found]})
        return 0
    for one in found:
        print_note(f"{one.name} fills {one.table}{_offset(one)}")
        _print(one)
    return 0


def _offset(stored: StoredTerms) -> str:
    first = stored.first
    if stored.asset is None:
        first = min((int(number) for number, _ in stored.pairs if number.removeprefix(b"-").isdigit()), default=None)
    if first is None:
        return "" if stored.asset is None else "; its ids stand in the file"
    below = f"; below are {count_text(first, 'id')} of mask and out-of-vocabulary tokens" if first > 0 else ""
    return f"; ids from {first} on{below}"


def _print(stored: StoredTerms) -> None:
    terms: Iterator[tuple[str, bytes]] = stored.terms()
    while block := list(islice(terms, BLOCK)):
        print_text("".join(f"{number}\t{printable(_text(term))}\n" for number, term in block))


def _text(term: bytes) -> str:
    return term.decode(errors="backslashreplace")


def _as_json(stored: StoredTerms) -> dict[str, Any]:
    terms: Sequence[dict[str, Any]] = [
        {"id": int(number) if number.lstrip("-").isdecimal() else None, "term": _text(term)}
        for number, term in stored.terms()
    ]
    return {"name": stored.name, "asset": stored.asset, "table": stored.table, "first": stored.first, "terms": terms}
