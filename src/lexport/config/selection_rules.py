"""What the keys of a vocabulary that select its terms require of each other."""

from collections.abc import Iterator, Mapping
from typing import Any

from lexport.config.findings import show
from lexport.config.messages import refusal
from lexport.config.section import BrokenRule

__all__ = ["selection_rules"]

INFORMED = ("mutual_information", "adjusted_mutual_information")


def selection_rules(given: Mapping[str, Any]) -> Iterator[BrokenRule]:
    """Finds keys that lack what they need, or that would change nothing.

    Args:
        given: the vocabulary as it was written, without the keys whose value is null.

    Yields:
        Where, as a path from the vocabulary, and the refusal.
    """
    if "source" not in given:
        return
    rank = given.get("rank")
    if rank in INFORMED and "label" not in given:
        yield ("rank",), refusal("stand beside a label, the column that terms are to tell about")
    if rank in ("count", "weight") and "label" in given:
        required = f"be left out where rank is {rank}, as only mutual information looks at labels"
        yield ("label",), refusal(required)
    if rank == "weight" and "weight" not in given:
        yield ("rank",), refusal("stand beside a weight, the column of the weights to add up")
    yield from _needing(given)
    yield from _column_rules(given)
    if given.get("documents") is False and _is_positive(given.get("min_documents")):
        yield ("documents",), refusal("be true or left out, as min_documents needs documents counted")
    yield from _reserved_rules(given)


def _needing(given: Mapping[str, Any]) -> Iterator[BrokenRule]:
    groups = given.get("groups")
    places: list[tuple[tuple[str, ...], Mapping[str, Any]]] = [((), given)]
    if isinstance(groups, Mapping):
        places.append((("groups",), groups))
    for path, section in places:
        for key, needed in (("min_weight", "weight"), ("min_score", "label"), ("min_difference", "label")):
            if section.get(key) is not None and needed not in given:
                yield (*path, key), refusal(f"stand in a vocabulary with a {needed}", remedy="Leave it out")
        if _is_positive(section.get("min_documents")) and path and given.get("documents") is False:
            yield (*path, "min_documents"), refusal("be left out where documents is false")


def _column_rules(given: Mapping[str, Any]) -> Iterator[BrokenRule]:
    source = given["source"]
    if isinstance(source, Mapping) and source.get("column") is None:
        for key in ("weight", "label"):
            if key in given:
                yield (key,), refusal("stand beside a source with a column, as text has none")


def _reserved_rules(given: Mapping[str, Any]) -> Iterator[BrokenRule]:
    reserved = given.get("reserved")
    if not isinstance(reserved, list):
        return
    kind, required = (int, "integers") if given.get("dtype") == "int64" else (str, "strings")
    for index, term in enumerate(reserved):
        if type(term) in (str, int) and type(term) is not kind:
            yield ("reserved", index), refusal(f"be one of {required}, as the terms are")
        elif term in reserved[:index]:
            yield ("reserved", index), refusal("stand there once", received=f"{show(term)} again")
    limit = given.get("max_terms")
    if isinstance(limit, int) and not isinstance(limit, bool) and len(reserved) > limit:
        required = f"be at least {len(reserved)}, the number of reserved terms"
        yield ("max_terms",), refusal(required)


def _is_positive(value: object) -> bool:
    return isinstance(value, int) and value > 0
