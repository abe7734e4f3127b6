"""`lexport vocab diff A B`: what changed between two vocabularies, or between all of two places."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lexport.cli.comparison_tree import changes_json, comparison_tree
from lexport.cli.document import Document, Span, line
from lexport.cli.options import Json
from lexport.cli.output import print_json, print_result
from lexport.cli.vocab_lint import Dtype
from lexport.cli.vocab_pairs import Pairs, paired
from lexport.cli.vocab_places import Placed
from lexport.errors import ConfigError, VocabularyError

if TYPE_CHECKING:
    from lexport.vocabulary.comparison import Comparison

__all__ = ["diff"]

SHORT_HELP = "Show what changed between vocabularies."
HELP = """Show what changed between the vocabularies of A (old) and B (new): added, removed and moved terms, and those
whose count changed most, where counts are known on both sides.

A and B are vocabulary files, directories (of a published version, or written by `lexport vocab build --out`) or
configs, whose vocabularies are built for it. The exit code is 0 where the terms and their order are the same, 1 where
they differ, 2 where they cannot be compared."""

Place = Annotated[Path, typer.Argument(help="A vocabulary file, a directory or a config.", show_default=False)]


def diff(
    a: Place,
    b: Place,
    name: Annotated[
        list[str] | None, typer.Option(help="Which vocabulary of a directory or config; may be repeated.")
    ] = None,
    dtype: Annotated[
        Dtype | None, typer.Option(help="What the terms are, where neither a manifest nor a config says it.")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="How many terms of each kind to show.")] = 10,
    as_json: Json = False,
) -> int:
    """Compares; see `lexport vocab diff --help`."""
    pairs = paired(a, b, name or ())
    compared = {name: _compared(old, new, dtype) for name, (old, new) in pairs.both.items()}
    same = all(one.same for one in compared.values()) and not pairs.only_old and not pairs.only_new
    if as_json:
        shown = [_as_json(name, *pairs.both[name], one, limit) for name, one in compared.items()]
        alone = {"only_in_a": pairs.only_old, "only_in_b": pairs.only_new}
        print_json({"same": same, "vocabularies": shown, **alone})
    else:
        print_result(*(comparison_tree(name, one, limit) for name, one in compared.items()), *_alone(pairs, a, b))
    return 0 if same else 1


def _compared(old: Placed, new: Placed, given: Dtype | None) -> "Comparison":
    from lexport.vocabulary.comparison import Comparison

    first, second = (
        one.dtype or (given.value if given else None) or other.dtype or "string"
        for one, other in ((old, new), (new, old))
    )
    try:
        return Comparison(old.terms(first), new.terms(second), old.statistics, new.statistics)
    except VocabularyError as error:
        raise ConfigError(error.summary, error.problems) from error


def _as_json(name: str, old: Placed, new: Placed, compared: "Comparison", limit: int) -> dict[str, Any]:
    places, changed = compared.places, compared.changed(limit)
    return {
        "name": name,
        "same": compared.same,
        "a": {"path": old.where, "terms": len(compared.old), "sha256": old.sha256},
        "b": {"path": new.where, "terms": len(compared.new), "sha256": new.sha256},
        "added": {"count": len(places.added), "terms": changes_json(compared.added(limit))},
        "removed": {"count": len(places.removed), "terms": changes_json(compared.removed(limit))},
        "moved": {"count": len(places.moved), "terms": changes_json(compared.moved(limit))},
        "changed_most": None if changed is None else changes_json(changed),
    }


def _alone(pairs: Pairs, a: Path, b: Path) -> list[Document]:
    sides = [(name, a) for name in pairs.only_old] + [(name, b) for name in pairs.only_new]
    return [line(Span(name, "name"), f"  only in {place}") for name, place in sides]
