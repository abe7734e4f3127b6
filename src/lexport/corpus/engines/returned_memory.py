"""Giving memory back to the system while a process goes on."""

import ctypes
import sys
from functools import cache

import pyarrow as pa

__all__ = ["return_large_blocks", "return_unused"]

# `malloc.h` of the GNU C library.
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
LARGE = 1 << 20
# What is smaller is used again and again by the blocks that are read; getting it anew takes a fifth of all the time.
KEPT = 16 << 20


@cache
def return_large_blocks() -> None:
    """Lets large blocks go back to the system as soon as they are freed, where the GNU C library allocates them.

    Left alone, it raises the size from which it does so to 32 MiB, and keeps what is smaller in a heap for each
    thread: of arrays of some megabytes, made and freed in several threads, twice as much stays as is in use.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_TRIM_THRESHOLD, KEPT)


def return_unused() -> None:
    """Gives back what Arrow keeps for later."""
    pa.default_memory_pool().release_unused()
