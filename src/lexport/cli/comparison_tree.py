"""Two vocabularies side by side, as a tree and as JSON."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lexport.cli.document import Span, Tree, line
from lexport.cli.measures import count_text

if TYPE_CHECKING:
    from lexport.vocabulary.comparison import Change, Comparison

__all__ = ["changes_json", "comparison_tree"]


def comparison_tree(name: str, compared: "Comparison", limit: int) -> Tree:
    """Draws up what was added, removed and moved.

    Args:
        name: of the vocabulary.
        compared: its two sides.
        limit: how many terms of each kind to show.
    """
    places, changed = compared.places, compared.changed(limit)
    sizes = f"{len(compared.old):,} -> {count_text(len(compared.new), 'term')}"
    if compared.same:
        told = "the same terms in the same order"
    else:
        numbers = {"added": places.added, "removed": places.removed, "moved": places.moved}
        told = ", ".join(f"{len(terms):,} {word}" for word, terms in numbers.items())
    kinds = [
        ("added, by line", len(places.added), _one_sided(compared.added(limit), "new")),
        ("removed, by line", len(places.removed), _one_sided(compared.removed(limit), "old")),
        ("moved, by line", len(places.moved), _rows([(*_lines(one), str(one.term)) for one in compared.moved(limit)])),
        ("counts that changed most", 0, _rows([(*_counts(one), str(one.term)) for one in changed or ()])),
    ]
    return Tree.of(
        line(Span(name, "name"), f"  {sizes}: {told}"),
        [Tree.of(title, [*rows, *_more(number - len(rows))]) for title, number, rows in kinds if rows],
    )


def _one_sided(changes: Sequence["Change"], side: str) -> list[str]:
    found = [(getattr(one, side), getattr(one, f"{side}_count"), str(one.term)) for one in changes]
    return _rows([(str(index + 1), "" if count is None else f"{count:,} times", term) for index, count, term in found])


def _lines(change: "Change") -> tuple[str, str, str]:
    return str(_line(change.old)), "->", str(_line(change.new))


def _counts(change: "Change") -> tuple[str, str, str]:
    return _number(change.old_count), "->", _number(change.new_count)


def _number(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def _rows(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Puts cells below each other; all but the terms, which come last, to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    used = [at for at, width in enumerate(widths) if width]
    return ["  ".join([*(f"{row[at]:>{widths[at]}}" for at in used), row[-1]]) for row in rows]


def _more(count: int) -> list[str]:
    return [f"... {count_text(count, 'more term')}"] if count > 0 else []


def changes_json(changes: Sequence["Change"]) -> list[dict[str, Any]]:
    """Gives changes as JSON: each term, with its line and its count on both sides."""
    return [
        {
            "term": change.term,
            "a": {"line": _line(change.old), "count": change.old_count},
            "b": {"line": _line(change.new), "count": change.new_count},
        }
        for change in changes
    ]


def _line(index: int | None) -> int | None:
    return None if index is None else index + 1
