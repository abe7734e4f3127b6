"""Asks tensorflow-text what it does with each character; `python <this file>` writes `bert_characters.txt`."""

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import tensorflow as tf

# Public only as a part of `BertTokenizer`.
from tensorflow_text.python.ops.bert_tokenizer import BasicTokenizer
from tensorflow_text.python.ops.normalize_ops import normalize_utf8

LIST = Path(__file__).parents[3] / "src/lexport/corpus/subword/bert_characters.txt"
CHARACTERS = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
HANGUL = range(0xAC00, 0xD7A4)

# Two marks that lower-casing keeps, of which the second has to stand before the first.
LATER, EARLIER = "\u302e", "\u1715"
# The mark of the highest class.
LAST = "\u0345"


def folded(texts: list[str]) -> list[str]:
    """What `lower_case=True` makes of each text, before it is split."""
    return [text.decode() for text in BasicTokenizer(lower_case=True).lower_case(tf.constant(texts)).numpy()]


def normalized(texts: list[str]) -> list[str]:
    """The canonical decomposition, which is what puts marks in order."""
    return [text.decode() for text in normalize_utf8(tf.constant(texts), "NFD").numpy()]


def kinds() -> Iterator[tuple[str, str]]:
    """How a character splits the text: `space` vanishes, `alone` is a word of its own."""
    split = BasicTokenizer().tokenize(tf.constant([f"a{character}b" for character in CHARACTERS])).to_list()
    for character, words in zip(CHARACTERS, split, strict=True):
        match [word.decode() for word in words]:
            case ["a", "b"]:
                yield character, "space"
            case ["a", _, "b"]:
                yield character, "alone"


def changes() -> Iterator[tuple[str, str]]:
    """What a character becomes, where it is changed; Hangul is left to arithmetic."""
    for character, text in zip(CHARACTERS, folded(CHARACTERS), strict=True):
        if text != character and ord(character) not in HANGUL:
            yield character, text


def blockers() -> Iterator[str]:
    """Characters that vanish, and yet keep the marks on their two sides from changing places."""
    gone = [character for character, text in changes() if not text]
    around = folded([f"a{LATER}{character}{EARLIER}" for character in gone])
    return (character for character, text in zip(gone, around, strict=True) if text == f"a{LATER}{EARLIER}")


def classes() -> Iterator[tuple[str, int]]:
    """The canonical combining classes of the marks that are kept: where each stands beside marks of known class."""
    kept = [character for character, text in zip(CHARACTERS, folded(CHARACTERS), strict=True) if text == character]
    moved = normalized([f"a{LAST}{character}" for character in kept])
    marks = [character for character, text in zip(kept, moved, strict=True) if text == f"a{character}{LAST}"]
    known = {order: character for character in CHARACTERS if (order := unicodedata.combining(character))}
    for mark in marks:
        orders = [order for order in sorted(known) if known[order] != mark]
        after = normalized([f"a{mark}{known[order]}" for order in orders])
        passed = [order for order, text in zip(orders, after, strict=True) if text == f"a{known[order]}{mark}"]
        yield mark, min(order for order in known if order > max(passed))


def listing() -> str:
    """The content of the list."""
    lines = [f"# Made by tests/{Path(__file__).relative_to(Path(__file__).parents[2])}; bert_characters.py says"]
    lines[0] += " what the words mean."
    found = dict(kinds())
    lines += [f"{kind} {run}" for kind in ("space", "alone") for run in runs(c for c in found if found[c] == kind)]
    changed = dict(changes())
    stop = set(blockers())
    lines += [f"drop {run}" for run in runs(c for c in changed if not changed[c] and c not in stop)]
    lines += [f"block {run}" for run in runs(sorted(stop))]
    lines += [f"fold {line}" for line in shifts({c: text for c, text in changed.items() if text})]
    lines += [f"class {ord(character):04X} {order}" for character, order in classes()]
    return "\n".join([*lines, ""])


def runs(characters: Iterable[str]) -> Iterator[str]:
    """Joins neighbours to ranges."""
    begin = end = -2
    for point in map(ord, characters):
        if point != end + 1 and begin >= 0:
            yield span(begin, end)
        begin, end = (begin if point == end + 1 else point), point
    if begin >= 0:
        yield span(begin, end)


def shifts(changed: dict[str, str]) -> Iterator[str]:
    """Joins neighbours that become neighbours."""
    begin = end = -2
    for character, text in changed.items():
        point = ord(character)
        before = changed[chr(end)] if point == end + 1 else ""
        grows = len(text) == 1 == len(before) and ord(text) == ord(before) + 1
        if not grows and begin >= 0:
            yield f"{span(begin, end)} {spelled(changed[chr(begin)])}"
        begin, end = (begin if grows else point), point
    yield f"{span(begin, end)} {spelled(changed[chr(begin)])}"


def span(begin: int, end: int) -> str:
    """Writes a range."""
    return f"{begin:04X}" if begin == end else f"{begin:04X}-{end:04X}"


def spelled(text: str) -> str:
    """Writes code points."""
    return " ".join(f"{ord(character):04X}" for character in text)


if __name__ == "__main__":
    LIST.write_text(listing(), encoding="ascii")
