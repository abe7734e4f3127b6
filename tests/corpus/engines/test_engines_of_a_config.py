"""One config, the same vocabularies on every engine, from the command line on."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# `make test` installs Beam; `make test-fast` does without.
pytest.importorskip("apache_beam")

CONFIG = """\
name: engines
vocabularies:
  words:
    source: {files: a.txt}
    terms: {standardize: lower_and_strip_punctuation, split: whitespace}
    max_terms: 300
    reserved: ["[CLS]", "[SEP]"]
  pairs:
    source: {files: a.csv, column: text}
    terms: {standardize: lower, split: whitespace, ngrams: 2}
    min_count: 2
    documents: true
  tags: {source: {files: a.csv, column: tag}, weight: weight, rank: weight}
  ids: {source: {files: a.parquet, column: id}, dtype: int64}
  telling:
    source: {files: a.csv, column: text}
    terms: {standardize: lower_and_strip_punctuation, split: whitespace}
    label: tag
    rank: mutual_information
    max_terms: 50
model: {factory: "factory:build"}
signatures: {serving_default: {inputs: {word: {dtype: string, shape: [null]}}}}
publish: {directory: exports}
"""


def built(folder: Path, *arguments: str, engine: Any = None) -> list[tuple[str, int, str, bytes]]:
    """Gives what the command says of each vocabulary, and the statistics that it writes."""
    path = folder / "config.yaml"
    path.write_text(CONFIG + (f"engine: {json.dumps(engine)}\n" if engine else ""))
    out = folder / f"out-{len(list(folder.iterdir()))}"
    command = [sys.executable, "-m", "lexport", "vocab", "build", str(path), "--json", "--out", str(out), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, env=os.environ.copy())
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)["vocabularies"]
    statistics = [(out / f"{one['name']}.statistics.parquet").read_bytes() for one in found]
    return [(one["name"], one["terms"], one["sha256"], data) for one, data in zip(found, statistics, strict=True)]


@pytest.mark.slow
def test_one_config_gives_the_same_vocabularies_on_all_engines(
    tmp_path: Path,
    write_rows: Callable[[Path, str], Path],
    spark_master: str,
    spark_conf: dict[str, str],
    java_home: Path,
) -> None:
    """By digest, and their statistics byte for byte: here, on Beam with two processes, on a Spark master with two
    workers, and with the engine of the command line in place of that of the config.
    """
    for name in ("a.txt", "a.csv", "a.parquet"):
        write_rows(tmp_path, name)
    expected = built(tmp_path)
    assert [name for name, *_ in expected] == ["words", "pairs", "tags", "ids", "telling"]
    assert all(terms > 2 for _, terms, *_ in expected)

    beam = {"kind": "beam", "options": ["--direct_num_workers=2", "--direct_running_mode=multi_processing"]}
    assert built(tmp_path, engine=beam) == expected
    assert built(tmp_path, "--engine", "beam") == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", str(java_home))
        assert built(tmp_path, engine={"kind": "spark", "master": spark_master, "conf": spark_conf}) == expected
