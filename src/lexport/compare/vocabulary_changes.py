"""Which vocabularies have other terms, or the same at other places, than before."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from lexport.compare.export_comparison import VocabularyChange
from lexport.compare.vocabulary_content import VocabularyContent
from lexport.vocabulary.comparison import Comparison

__all__ = ["vocabulary_changes"]

Contents = Mapping[str, VocabularyContent]


def vocabulary_changes(old: Contents, new: Contents) -> Iterator[VocabularyChange]:
    """Compares the terms of two sides, by the names of files and tables.

    A table that constants fill has no name but that of a node, which has a counter in it: where the same terms are on
    both sides, whatever the tables are called, nothing has changed. A file that has another name and the same bytes is
    told as that.

    Args:
        old: the vocabularies of the first SavedModel.
        new: those of the second.
    """
    renamed = _renamed(old, new)
    yield from (_change_of_name(name, renamed[name], content) for name, content in old.items() if name in renamed)
    old = {name: content for name, content in old.items() if name not in renamed}
    new = {name: content for name, content in new.items() if name not in renamed.values()}
    inlined = {one.sha256 for one in old.values() if one.inlined} & {one.sha256 for one in new.values() if one.inlined}
    for name in sorted(old.keys() | new.keys()):
        before, after = (_unless(side.get(name), inlined) for side in (old, new))
        if (before or after) and not (before and after and before.sha256 == after.sha256):
            yield from _change(name, before, after)


def _renamed(old: Contents, new: Contents) -> dict[str, str]:
    """The new names of files that have the same bytes under one name on each side; constants have no names."""
    olds, news = (_one_name_each(side) for side in (old, new))
    same = {olds[sha256]: news[sha256] for sha256 in olds.keys() & news.keys()}
    return {name: other for name, other in same.items() if name not in new and other not in old}


def _one_name_each(contents: Contents) -> dict[str, str]:
    names = [(one.sha256, name) for name, one in contents.items() if not one.inlined]
    counts = Counter(sha256 for sha256, _ in names)
    return {sha256: name for sha256, name in names if counts[sha256] == 1}


def _change_of_name(name: str, new_name: str, content: VocabularyContent) -> VocabularyChange:
    count = len(content.read())
    return VocabularyChange(name, count, count, None, new_name)


def _unless(content: VocabularyContent | None, known: set[str]) -> VocabularyContent | None:
    return None if content and content.inlined and content.sha256 in known else content


def _change(name: str, old: VocabularyContent | None, new: VocabularyContent | None) -> Iterator[VocabularyChange]:
    terms, others = (None if one is None else one.read() for one in (old, new))
    compared = None if terms is None or others is None else Comparison(*_texts(terms, others))
    if compared is None or not compared.same:
        before, after = (None if one is None else len(one) for one in (terms, others))
        yield VocabularyChange(name, before, after, compared)


def _texts(*arrays: Any) -> list[Any]:
    """Gives terms as text; where some are not UTF-8, with these bytes escaped."""
    import pyarrow as pa

    try:
        return [array.cast(pa.large_string()) for array in arrays]
    except pa.ArrowInvalid:
        return [
            pa.array([term.decode(errors="backslashreplace") for term in array.to_pylist()], pa.large_string())
            for array in arrays
        ]
