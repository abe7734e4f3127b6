"""`spill_folder`: where counts go that have no room in memory."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lexport.corpus.accumulation.spill_error import SpillError

__all__ = ["spill_folder"]


@contextmanager
def spill_folder(directory: str | os.PathLike[str] | None) -> Iterator[Path]:
    """Makes a folder, and removes it with all that is in it.

    Args:
        directory: where; made where there is none. By default the system's folder for temporary files.

    Raises:
        SpillError: the folder cannot be made.

    Example:
        >>> with spill_folder(None) as folder:
        ...     folder.name.startswith("lexport-counting-")
        True
    """
    try:
        if directory is not None:
            Path(directory).mkdir(parents=True, exist_ok=True)
        made = tempfile.TemporaryDirectory(prefix="lexport-counting-", dir=directory)
    except OSError as error:
        raise SpillError.about(Path(directory or tempfile.gettempdir()), error) from error
    with made as folder:
        yield Path(folder)
