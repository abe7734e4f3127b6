"""Opening a file, here or at a URL: decompression on the way, and progress."""

import io
from typing import Any

import pyarrow as pa

from lexport.corpus.progress import FileMeter
from lexport.corpus.readers.diagnosis import UnreadableSource
from lexport.corpus.remote_files import explain, is_url, open_remote
from lexport.corpus.source_file import SourceFile

__all__ = ["open_here_and_there", "open_stream"]


def open_stream(file: SourceFile, meter: FileMeter) -> Any:
    """Opens a file to be read from the front to the end; its bytes come decompressed, and count as they are read.

    Raises:
        OSError: it cannot be opened.
        UnreadableSource: it is at a URL, and cannot be opened.
    """
    if not is_url(file.path):
        # A file that is closed by whoever closes the stream.
        stream: Any = _Bytes(open(file.path, "rb", buffering=0), meter)  # noqa: PTH123, SIM115
    else:
        stream = _RemoteBytes(file, meter, _open_remote(file, sequential=file.span is None))
    return pa.CompressedInputStream(pa.PythonFile(stream, "r"), file.compression.value) if file.compression else stream


def open_here_and_there(file: SourceFile) -> Any:
    """Opens a file as an Arrow file that is read in any order; what is read does not count.

    Raises:
        OSError: it cannot be opened.
        UnreadableSource: it is at a URL, and cannot be opened.
    """
    if not is_url(file.path):
        return pa.OSFile(file.path)
    return pa.PythonFile(_RemoteBytes(file, FileMeter(0), _open_remote(file, sequential=False)), "r")


class _Bytes(io.RawIOBase):
    """A file that tells a meter what is read from it, and gives as many bytes as were asked for until it ends."""

    def __init__(self, file: Any, meter: FileMeter) -> None:
        self._file = file
        self._meter = meter

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, position: int, whence: int = io.SEEK_SET, /) -> int:
        return int(self._file.seek(position, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def read(self, size: int = -1, /) -> bytes:
        data: bytes = self._some(size)
        while data and 0 <= len(data) < size and (more := self._some(size - len(data))):
            data += more
        return data

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def _some(self, size: int) -> bytes:
        data: bytes = self._file.read(size)
        self._meter.read(len(data))
        return data


class _RemoteBytes(_Bytes):
    """A file at a URL, which may end early because the connection did."""

    def __init__(self, file: SourceFile, meter: FileMeter, opened: Any) -> None:
        super().__init__(opened, meter)
        self._url = file.path
        self._size = getattr(opened, "size", None)

    def _some(self, size: int) -> bytes:
        try:
            data = super()._some(size)
        except Exception as error:
            raise UnreadableSource(*explain(self._url, error)) from error
        if size and not data and self._size is not None and self.tell() < self._size:
            raise UnreadableSource(f"the connection ended after {self.tell()} of {self._size} bytes", "Try again")
        return data


def _open_remote(file: SourceFile, *, sequential: bool) -> Any:
    try:
        return open_remote(file.path, file.size, sequential=sequential)
    except Exception as error:
        raise UnreadableSource(*explain(file.path, error)) from error
