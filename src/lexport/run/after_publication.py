"""`after_publication`: what fails once a version was published says so, as the version stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lexport.errors import PublishError

__all__ = ["after_publication"]


@contextmanager
def after_publication() -> Iterator[list[Path]]:
    """Gives a list for the directory of a version as soon as it is published; errors from then on name it.

    Raises:
        PublishError: something failed after the publication.

    Example:
        >>> with after_publication() as published:
        ...     published.append(Path("exports/words/3"))
        ...     raise OSError("full")
        Traceback (most recent call last):
        ...
        lexport.errors.PublishError: exports/words/3 was published and stays; what was to follow failed: OSError: full
    """
    published: list[Path] = []
    try:
        yield published
    except Exception as error:
        if not published:
            raise
        what = f"{published[0]} was published and stays; what was to follow failed"
        raise PublishError(f"{what}: {type(error).__name__}: {error}") from error
