"""`Share`: what one worker of a cluster reads in one go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lexport.corpus.engines.scan import Scan
from lexport.corpus.remote_files import is_url
from lexport.corpus.source_file import SourceFile
from lexport.corpus.splits import split

__all__ = ["Part", "Share", "share_out"]

# As many shares as many machines have cores, and neither so small that starting them takes longer than reading, nor
# so large that the last one is waited for.
SHARES = 64
SMALLEST = 16 << 20
LARGEST = 128 << 20


@dataclass(frozen=True)
class Part:
    """A file or a part of one.

    Attributes:
        scan: the place of its scan among all.
        number: its place among the parts of all files.
        file: what to read, by the name that it was given.
        folder: where a relative path starts.
    """

    scan: int
    number: int
    file: SourceFile
    folder: str

    @property
    def found(self) -> SourceFile:
        """The same by a name that leads to it from any working directory."""
        if is_url(self.file.path):
            return self.file
        return replace(self.file, path=str(Path(self.folder, self.file.path)))


@dataclass(frozen=True)
class Share:
    """Some parts, which one worker reads one after the other.

    Attributes:
        number: its place among all shares.
        parts: what to read.
    """

    number: int
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """The bytes of its parts as they lie where they are stored."""
        return sum(part.file.size for part in self.parts)


def share_out(scans: Sequence[Scan], size: int | None = None) -> list[Share]:
    """Cuts large files, and puts small ones together.

    Args:
        scans: what is to be read.
        size: how many bytes a share should have; by default such that there are some dozens.

    Example:
        >>> from lexport.corpus.formats import Format
        >>> files = tuple(SourceFile(f"{size}.txt", Format.TEXT, None, size) for size in (9, 2, 1))
        >>> [[part.file.path for part in share.parts] for share in share_out([Scan(files, ())], 6)]
        [['9.txt'], ['9.txt', '2.txt', '1.txt']]
    """
    whole = sum(file.size for scan in scans for file in scan.files)
    size = size or min(max(whole // SHARES, SMALLEST), LARGEST)
    return [Share(number, parts) for number, parts in enumerate(_packed(_parts(scans, size), size))]


def _parts(scans: Sequence[Scan], size: int) -> Iterator[Part]:
    number, here = 0, str(Path.cwd())
    for place, scan in enumerate(scans):
        for file in scan.files:
            for piece in split(file, size):
                yield Part(place, number, piece, here)
                number += 1


def _packed(parts: Iterator[Part], size: int) -> Iterator[tuple[Part, ...]]:
    together: list[Part] = []
    left = size
    for part in parts:
        # A server that does not say how large a file is may have a large one.
        needed = part.file.size or size
        if together and needed > left:
            yield tuple(together)
            together, left = [], size
        together.append(part)
        left -= needed
    if together:
        yield tuple(together)
