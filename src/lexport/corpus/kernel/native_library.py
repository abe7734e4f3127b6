"""The compiled part of the kernel, `src/native`, as `ctypes` has it; calls into it let other threads run."""

import ctypes
from functools import cache
from pathlib import Path
from typing import Any

from lexport.errors import LexportError, Problem

__all__ = ["native_library"]

# Not named `.so`: it is no module of Python's.
FILE = "term_table.library"
INTERFACE = 3  # TERM_TABLE_INTERFACE

_NUMBER, _POINTER, _ANSWER = ctypes.c_int64, ctypes.c_void_p, ctypes.c_int
# As in `term_table.h`: what a function gives, and what it takes.
_FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "new": (_POINTER, ctypes.c_uint64),
    "free": (None, _POINTER),
    "length": (_NUMBER, _POINTER),
    "memory": (_NUMBER, _POINTER),
    "count_words": (_ANSWER, _POINTER, _POINTER, _NUMBER, _POINTER),
    "count_values": (_ANSWER, _POINTER, _POINTER, _NUMBER, _POINTER, _POINTER, _POINTER),
    "count_integers": (_ANSWER, _POINTER, _POINTER, _NUMBER, _POINTER),
    "add_table": (_ANSWER, _POINTER, _POINTER),
    "partition": (_ANSWER, _POINTER, _NUMBER, _POINTER, _POINTER),
    "bytes_of": (_NUMBER, _POINTER, _POINTER, _NUMBER, _NUMBER),
    "copy_values": (None, _POINTER, _POINTER, _NUMBER, _NUMBER, _POINTER, _POINTER, _POINTER),
    "copy_integers": (None, _POINTER, _POINTER, _NUMBER, _NUMBER, _POINTER, _POINTER),
}


@cache
def native_library(folder: Path = Path(__file__).parent) -> Any:
    """Loads the library.

    Args:
        folder: where it lies.

    Raises:
        LexportError: it is not there, not for this machine, or made from other sources than this file.
    """
    try:
        library = ctypes.CDLL(str(folder / FILE))
        found = library.term_table_interface()
    except (OSError, AttributeError) as error:
        raise _refusal(str(error)) from None
    if found != INTERFACE:
        raise _refusal(f"must have interface {INTERFACE}; it has {found}")
    for name, (gives, *takes) in _FUNCTIONS.items():
        function = getattr(library, f"term_table_{name}")
        function.restype, function.argtypes = gives, takes
    return library


def _refusal(message: str) -> LexportError:
    remedy = "Install lexport with pip; in a checkout, `make setup` compiles it"
    return LexportError("the compiled part of lexport cannot be loaded", [Problem(FILE, message, remedy)])
