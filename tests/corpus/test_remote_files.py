"""Files at URLs, from real servers on this machine."""

import gzip
import importlib.util
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import s3fs

from lexport.corpus import Format, Source, TextTerms, build_vocabulary
from lexport.corpus.progress import FileMeter
from lexport.corpus.readers import read
from lexport.corpus.remote_files import is_url, without_secrets
from lexport.corpus.splits import split
from lexport.errors import VocabularyError
from lexport.vocabulary import Vocabulary

TABLE = pa.table({"n": range(1000), "x": ["a" if n % 3 else "b" for n in range(1000)]})


def _build(files: str | list[str], column: str | None = "x") -> Vocabulary:
    return build_vocabulary("x", Source(files, column), TextTerms())


def _problems(files: str | list[str], column: str | None = "x") -> list[str]:
    with pytest.raises(VocabularyError) as caught:
        _build(files, column)
    return [str(problem) for problem in caught.value.problems]


def _parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(TABLE, sink, row_group_size=100)
    return sink.getvalue()


def _arrow() -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=100)
    return sink.getvalue()


FORMATS: dict[str, Callable[[], bytes]] = {
    "a.csv": lambda: b"n,x\n" + b"".join(b"%d,%b\n" % (n, b"a" if n % 3 else b"b") for n in range(1000)),
    "a.csv.gz": lambda: gzip.compress(FORMATS["a.csv"]()),
    "a.jsonl": lambda: b"".join(b'{"x": "%b"}\n' % (b"a" if n % 3 else b"b") for n in range(1000)),
    "a.parquet": _parquet,
    "a.arrow": _arrow,
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_read_from_s3(s3: Any, name: str) -> None:
    """As from the disk."""
    s3.pipe(f"bucket/data/{name}", FORMATS[name]())
    built = _build(f"s3://bucket/data/{name}")
    assert (built.terms, built.counts) == (("a", "b"), (666, 334))


@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet", "a.arrow"])
def test_parts_are_read_from_s3(s3: Any, name: str) -> None:
    """Each worker asks for its own bytes."""
    s3.pipe(f"bucket/{name}", FORMATS[name]())
    (file,), problems = Source(f"s3://bucket/{name}", "x").find()
    parts = split(file, file.size // 4)
    assert not problems
    assert len(parts) > 3
    read_back = [
        value
        for part in parts
        for rows in read(part, ("x",), FileMeter(part.size))
        for value in rows.values("x").to_pylist()
    ]
    assert read_back == TABLE["x"].to_pylist()


def test_large_files_are_read_from_s3(s3: Any) -> None:
    """Larger than what is asked for at once, whole and in parts."""
    s3.pipe("bucket/a.txt", b"word\n" * 4_000_000)
    assert _build("s3://bucket/a.txt", None).counts == (4_000_000,)
    (file,), _ = Source("s3://bucket/a.txt").find()
    parts = split(file, 9_999_999)
    assert [sum(rows.number for rows in read(part, (), FileMeter(0))) for part in parts] == [2_000_000, 2_000_000, 0]


def test_globs_cross_folders_and_name_a_file_once(s3: Any) -> None:
    """Also one that was written after the last look, and one whose name has brackets."""
    s3.pipe("bucket/x/a.csv", b"x\na\n")
    assert _build("s3://bucket/**/*.csv").counts == (1,)
    with fsspec.open("s3://bucket/x/y/[1].csv", "wb") as file:
        file.write(b"x\na\n")
    assert _build(["s3://bucket/**/*.csv", "s3://bucket/x/*.csv"]).counts == (2,)
    assert _build("s3://bucket/x/y/[1].csv").counts == (1,)


def test_urls_and_paths_are_one_source(s3: Any, tmp_path: Path) -> None:
    """In any order."""
    s3.pipe("bucket/a.csv", b"x\na\n")
    (tmp_path / "a.csv").write_text("x\nb\na\n")
    assert _build([f"{tmp_path}/*.csv", "s3://bucket/a.csv"]).counts == (2, 1)


def test_everything_that_is_wrong_on_s3_is_named_at_once(s3: Any) -> None:
    """A missing file, a pattern without a match, a missing bucket, an empty file, a folder, an unknown format."""
    s3.pipe("bucket/empty.csv", b"")
    s3.pipe("bucket/folder/a.what", b"x\n")
    names = ["missing.csv", "*.none", "empty.csv", "folder", "folder/a.what"]
    buckets = ["s3://nowhere-at-all/a.csv", "s3://nowhere-at-all/*.csv"]
    assert _problems([*(f"s3://bucket/{name}" for name in names), *buckets]) == [
        "s3://bucket/missing.csv: there is no such file",
        "s3://bucket/*.none: no file matches",
        "s3://bucket/empty.csv: the file is empty",
        "s3://bucket/folder: must be a file; it is a folder. Write a glob: s3://bucket/folder/*",
        "s3://nowhere-at-all/a.csv: there is no such bucket",
        "s3://nowhere-at-all/*.csv: there is no such bucket",
        f"s3://bucket/folder/a.what: the name does not say what the file is. Give the format: {', '.join(Format)}",
    ]


def test_files_on_s3_that_cannot_be_read_are_named_at_once(s3: Any) -> None:
    """Cut off, or of another format than their names say."""
    s3.pipe("bucket/a.csv.gz", FORMATS["a.csv.gz"]()[:-3])
    s3.pipe("bucket/b.parquet", _parquet()[:-3])
    s3.pipe("bucket/c.arrow", b"nonsense")
    found = _problems("s3://bucket/*")
    assert [problem.partition(", or")[0].partition(". Copy")[0] for problem in found] == [
        "s3://bucket/a.csv.gz: the compressed stream is cut off",
        "s3://bucket/b.parquet: the file is not Parquet",
        "s3://bucket/c.arrow: the file is not Arrow",
    ]


def test_a_file_that_goes_away_meanwhile_is_named(s3: Any) -> None:
    """Between the look for it and the reading."""
    s3.pipe("bucket/a.csv", b"x\na\n")
    source = Source("s3://bucket/a.csv", "x")
    (file,), _ = source.find()
    s3.rm("bucket/a.csv")
    with pytest.raises(Exception, match="there is no such file"):
        list(read(file, ("x",), FileMeter(file.size)))


def test_missing_credentials_are_named(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are looked for where the client looks for them."""
    s3.pipe("bucket/a.csv", b"x\na\n")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    s3fs.S3FileSystem.clear_instance_cache()
    for url in ("s3://bucket/a.csv", "s3://bucket/*.csv"):
        assert _problems(url)[0].startswith(f"{url}: cannot be read: there are no credentials")


def test_files_are_read_over_http(http_folder: tuple[str, Path]) -> None:
    """Plain and compressed, from a server that gives whole files only, and one that does not say how long they are."""
    address, folder = http_folder
    (folder / "a.csv.gz").write_bytes(FORMATS["a.csv.gz"]())
    assert _build(f"{address}/a.csv.gz?version=1").counts == (666, 334)
    assert _build(f"{address}/unknown_size.txt", None).counts == (1, 1)


def test_large_files_are_read_over_http(http_folder: tuple[str, Path]) -> None:
    """Larger than what is asked for at once."""
    address, folder = http_folder
    (folder / "a.txt").write_bytes(b"word\n" * 4_000_000)
    assert _build(f"{address}/a.txt", None).counts == (4_000_000,)


def test_parquet_and_parts_need_a_server_that_gives_parts(http_folder: tuple[str, Path]) -> None:
    """Otherwise the error says so."""
    address, folder = http_folder
    (folder / "ranges.parquet").write_bytes(_parquet())
    assert _build(f"{address}/ranges.parquet").counts == (666, 334)
    (folder / "whole.parquet").write_bytes(_parquet())
    assert "range" in _problems(f"{address}/whole.parquet")[0]


def test_everything_that_is_wrong_over_http_is_named(http_folder: tuple[str, Path]) -> None:
    """A missing file, one that is forbidden, one whose connection breaks; without the secrets of the URL."""
    address, folder = http_folder
    (folder / "empty.csv").touch()
    found = _problems([f"{address}/{name}.csv?signature=secret" for name in ("missing", "forbidden", "empty")])
    assert [problem.removeprefix(address).partition(" (")[0] for problem in found] == [
        "/missing.csv?...: there is no such file",
        "/forbidden.csv?...: cannot be read: access is denied",
        "/empty.csv?...: the file is empty",
    ]
    (broken,) = _problems(f"{address}/broken.txt?signature=secret", None)
    assert broken.startswith(f"{address}/broken.txt?...: ")
    assert "secret" not in "".join([*found, broken])


def test_a_server_that_is_not_there_is_named(http_folder: tuple[str, Path]) -> None:
    """Nothing listens at port 9."""
    assert "cannot be read: Cannot connect to host" in _problems("http://127.0.0.1:9/a.csv")[0]


@pytest.fixture
def memory() -> Iterator[Any]:
    """Gives files in the memory of this process."""
    files = fsspec.filesystem("memory")
    yield files
    files.store.clear()


def test_files_in_memory_are_read(memory: Any) -> None:
    """By name and by glob; they are never read in parts, as they are one object."""
    memory.pipe({"/data/a.csv": b"x\na\n", "/data/b.csv": b"x\na\nb\n"})
    assert _build("memory://data/*.csv").counts == (2, 1)
    (file,), _ = Source("memory://data/b.csv", format="text").find()
    assert split(file, 1) == [file]


@pytest.mark.skipif(bool(importlib.util.find_spec("gcsfs")), reason="gcsfs is installed")
def test_a_missing_extra_is_named_for_gcs() -> None:
    """As nobody can know that s3:// needs s3fs."""
    (problem,) = _problems("gs://bucket/a.csv")
    assert problem.startswith("gs://bucket/a.csv: what reads gs:// is not installed")
    assert problem.endswith("Install lexport[gcs]")


@pytest.mark.parametrize(
    ("module", "url", "extra"), [("s3fs", "s3://b/a.csv", "s3"), ("aiohttp", "http://h/a", "http")]
)
def test_a_missing_extra_is_named(module: str, url: str, extra: str) -> None:
    """In a process in which it cannot be imported."""
    program = (
        f"import json, sys; sys.modules[{module!r}] = None\n"
        "from lexport.corpus import Source\n"
        f"print(json.dumps([str(problem) for problem in Source({url!r}).find()[1]]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    (problem,) = json.loads(done.stdout)
    assert problem.startswith(f"{url}: what reads {url.partition(':')[0]}:// is not installed")
    assert problem.endswith(f"Install lexport[{extra}]")


def test_an_unknown_protocol_is_named() -> None:
    """With what fsspec says about it."""
    assert _problems("nowhere://a/b.csv") == ["nowhere://a/b.csv: cannot be read: Protocol not known: nowhere"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("s3://b/a", True), ("simplecache::s3://b/a", True), ("C:/a", False), ("a/b://c", False), ("://a", False)],
)
def test_a_url_has_a_protocol(name: str, expected: bool) -> None:
    """Everything else is a path."""
    assert is_url(name) is expected


def test_a_path_is_shown_as_it_is() -> None:
    """Only URLs have secrets."""
    assert without_secrets("a?b//c:d@e") == "a?b//c:d@e"
