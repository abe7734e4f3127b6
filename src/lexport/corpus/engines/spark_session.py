"""Sessions of Spark: one that was given, or one that is made here and stopped again."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lexport.corpus.engines.extras import load_extra
from lexport.corpus.engines.java import find_java_home
from lexport.errors import ConfigError, Problem

__all__ = ["check_session", "spark_session"]

# Of sessions that are made here; what the user says goes before.
CONF = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}


def check_session(session: Any) -> Iterator[Problem]:
    """Finds what is wrong with a session that was given."""
    if session is not None and not hasattr(session, "sparkContext"):
        yield Problem("session", f"must be a SparkSession of the classic kind; received {type(session).__name__}")


@contextmanager
def spark_session(session: Any, master: str | None, conf: Mapping[str, str]) -> Iterator[Any]:
    """Gives the session that was given, and leaves it alone; or makes one, and stops it.

    Raises:
        ConfigError: there is no Java, Spark does not start, or another session is active in this process.
    """
    if session is not None:
        yield session
        return
    made = _made(master, {**CONF, **conf})
    try:
        yield made
    finally:
        made.stop()


def _made(master: str | None, conf: Mapping[str, str]) -> Any:
    sessions = load_extra("pyspark.sql", "spark").SparkSession
    if sessions.getActiveSession() is not None:
        problem = Problem("session", "another one is active in this process", "Give it: SparkEngine(session=...)")
        raise ConfigError("the engine 'spark' cannot start", [problem])
    here = (master or conf.get("spark.master", "local")).startswith("local")
    python = conf.get("spark.pyspark.python") or (sys.executable if here else None)
    with _environment(JAVA_HOME=find_java_home(), PYSPARK_PYTHON=os.environ.get("PYSPARK_PYTHON", python)):
        builder = sessions.builder.appName("lexport").config(map=dict(conf))
        try:
            made = (builder.master(master) if master else builder).getOrCreate()
        except Exception as error:
            lines = str(error).strip().splitlines() or [type(error).__name__]
            raise ConfigError("the engine 'spark' cannot start", [Problem(master or "", lines[0][:300])]) from error
    made.sparkContext.setLogLevel(conf.get("spark.log.level", "ERROR"))
    return made


@contextmanager
def _environment(**values: str | None) -> Iterator[None]:
    """Spark reads these where it starts, and nowhere else."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update({name: value for name, value in values.items() if value is not None})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
