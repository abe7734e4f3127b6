"""Which files a source names, and what is wrong with the names."""

import pickle
from pathlib import Path

import pytest

from lexport.corpus import Format, Source
from lexport.errors import VocabularyError


def _names(source: Source) -> list[str]:
    files, problems = source.find()
    assert not problems
    return [Path(file.path).name for file in files]


def test_files_are_found_in_order_of_their_paths(tmp_path: Path) -> None:
    """The order of the patterns and of the folder does not matter."""
    for name in ("c.txt", "a.txt", "b.txt", "d.csv"):
        (tmp_path / name).write_text("x\n")
    assert _names(Source([f"{tmp_path}/c.txt", f"{tmp_path}/[ab].txt"])) == ["a.txt", "b.txt", "c.txt"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    """By two patterns, through another spelling of the path, or through a link."""
    (tmp_path / "a.txt").write_text("x\n")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    names = [tmp_path / "a.txt", f"{tmp_path}/*.txt", f"{tmp_path}/../{tmp_path.name}/a.txt"]
    files, _ = Source(names).find()
    assert len(files) == 1


def test_a_double_star_crosses_folders(tmp_path: Path) -> None:
    """As globs do in shells."""
    (tmp_path / "x" / "y").mkdir(parents=True)
    (tmp_path / "x" / "y" / "a.txt").write_text("x\n")
    assert _names(Source(f"{tmp_path}/**/*.txt")) == ["a.txt"]


def test_a_name_with_brackets_is_a_name_where_it_exists(tmp_path: Path) -> None:
    """A file called `a[1].txt` can be given as it is."""
    (tmp_path / "a[1].txt").write_text("x\n")
    assert _names(Source(tmp_path / "a[1].txt")) == ["a[1].txt"]


def test_the_given_format_wins_over_the_name(tmp_path: Path) -> None:
    """A log is text if its reader says so."""
    (tmp_path / "a.log").write_text("x\n")
    files, _ = Source(tmp_path / "a.log", format="text").find()
    assert files[0].format is Format.TEXT


def test_all_problems_with_names_are_found_at_once(tmp_path: Path) -> None:
    """A missing file, a pattern without a match, a folder, an unknown format and an empty file."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.what").write_text("x\n")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    names = ["missing.txt", "*.nothing", "folder", "a.what", "empty.txt", "gone.txt"]
    _, problems = Source([f"{tmp_path}/{name}" for name in names]).find()
    assert {Path(problem.where).name: problem.message for problem in problems} == {
        "missing.txt": "there is no such file",
        "*.nothing": "no file matches",
        "folder": "must be a file; it is a folder",
        "a.what": "the name does not say what the file is",
        "empty.txt": "the file is empty",
        "gone.txt": "cannot be read: No such file or directory",
    }


def test_no_file_at_all_is_a_problem() -> None:
    """An empty list names nothing to read."""
    assert Source([]).find()[1]


def test_text_has_no_columns(tmp_path: Path) -> None:
    """A column for a text file is a mistake, not something to ignore."""
    (tmp_path / "a.txt").write_text("x\n")
    assert "has no columns" in str(Source(tmp_path / "a.txt", column="x").find()[1][0])


def test_compressed_parquet_is_refused(tmp_path: Path) -> None:
    """Its pages are compressed inside, and it cannot be read as a stream."""
    (tmp_path / "a.parquet.gz").write_text("x\n")
    assert "inside the file" in str(Source(tmp_path / "a.parquet.gz", column="x").find()[1][0])


def test_compressed_arrow_is_refused(tmp_path: Path) -> None:
    """Its buffers are compressed inside."""
    (tmp_path / "a.arrow.gz").write_text("x\n")
    assert "Arrow compresses inside the file" in str(Source(tmp_path / "a.arrow.gz", column="x").find()[1][0])


def test_a_file_url_is_a_path(tmp_path: Path) -> None:
    """Of this machine, with a glob where there is one."""
    (tmp_path / "a b.txt").write_text("x\n")
    files, problems = Source([(tmp_path / "a b.txt").as_uri(), f"file://{tmp_path}/*.txt"]).find()
    assert not problems
    assert [file.path for file in files] == [str(tmp_path / "a b.txt")]


def test_a_file_that_was_found_goes_to_other_processes(tmp_path: Path) -> None:
    """Workers open it themselves."""
    (tmp_path / "a.txt").write_text("x\n")
    (file,), _ = Source(tmp_path / "a.txt").find()
    assert pickle.loads(pickle.dumps(file)) == file  # noqa: S301 - our own bytes


def test_an_unknown_format_is_refused() -> None:
    """The error lists the formats."""
    with pytest.raises(VocabularyError, match="text, csv, tsv, jsonl, parquet, arrow, tfrecord; received 'xml'"):
        Source("a.xml", format="xml")
