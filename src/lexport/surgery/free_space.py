"""`check_free_space`: whether copies will fit onto the disks that they are for, before any of them is written."""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from lexport.errors import Problem, PublishError

__all__ = ["check_free_space", "temporary_folder"]


def check_free_space(needed: Iterable[tuple[Path, int]]) -> None:
    """Compares what will be written with what is free; folders of one file system share it.

    Args:
        needed: folders, which need not exist yet, each with how many bytes will be written below it.

    Raises:
        PublishError: there is less; each file system is named with a folder on it.

    Example:
        >>> check_free_space([(Path("."), 1)])
        >>> check_free_space([(Path("."), 1 << 70)])  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        lexport.errors.PublishError: the copies do not fit onto the disk
          ...: required 1,180,591,620,717,411,303,424 bytes; ... are free. Free some, or give another directory
    """
    by_disk: dict[int, tuple[Path, int]] = {}
    for folder, size in needed:
        there = next(one for one in (folder.absolute(), *folder.absolute().parents) if os.path.lexists(one))
        first, sum_before = by_disk.get(there.stat().st_dev, (there, 0))
        by_disk[there.stat().st_dev] = first, sum_before + size
    problems = [
        Problem(str(folder), f"required {size:,} bytes; {free:,} are free", "Free some, or give another directory")
        for folder, size in by_disk.values()
        if (free := _free(folder)) is not None and free < size
    ]
    if problems:
        raise PublishError("the copies do not fit onto the disk", problems)


def temporary_folder() -> Path:
    """Gives the directory of temporary files, in which processes get their copies.

    Raises:
        PublishError: there is none that can be written.
    """
    try:
        return Path(tempfile.gettempdir())
    except OSError as error:
        raise PublishError(f"{error.strerror}: all are full or read-only. Set TMPDIR to another") from error


def _free(folder: Path) -> int | None:
    """Gives the free bytes; None where the file system does not count them, as some that are reached by network."""
    total, _, free = shutil.disk_usage(folder)
    return free if total else None
