"""`TermTable`: terms with their counts, in a hash table that is compiled."""

import secrets
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from lexport.corpus.kernel.native_library import native_library
from lexport.vocabulary.file_format import Dtype

__all__ = ["TermTable"]

NO_MEMORY = -1

# Of all tables of this process, so that they can be added; nobody who writes the data knows it.
_SEED = secrets.randbits(64)


class TermTable:
    """Terms with their counts; for one thread at a time.

    Args:
        dtype: `"string"` or `"int64"`, of the terms.

    Example:
        >>> table = TermTable("string")
        >>> table.add(pa.array(["the", "cat", "the", ""], pa.large_string()))
        >>> table.counts().to_pydict()
        {'term': [b'the', b'cat'], 'count': [2, 1]}
    """

    def __init__(self, dtype: Dtype) -> None:
        self._library = native_library()
        self._dtype: Dtype = dtype
        self._table = self._library.term_table_new(_SEED)
        if not self._table:
            raise MemoryError
        self._free = weakref.finalize(self, self._library.term_table_free, self._table)

    def __len__(self) -> int:
        return int(self._library.term_table_length(self._pointer))

    @property
    def nbytes(self) -> int:
        """The bytes of memory that the table takes."""
        return int(self._library.term_table_memory(self._pointer))

    def add_words(self, text: bytes, byte_map: Any) -> None:
        """Counts the words of a text.

        Args:
            text: any bytes.
            byte_map: as `byte_maps.byte_map` gives it.
        """
        self._check(self._library.term_table_count_words(self._pointer, text, len(text), byte_map.ctypes.data))

    def add(self, terms: Any, counts: Any = None, byte_map: Any = None) -> None:
        """Counts terms; empty ones are left out.

        Args:
            terms: an Arrow array without nulls: `large_string` or `large_binary`, or `int64` for integers.
            counts: how often each was seen, a NumPy array of int64; by default once.
            byte_map: what becomes of their bytes; by default they stay as they are.

        Raises:
            TypeError: they are of another type, some are null, or there are not as many counts.
        """
        self._check_terms(terms, counts)
        counts = None if counts is None else np.ascontiguousarray(counts, np.int64)
        seen = None if counts is None else counts.ctypes.data
        size = len(terms)
        if self._dtype == "int64":
            values = np.ascontiguousarray(terms)
            self._check(self._library.term_table_count_integers(self._pointer, values.ctypes.data, size, seen))
            return
        _, offsets, data = terms.buffers()
        if not size or data is None:
            return
        first = offsets.address + 8 * terms.offset
        mapped = None if byte_map is None else byte_map.ctypes.data
        answer = self._library.term_table_count_values(self._pointer, first, size, data.address, mapped, seen)
        self._check(answer)

    def add_table(self, other: "TermTable") -> None:
        """Adds what another table of the same dtype has counted."""
        self._check(self._library.term_table_add_table(self._pointer, other._pointer))

    def counts(self) -> Any:
        """Gives an Arrow table of `term` (`large_binary` or `int64`, distinct) and `count` (`int64`)."""
        return self._copied(None, 0, len(self))

    def partitions(self, number: int) -> Iterator[Any]:
        """Gives the same in so many tables; a term is in the same one for all tables.

        Args:
            number: a power of 2.
        """
        order, bounds = np.empty(len(self), np.uint32), np.empty(number + 1, np.int64)
        self._check(self._library.term_table_partition(self._pointer, number, order.ctypes.data, bounds.ctypes.data))
        for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            yield self._copied(order, begin, end)

    def close(self) -> None:
        """Gives the memory back; the table can be used no more."""
        self._free()
        self._table = None

    @property
    def _pointer(self) -> int:
        if self._table is None:
            raise ValueError("the table was closed")
        return int(self._table)

    def _copied(self, order: Any, begin: int, end: int) -> Any:
        places = None if order is None else order.ctypes.data
        counts = np.empty(end - begin, np.int64)
        if self._dtype == "int64":
            terms = np.empty(end - begin, np.int64)
            take = self._library.term_table_copy_integers
            take(self._pointer, places, begin, end, terms.ctypes.data, counts.ctypes.data)
            return pa.table({"term": pa.array(terms), "count": pa.array(counts)})
        offsets = np.empty(end - begin + 1, np.int64)
        data = np.empty(self._library.term_table_bytes_of(self._pointer, places, begin, end), np.uint8)
        take = self._library.term_table_copy_values
        take(self._pointer, places, begin, end, offsets.ctypes.data, data.ctypes.data, counts.ctypes.data)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
        terms = pa.Array.from_buffers(pa.large_binary(), end - begin, buffers)
        return pa.table({"term": terms, "count": pa.array(counts)})

    def _check_terms(self, terms: Any, counts: Any) -> None:
        """What is read by its address must be what it is taken for."""
        kinds = (pa.int64(),) if self._dtype == "int64" else (pa.large_string(), pa.large_binary())
        if terms.type not in kinds or terms.null_count or (counts is not None and len(counts) != len(terms)):
            received = f"{len(terms)} {terms.type}, {terms.null_count} of them null"
            received += "" if counts is None else f", {len(counts)} counts"
            required = " or ".join(map(str, kinds))
            raise TypeError(f"the terms must be {required} without nulls, with a count each; received {received}")

    def _check(self, answer: int) -> None:
        if answer:
            self.close()
            raise MemoryError if answer == NO_MEMORY else OverflowError("more than 4,294,967,295 distinct terms")
