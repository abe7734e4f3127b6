"""Tests that need a GPU are never taken for tests that passed, and the documentation names every one of them."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "devices.md"
LISTED = re.compile(r"^- `(tests/\S+::test_\w+)`", re.MULTILINE)
NO_GPU = "needs a GPU that TensorFlow can see; received none. See docs/devices.md"


def run(*options: str) -> subprocess.CompletedProcess[str]:
    """Runs one test that needs a GPU where none can be seen."""
    test = "tests/verify/c_api/test_devices.py"
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-m", "gpu", "-p", "no:cacheprovider", *options, test],
        cwd=ROOT,
        env=os.environ | {"CUDA_VISIBLE_DEVICES": "-1"},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_make_test_gpu_fails_without_a_gpu() -> None:
    """It says why, and no test is run."""
    assert re.search(r"^test-gpu:.*\n\t.* -m gpu --require-gpu ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    finished = run("--require-gpu")
    assert finished.returncode == 1
    assert NO_GPU in finished.stdout + finished.stderr
    assert "passed" not in finished.stdout


@pytest.mark.slow
def test_without_a_gpu_a_test_is_skipped_with_its_reason() -> None:
    """Where somebody runs all tests that there are."""
    finished = run()
    assert finished.returncode == 0
    assert "1 skipped" in finished.stdout
    assert NO_GPU in finished.stdout


def test_the_documentation_lists_what_was_never_run_on_a_gpu() -> None:
    """By name, each test that has the marker; none that has not."""
    marked = [
        f"{path.relative_to(ROOT).as_posix()}::{name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for name in marked_tests(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert marked
    assert sorted(LISTED.findall(DOCUMENT.read_text(encoding="utf-8"))) == sorted(marked)


def marked_tests(module: ast.Module) -> list[str]:
    """Gives the names of the tests with the marker, their own or that of the module."""
    of_module = any(
        isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark" and is_gpu(node.value)
        for node in module.body
    )
    tests = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return [test.name for test in tests if of_module or any(map(is_gpu, test.decorator_list))]


def is_gpu(mark: ast.expr) -> bool:
    """Whether an expression has the marker in it."""
    return any(ast.unparse(node) == "pytest.mark.gpu" for node in ast.walk(mark) if isinstance(node, ast.Attribute))
