"""Who is told of a failure knows whether a version stands."""

from pathlib import Path

import pytest

from lexport.errors import PublishError
from lexport.run.after_publication import after_publication


def test_an_error_after_the_publication_names_the_version() -> None:
    """With what failed."""

    def fail() -> None:
        with after_publication() as published:
            published.append(Path("exports/3"))
            raise FileExistsError("here")

    with pytest.raises(PublishError, match=r"exports/3 was published and stays; .* failed: FileExistsError: here"):
        fail()


def test_an_error_before_it_stays_as_it_is() -> None:
    """Nothing was published."""
    with pytest.raises(FileExistsError, match="here"), after_publication():
        raise FileExistsError("here")
