"""Files at URLs: `s3://`, `gs://`, `memory://`, `https://` and whatever else fsspec knows.

Credentials and endpoints come from where the clients look for them (the environment, `~/.aws`, the machine's own
role, `FSSPEC_...`); none of them stands in a source or in a config.
"""

import importlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from lexport.errors import Problem

__all__ = ["explain", "find_remote", "is_url", "local_path", "open_remote", "without_secrets"]

BLOCK_BYTES = 8 << 20
NOT_FOUND, DENIED = 404, (401, 403)

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(::[A-Za-z][A-Za-z0-9+.-]+)*://")
_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs", "http": "http", "https": "http"}


def is_url(name: str) -> bool:
    """Whether a name is a URL, and not a path.

    Example:
        >>> is_url("s3://data/*.csv"), is_url("data/*.csv")
        (True, False)
    """
    return _URL.match(name) is not None


def local_path(name: str) -> str:
    """Turns a `file://` URL of this machine into a path; leaves other names alone.

    Example:
        >>> local_path("file:///data/a%20b.csv")
        '/data/a b.csv'
    """
    if name[:7].lower() != "file://":
        return name
    return unquote(name[7:].removeprefix("localhost"))


def without_secrets(name: str) -> str:
    """Gives a URL as it can be shown: without a password, and without a query, which often holds a signature.

    Example:
        >>> without_secrets("https://me:secret@example.org/a.csv?X-Amz-Signature=0f3")
        'https://***@example.org/a.csv?...'
    """
    if not is_url(name):
        return name
    return re.sub(r"\?.*", "?...", re.sub(r"//[^/@]*:[^/@]*@", "//***@", name), flags=re.DOTALL)


def find_remote(url: str) -> Iterator[tuple[str, int] | Problem]:
    """Gives the URL and the size in bytes of each file that a URL names, or what is wrong with it.

    Args:
        url: of a file, or with a glob in its path.

    Example:
        >>> print(*find_remote("nowhere://data/a.csv"))
        nowhere://data/a.csv: cannot be read: Protocol not known: nowhere
    """
    where = without_secrets(url)
    try:
        found = list(_found(url))
    except Exception as error:
        yield Problem(where, *explain(url, error))
        return
    if not found:
        yield Problem(where, "no file matches")
    for path, size in found:
        yield (path, size or 0) if size != 0 else Problem(without_secrets(path), "the file is empty")


def open_remote(url: str, size: int, *, sequential: bool) -> Any:
    """Opens a file at a URL for reading.

    Args:
        url: of one file.
        size: its bytes; 0 where the server did not say.
        sequential: whether it is read from the front to the end, rather than here and there.

    Raises:
        Exception: whatever the file system raises; `explain` turns it into words.
    """
    files, path = _file_system(url)
    if sequential and _is_http(url):
        # One request, as not every server gives parts of a file.
        return files.open(path, "rb", block_size=0)
    options: dict[str, Any] = {"block_size": BLOCK_BYTES} if size else {}
    return files.open(path, "rb", cache_type="readahead" if sequential else "none", **options)


def explain(url: str, error: Exception) -> tuple[str, str]:
    """Says what an error of a file system means, and what to do about it."""
    error = _real(url, error)
    status = getattr(error, "status", None)
    protocol = url.partition("://")[0].rpartition("::")[2].lower()
    text = re.sub(r"\w+://[^\s'\"]+", lambda found: without_secrets(found[0]), " ".join(str(error).split()))[:300]
    kind = type(error).__name__
    if isinstance(error, ImportError):
        extra = _EXTRAS.get(protocol)
        remedy = f"Install lexport[{extra}]" if extra else "Install what the message names"
        return f"what reads {protocol}:// is not installed: {text}", remedy
    if isinstance(error, IsADirectoryError):
        return "must be a file; it is a folder", f"Write a glob: {url.rstrip('/')}/*"
    if isinstance(error, FileNotFoundError) or status == NOT_FOUND:
        return ("there is no such bucket", "") if "bucket does not exist" in text else ("there is no such file", "")
    if kind in ("NoCredentialsError", "DefaultCredentialsError"):
        return "cannot be read: there are no credentials", "Give them as the client wants them, in the environment"
    if isinstance(error, PermissionError) or status in DENIED:
        return f"cannot be read: access is denied ({text})", "Check the credentials"
    return f"cannot be read: {text or kind}", ""


def _real(url: str, error: Exception) -> Exception:
    """Over HTTP fsspec calls every failure a missing file."""
    cause = error.__cause__
    hidden = _is_http(url) and isinstance(error, FileNotFoundError) and isinstance(cause, Exception)
    return cause if hidden and isinstance(cause, Exception) else error


def _found(url: str) -> Iterator[tuple[str, int | None]]:
    files, path = _file_system(url)
    # A listing from before would miss what was written since.
    files.invalidate_cache()
    special = "*[" if _is_http(url) else "*?["
    # As on this machine, a name that exists is no pattern.
    if not set(special) & set(path) or ("[" in path and files.isfile(path)):
        yield url, _size(files.info(path))
        return
    if "::" in url.partition("://")[0]:
        raise ValueError("a URL of several protocols cannot be a glob")
    found = files.glob(path, detail=True)
    if not found and _EXTRAS.get(url.partition("://")[0].lower()) in ("s3", "gcs"):
        _check_bucket(files, path)
    for name, info in found.items():
        if info["type"] == "file":
            yield files.unstrip_protocol(name), _size(info)


def _check_bucket(files: Any, path: str) -> None:
    try:
        files.info(path.partition("/")[0])
    except FileNotFoundError:
        raise FileNotFoundError("the bucket does not exist") from None


def _is_http(url: str) -> bool:
    return url.partition("://")[0].lower() in ("http", "https")


def _size(info: Any) -> int | None:
    if info["type"] == "directory":
        raise IsADirectoryError
    size = info.get("size")
    return None if size is None else int(size)


def _file_system(url: str) -> tuple[Any, str]:
    # Loaded on first use: a source on this machine needs none of it.
    files, path = importlib.import_module("fsspec.core").url_to_fs(url)
    return files, str(path)
