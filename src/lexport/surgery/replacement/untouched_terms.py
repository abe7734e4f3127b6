"""`untouched_terms`: terms of which the same is asked before and after a vocabulary was replaced."""

import re
from collections.abc import Collection, Sequence

from lexport.surgery.replacement.term_changes import TermChanges

__all__ = ["changed_words", "is_untouched", "sampled_lines"]

MOST = 512
WORDS = re.compile(r"\w+")


def changed_words(changes: Sequence[TermChanges]) -> frozenset[str]:
    """Gives the terms that came, went or moved, and their words, as a layer that standardizes text may read them.

    Args:
        changes: those of each vocabulary that gives ids.

    Example:
        >>> sorted(changed_words([TermChanges([b"the", b"New York"], [b"the", b"Bern"])]))
        ['bern', 'new york']
    """
    texts = []
    for one in changes:
        kept = set(one.kept)
        texts += [term for line, term in enumerate(one.old) if line not in kept]
        texts += [term for line, term in enumerate(one.new) if line not in kept]
    return frozenset(_plain(text) for text in texts)


def is_untouched(text: bytes, changed: Collection[str]) -> bool:
    """Says whether neither a text nor one of its words is a term that has changed.

    Args:
        text: a term, or a text.
        changed: what `changed_words` gave.

    Example:
        >>> [is_untouched(text, {"york"}) for text in (b"Yorkshire", b"New York")]
        [True, False]
    """
    plain = _plain(text)
    return not any(word in changed for word in (plain, plain.strip(), *WORDS.findall(plain), *plain.split()))


def sampled_lines(lines: Sequence[int]) -> list[int]:
    """Takes the first, the last, and some hundreds between them, at even distances.

    Example:
        >>> sampled_lines([3, 5, 8])
        [3, 5, 8]
    """
    if len(lines) <= MOST:
        return list(lines)
    return [lines[index * (len(lines) - 1) // (MOST - 1)] for index in range(MOST)]


def _plain(text: bytes) -> str:
    return text.decode(errors="backslashreplace").casefold().removeprefix("##")
