"""`replace_file`: a file is written whole or not at all."""

import os
from pathlib import Path

__all__ = ["replace_file"]


def replace_file(path: str | os.PathLike[str], data: bytes) -> Path:
    """Writes bytes to a file of the user's; a file that is there is replaced by a rename.

    Raises:
        OSError: the file cannot be written; then nothing has changed.

    Example:
        >>> replace_file("pieces.model", b"...").read_bytes()
        b'...'
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return target
