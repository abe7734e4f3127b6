"""Reading whole files, as an engine does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lexport.corpus import Source
from lexport.corpus.progress import FileMeter
from lexport.corpus.readers import read
from lexport.corpus.readers.diagnosis import diagnose
from lexport.corpus.rows import Rows


def rows_of(path: Path | str, *columns: str, form: str | None = None) -> list[Rows]:
    """Reads a file and checks what every reader promises of `Rows`."""
    files, problems = Source(path, columns[0] if columns else None, form).find()
    assert not problems
    found = list(read(files[0], columns, FileMeter(files[0].size)))
    for rows in found:
        assert tuple(rows.columns) == columns
        assert {len(values) for values in rows.columns.values()} <= {rows.number}
    return found


@pytest.fixture(scope="session")
def read_rows() -> Callable[..., list[Rows]]:
    """Gives the `Rows` of a file."""
    return rows_of


@pytest.fixture(scope="session")
def read_values() -> Callable[..., list[Any]]:
    """Gives the values of one column, or the lines."""

    def values(path: Path | str, column: str | None = None, form: str | None = None) -> list[Any]:
        found = rows_of(path, *([column] if column else []), form=form)
        return [value for rows in found for value in rows.values(column).to_pylist()]

    return values


@pytest.fixture(scope="session")
def problem_of() -> Callable[..., str]:
    """Gives what is wrong with a file, without its name."""

    def problem(path: Path | str, *columns: str, form: str | None = None) -> str:
        try:
            rows_of(path, *columns, form=form)
        except Exception as error:
            return str(diagnose(path, error)).removeprefix(f"{path}: ")
        raise AssertionError("nothing was wrong")

    return problem
