"""The compiled hash table, against Python's own."""

import threading
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.corpus.kernel.byte_maps import byte_map
from lexport.corpus.kernel.term_table import TermTable

KIND = pa.large_binary()
# Around the sizes at which a term leaves the first eight bytes, and its entry; equal but for NULs and their length.
TERMS = st.lists(
    st.binary(max_size=40)
    | st.sampled_from([b"a" * size for size in range(1, 36)] + [b"a" * 7 + b"\0" * size for size in range(12)]),
    max_size=60,
)
MANY = settings(max_examples=150, deadline=None)


def _counts(table: TermTable) -> dict[Any, int]:
    rows = table.counts()
    assert len(set(rows["term"].to_pylist())) == len(rows) == len(table)
    return dict(zip(rows["term"].to_pylist(), rows["count"].to_pylist(), strict=True))


def _expected(terms: list[bytes]) -> dict[bytes, int]:
    return dict(Counter(term for term in terms if term))


@MANY
@given(before=TERMS, terms=TERMS)
def test_every_term_is_counted_once_for_each_time(before: list[bytes], terms: list[bytes]) -> None:
    """Also in a slice of a longer array, and in several calls; the empty term is not counted."""
    table = TermTable("string")
    table.add(pa.array([*before, *terms], KIND).slice(len(before)))
    table.add(pa.array(before, KIND))
    assert _counts(table) == _expected(before + terms)


@MANY
@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3), max_size=60))
def test_integers_are_counted_by_their_value(values: list[int]) -> None:
    """All 64 bits; 0 is an integer like others."""
    table = TermTable("int64")
    table.add(pa.array(values, pa.int64()))
    assert _counts(table) == dict(Counter(values))


@MANY
@given(TERMS, st.integers(-5, 2**40))
def test_counts_are_added(terms: list[bytes], seen: int) -> None:
    """Of terms and of integers, and a term may come twice."""
    table = TermTable("string")
    table.add(pa.array(terms, KIND), np.full(len(terms), seen))
    assert _counts(table) == {term: seen * count for term, count in _expected(terms).items()}
    integers = TermTable("int64")
    integers.add(pa.array([7, 7, 8]), np.array([seen, 1, 2]))
    assert _counts(integers) == {7: seen + 1, 8: 2}


@MANY
@given(TERMS, TERMS)
def test_a_table_takes_another_one_in(one: list[bytes], other: list[bytes]) -> None:
    """Terms of both, and of one of them; the other one stays as it is."""
    tables = [TermTable("string"), TermTable("string")]
    for table, terms in zip(tables, (one, other), strict=True):
        table.add(pa.array(terms, KIND))
    tables[0].add_table(tables[1])
    assert _counts(tables[0]) == _expected(one + other)
    assert _counts(tables[1]) == _expected(other)


@MANY
@given(TERMS, st.sampled_from([1, 2, 256]))
def test_partitions_hold_every_term_once(terms: list[bytes], number: int) -> None:
    """And a term is in the same one, whatever else the table holds."""
    table, alone = TermTable("string"), TermTable("string")
    table.add(pa.array(terms, KIND))
    alone.add(pa.array(terms[:1], KIND))
    found = [dict(zip(*part.to_pydict().values(), strict=True)) for part in table.partitions(number)]
    assert len(found) == number
    assert sum(map(len, found)) == len(table)
    assert {term: count for part in found for term, count in part.items()} == _expected(terms)
    for place, part in enumerate(alone.partitions(number)):
        assert set(part["term"].to_pylist()) <= set(found[place])


@MANY
@given(st.lists(st.binary(max_size=300), max_size=4))
def test_words_are_those_of_python(texts: list[bytes]) -> None:
    """White space as `bytes.split` has it, without the separators 28 to 31."""
    table = TermTable("string")
    for text in texts:
        table.add_words(text, byte_map(None, words=True))
    assert _counts(table) == dict(Counter(word for text in texts for word in text.split()))


def test_a_hundred_thousand_terms_of_all_sizes_are_kept_apart() -> None:
    """The table grows many times on the way; its order is that in which terms came first."""
    terms = [b"%d" % number * (1 + number % 9) for number in range(100_000)]
    distinct = list(dict.fromkeys(terms))
    table = TermTable("string")
    table.add(pa.array(terms, KIND))
    table.add(pa.array(distinct, KIND))
    assert table.counts()["term"].to_pylist() == distinct
    assert _counts(table) == Counter(terms) + Counter(distinct)
    sizes = [len(part) for part in table.partitions(256)]
    assert 200 < min(sizes) <= max(sizes) < 600
    assert len(distinct) * 40 < table.nbytes < len(distinct) * 150


def test_tables_of_several_threads_have_nothing_in_common() -> None:
    """They count at the same time."""
    terms = [pa.array([b"%d" % (number % 977) for number in range(start, start + 50_000)], KIND) for start in range(4)]
    tables = [TermTable("string") for _ in terms]
    threads = [threading.Thread(target=table.add, args=(part,)) for table, part in zip(tables, terms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for table, part in zip(tables, terms, strict=True):
        assert _counts(table) == dict(Counter(part.to_pylist()))


def test_a_value_that_ends_where_memory_ends_is_read_no_further() -> None:
    """Whole blocks of eight bytes are read only where they belong to the values."""
    import mmap

    with mmap.mmap(-1, mmap.PAGESIZE) as page:
        page[-3:] = b"end"
        data = pa.py_buffer(memoryview(page)[-3:])
        offsets = pa.py_buffer(np.array([0, 3], np.int64))
        table = TermTable("string")
        table.add(pa.Array.from_buffers(KIND, 1, [None, offsets, data]))
        assert _counts(table) == {b"end": 1}
        del data


def test_a_table_that_was_closed_is_of_no_use() -> None:
    """Its memory belongs to somebody else by then."""
    table, other = TermTable("string"), TermTable("string")
    table.close()
    table.close()
    for use in (table.counts, table.__len__, lambda: table.nbytes, lambda: other.add_table(table)):
        with pytest.raises(ValueError, match="the table was closed"):
            use()


@pytest.mark.parametrize(
    ("dtype", "terms", "counts"),
    [
        ("int64", pa.array([7], pa.int32()), None),
        ("int64", pa.array([7, None]), None),
        ("string", pa.array(["a"]), None),
        ("string", pa.array(["a", None], pa.large_string()), None),
        ("string", pa.array(["a", "b"], pa.large_string()), np.array([1])),
    ],
)
def test_what_is_not_what_it_is_taken_for_is_refused(dtype: Any, terms: Any, counts: Any) -> None:
    """It is read by its address, so nobody else would notice."""
    with pytest.raises(TypeError, match="without nulls, with a count each; received"):
        TermTable(dtype).add(terms, counts)
