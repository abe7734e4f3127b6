"""What is wrong with pieces that a user reserves."""

from collections import Counter
from collections.abc import Iterator, Sequence

from lexport.errors import Problem

__all__ = ["symbol_problems"]


def symbol_problems(where: str, symbols: Sequence[str]) -> Iterator[Problem]:
    """Finds reserved pieces that no file can hold, that no text can hold, or that are there twice.

    Args:
        where: the argument, for the problems.
        symbols: the pieces.

    Example:
        >>> [str(problem) for problem in symbol_problems("reserved", ["[PAD]", "a b", "[PAD]"])]
        ["reserved: '[PAD]' is there twice", "reserved: 'a b' holds white space or a control character"]
    """
    if isinstance(symbols, str):
        yield Problem(where, f"must be a list of strings; received {symbols!r}", f"Write [{symbols!r}]")
        return
    for symbol, number in Counter(symbols).items():
        if number > 1:
            yield Problem(where, f"{symbol!r} is there twice")
        if not isinstance(symbol, str) or not symbol:
            yield Problem(where, f"each must be a string that is not empty; received {symbol!r}")
        elif not symbol.isprintable() or " " in symbol:
            yield Problem(where, f"{symbol!r} holds white space or a control character")
