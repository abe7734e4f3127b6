"""What a worker reads in one go."""

from hypothesis import given
from hypothesis import strategies as st

from lexport.corpus.engines import Scan
from lexport.corpus.engines.shares import LARGEST, SHARES, SMALLEST, share_out
from lexport.corpus.formats import Format
from lexport.corpus.source_file import SourceFile


def files_of(sizes: list[int], kind: Format = Format.TEXT) -> tuple[SourceFile, ...]:
    return tuple(SourceFile(f"{number}.x", kind, None, size) for number, size in enumerate(sizes))


@given(st.lists(st.lists(st.integers(1, 50), max_size=5), max_size=3), st.integers(1, 60))
def test_every_byte_of_every_scan_is_in_one_share(sizes: list[list[int]], size: int) -> None:
    """In the order of the files, and no share is larger than it should be."""
    scans = [Scan(files_of(files), ()) for files in sizes]
    shares = share_out(scans, size)
    parts = [part for share in shares for part in share.parts]
    assert [part.number for part in parts] == list(range(len(parts)))
    assert [share.number for share in shares] == list(range(len(shares)))
    assert all(0 < share.size <= size for share in shares)
    for place, scan in enumerate(scans):
        for file in scan.files:
            mine = [part.file for part in parts if (part.scan, part.file.path) == (place, file.path)]
            assert sum(one.size for one in mine) == file.size


def test_shares_are_neither_tiny_nor_huge() -> None:
    """A hundred thousand small files are some dozens of shares; so is a large one."""
    small = share_out([Scan(files_of([10_000] * 100_000, Format.CSV), ())])
    assert len(small) == -(-1_000_000_000 // SMALLEST)
    large = share_out([Scan(files_of([100 << 30]), ())])
    assert (len(large), large[0].size) == ((100 << 30) // LARGEST, LARGEST)
    assert len(share_out([Scan(files_of([4 << 30]), ())])) == SHARES


def test_a_file_of_unknown_size_is_a_share_of_its_own() -> None:
    """It may be large: servers that do not say how large a file is exist."""
    assert [len(share.parts) for share in share_out([Scan(files_of([0, 0, 0], Format.CSV), ())], 10)] == [1, 1, 1]
