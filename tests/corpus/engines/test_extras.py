"""Packages that an engine needs, and that are not always there."""

import subprocess
import sys

import pytest


def run_python(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("module", "engine", "extra"),
    [("apache_beam", "BeamEngine", "beam"), ("pyspark", "SparkEngine", "spark"), ("pandas", "SparkEngine", "spark")],
)
def test_a_missing_extra_is_named(module: str, engine: str, extra: str) -> None:
    """Where the engine is made, and not before."""
    program = (
        f"import sys; sys.modules[{module!r}] = None\n"
        f"from lexport.corpus.engines import {engine}\n"
        "from lexport.errors import ConfigError\n"
        f"try: {engine}()\n"
        "except ConfigError as error: print(error)\n"
    )
    said = run_python(program)
    assert said.startswith(f"the engine {extra!r} is not installed\n")
    assert said.endswith(f"Install lexport[{extra}]\n")


def test_beam_and_spark_are_loaded_only_where_they_are_used() -> None:
    """Importing them takes seconds, and most people have neither."""
    program = "import sys, lexport.corpus, lexport.corpus.engines; print({'apache_beam', 'pyspark'} & set(sys.modules))"
    assert run_python(program) == "set()\n"
