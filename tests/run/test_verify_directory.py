"""A published version is verified again, here and on a machine that has nothing but the export.

`test_load.py` has what the manifest finds, and `tests/verify/test_faults.py` every fault with all that must find it.
Here somebody has rewritten the manifest as well, and what it says of the model is all that there is to compare with.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

import lexport
from lexport.errors import AssetError
from lexport.run.verify_directory import verify_directory
from lexport.verify import VerificationReport
from lexport.verify.candidates import CANDIDATES
from tests.verify.faults.file_faults import cut_graph
from tests.verify.faults.graph_faults import edit_graph
from tests.verify.faults.sound_export import MANIFEST, agree_with_manifest

pytestmark = pytest.mark.slow

NAMED = "static:content-named"
REPLAYS = [f"replay:{candidate.name}:serving_default" for candidate in CANDIDATES]


def failed(report: VerificationReport) -> list[str]:
    """Gives the names of the checks that failed."""
    return [check.name for check in report.checks if check.passed is False]


def detail(report: VerificationReport, name: str) -> str:
    """Gives what a check says."""
    return next(check.detail for check in report.checks if check.name == name)


def test_a_published_version_passes_again(copied: Path) -> None:
    """Elsewhere, from nothing but what travels with it; as it did when it was published."""
    report = verify_directory(copied)
    assert report.passed, str(report)
    published = json.loads((copied / MANIFEST).read_bytes())["verification"]["report"]
    assert [check.name for check in report.checks] == [check["name"] for check in published["checks"]]


def test_a_version_is_verified_where_nothing_else_is(published: Any, tmp_path: Path) -> None:
    """By the console script, in another home and working directory; store, sources and first place are gone."""
    moved = Path(shutil.copytree(published.path, tmp_path / "elsewhere" / "7"))

    def verify() -> tuple[int, Any]:
        result = subprocess.run(
            [sys.executable, "-m", "lexport", "verify", str(moved), "--json"],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path / "home"), "LEXPORT_HOME": str(tmp_path / "no-store")}
            | {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
        )
        return result.returncode, json.loads(result.stdout)

    code, report = verify()
    assert (code, report["passed"]) == (0, True), report
    assert {check["name"] for check in report["checks"]} >= set(REPLAYS)
    assert not (tmp_path / "no-store").exists()

    # The name of the table in the graph still tells which file it was.
    before, after = swap_lines(moved)
    code, report = verify()
    assert (code, [check["name"] for check in report["checks"] if check["passed"] is False]) == (1, [NAMED])

    # Nothing on disk tells: every digest is what the graph and the manifest say.
    graph = moved / "saved_model.pb"
    graph.write_bytes(graph.read_bytes().replace(before.encode(), after.encode()))
    agree_with_manifest(moved)
    code, report = verify()
    faults = {check["name"]: check["detail"] for check in report["checks"] if check["passed"] is False}
    assert (code, list(faults)) == (1, REPLAYS)
    assert all("output 'id'" in detail for detail in faults.values())


def swap_lines(directory: Path) -> tuple[str, str]:
    """Exchanges two terms, with a manifest that agrees; gives the digest of before, and the new one."""
    words = directory / "assets" / "words.txt"
    before = words.read_bytes()
    first, second, *rest = before.splitlines(keepends=True)
    words.write_bytes(b"".join([second, first, *rest]))
    agree_with_manifest(directory)
    return hashlib.sha256(before).hexdigest(), hashlib.sha256(words.read_bytes()).hexdigest()


# -- found without running anything ----------------------------------------------------------------------------


def damage_graph(directory: Path) -> None:
    """Cuts the graph off."""
    cut_graph(directory)
    agree_with_manifest(directory)


def delete_asset(directory: Path) -> None:
    """Takes a vocabulary away, and every mention of it from the manifest."""
    (directory / "assets" / "labels.txt").unlink()
    agree_with_manifest(directory)


def swap_lines_beside_the_original(directory: Path) -> None:
    """Lets the graph read a swapped vocabulary, while the manifest points to the original."""
    words = directory / "assets" / "words.txt"
    original = words.read_bytes()
    first, second, *rest = original.splitlines(keepends=True)
    words.write_bytes(b"".join([second, first, *rest]))
    (directory / "assets" / "original.txt").write_bytes(original)

    def point(manifest: Any) -> None:
        manifest["vocabularies"]["words"] |= {
            "asset": "assets/original.txt",
            "sha256": hashlib.sha256(original).hexdigest(),
        }

    agree_with_manifest(directory, point)


def rename_output(directory: Path) -> None:
    """Serves an output under another name than the manifest says."""

    def rename(graph: Any) -> None:
        outputs = graph.signature_def["serving_default"].outputs
        outputs["score"].CopyFrom(outputs.pop("scores"))

    edit_graph(directory, rename)
    agree_with_manifest(directory)


def add_signature(directory: Path) -> None:
    """Serves something that nobody asked for."""

    def add(graph: Any) -> None:
        graph.signature_def["hidden"].CopyFrom(graph.signature_def["serving_default"])

    edit_graph(directory, add)
    agree_with_manifest(directory)


@pytest.mark.parametrize(
    ("fault", "checks"),
    [
        (damage_graph, {"static:readable"}),
        (delete_asset, {"static:asset-present"}),
        (swap_lines_beside_the_original, {"static:asset-present", "static:no-orphan-files"}),
        (rename_output, {"static:signatures"}),
        (add_signature, {"static:signatures"}),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_fault_fails_its_check_and_nothing_is_replayed(
    fault: Callable[[Path], None], checks: set[str], copied: Path
) -> None:
    """TensorFlow does not get to see what is wrong on disk."""
    fault(copied)
    report = verify_directory(copied)
    assert checks <= set(failed(report)), str(report)
    replays = {check.name: check.passed for check in report.checks if check.name.startswith("replay:")}
    assert replays == dict.fromkeys(REPLAYS)


# -- what cannot be verified -----------------------------------------------------------------------------------


def test_what_was_only_saved_was_never_verified(tmp_path: Path) -> None:
    """The error says how to get what can be."""
    path = lexport.save(tf.Module(), tmp_path / "model")
    with pytest.raises(AssetError, match=r"holds no answers to compare with: .*Publish with lexport\.export"):
        verify_directory(path)


@pytest.mark.parametrize(
    "verification", [None, {}, {"rtol": 1e-5}, {"rtol": "1", "atol": 0}, {"rtol": -1.0, "atol": 0.0}, {"rtol": True}]
)
def test_tolerances_must_be_numbers(verification: Any, copied: Path) -> None:
    """A comparison without them would be no comparison."""
    agree_with_manifest(copied, lambda manifest: manifest.update(verification=verification))
    with pytest.raises(AssetError, match=re.escape("must say with which rtol and atol to compare")):
        verify_directory(copied)
