"""`commit_directory`: a finished directory to disk and into view, in that order."""

from collections.abc import Iterable
from pathlib import Path

from lexport.errors import Problem, PublishError
from lexport.publish.durability import sync_directory, sync_tree
from lexport.publish.exclusive_rename import rename_exclusively
from lexport.publish.target import Target
from lexport.savedmodel.tree import read_tree

__all__ = ["commit_directory"]

ATTEMPTS = 1000


def commit_directory(source: Path, target: Target, *, made: Iterable[Path] = ()) -> Path:
    """Makes a directory appear at its target, complete and durable.

    Args:
        source: the finished directory, on the same file system.
        target: where it shall stand; for a version without a number, the next one is taken as often as
            another publisher is faster.
        made: the directories above the target that were made for it, and are not known to be on disk.

    Returns:
        Where it stands.

    Raises:
        PublishError: the directory is empty or holds links, the target is taken, or the disk failed. Unless
            the message says otherwise, nothing is published.
    """
    files = read_tree(source)
    problems = [Problem(file.path, f"is {file.what}, not a file") for file in files if file.kind != "file"]
    if problems:
        raise PublishError("only regular files can be published. Write copies instead of links", problems)
    if not files:
        raise PublishError(f"nothing was written to {source}; an empty version is not published")
    try:
        sync_tree(source, (file.path for file in files))
        for folder in made:
            sync_directory(folder.parent)
        published = _rename(source, target)
    except OSError as error:
        raise PublishError(f"cannot publish in {target.parent}: {error.strerror}. Nothing is published") from error
    try:
        sync_directory(target.parent)
    except OSError as error:
        raise PublishError(
            f"{published} is published, but may be lost if the machine crashes now: {error.strerror}"
        ) from error
    return published


def _rename(source: Path, target: Target) -> Path:
    for _ in range(ATTEMPTS):
        place = target.place()
        try:
            rename_exclusively(source, place)
        except FileExistsError as error:
            if not target.movable:
                raise PublishError(f"{place} exists already; somebody else was faster. Nothing is published") from error
        else:
            return place
    raise PublishError(f"lost {ATTEMPTS} races for a version in {target.parent}. Give an explicit version")
