"""What a failure to read says about the file."""

from lexport.corpus.readers.diagnosis import diagnose, missing_columns


def test_an_unknown_error_is_passed_on_with_the_file() -> None:
    """On one line, and not at any length."""
    assert str(diagnose("a.csv", OSError("odd\nthing"))) == "a.csv: cannot be read: odd thing"
    assert len(str(diagnose("a.csv", OSError("long " * 1000)))) < 400


def test_an_error_of_the_system_is_passed_on_without_the_path_twice() -> None:
    """Such as that of a file that is gone meanwhile."""
    error = FileNotFoundError(2, "No such file or directory", "a.csv")
    assert str(diagnose("a.csv", error)) == "a.csv: cannot be read: No such file or directory"


def test_a_wide_table_shows_some_of_its_columns() -> None:
    """And how many there are more."""
    error = missing_columns(["x"], [f"c{n}" for n in range(25)])
    assert str(error).endswith("'c19' and 5 more")


def test_a_secret_in_a_url_is_not_shown() -> None:
    """Neither a password nor a signature."""
    problem = diagnose("https://me:secret@example.org/a.csv?signature=secret", OSError("odd"))
    assert str(problem) == "https://***@example.org/a.csv?...: cannot be read: odd"
