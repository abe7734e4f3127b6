"""The rules of the house: where things live, who may import whom, what is locked."""

import ast
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["id"]: contract["name"] for contract in PROJECT["tool"]["importlinter"]["contracts"]}
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))

# One forbidden import for each contract: where it is put, and what it is.
FORBIDDEN_IMPORTS = {
    "layers": ("vocabulary/lint.py", "import lexport.corpus"),
    "verifier": ("verify/report.py", "import lexport.layers"),
    "corpus": ("corpus/source.py", "import lexport.layers"),
    "keras-layers": ("layers/terms.py", "import lexport.config"),
    "publish": ("publish/version.py", "import lexport.config"),
    "tfformats": ("tfformats/tf_record.py", "import lexport.vocabulary"),
    "savedmodel": ("savedmodel/tree.py", "import lexport.vocabulary"),
    "serving": ("serving/signature.py", "import lexport.savedmodel"),
    "tensorflow": ("config/names.py", "import tensorflow"),
    "command-line": ("cli/app.py", "import keras"),
}

# What must answer without the seconds that an import of TensorFlow takes; a package stands for all its modules.
WITHOUT_TENSORFLOW = [
    name
    for name in (
        "lexport",
        "lexport.errors",
        "lexport.tfformats",
        "lexport.vocabulary",
        "lexport.config",
        "lexport.corpus",
        "lexport.savedmodel",
        "lexport.publish",
        "lexport.compare",
        "lexport.transform",
        "lexport.kerasfile",
        "lexport.doctor",
        "lexport.surgery",
        "lexport.verify",
        "lexport.report",
        "lexport.cli",
    )
    if importlib.util.find_spec(name)
]

HEAVY = {"tensorflow", "tensorflow_text", "keras", "numpy", "pyarrow", "pydantic", "ruamel", "rich", "matplotlib"}

IMPORT_EVERYTHING = """
import importlib, json, pkgutil, sys
name = sys.argv[1]
module = importlib.import_module(name)
if name != "lexport":  # its sub-packages are asked one by one; not all of them do without TensorFlow
    for found in pkgutil.walk_packages(getattr(module, "__path__", ()), name + "."):
        # The candidates are processes of their own, and so are the workers of Beam.
        if not found.name.startswith(("lexport.verify.candidates.", "lexport.corpus.engines.beam_pipeline")):
            importlib.import_module(found.name)
print(json.dumps(sorted(sys.modules)))
"""


def test_a_module_is_named_after_its_idea() -> None:
    """`tree` alone tells where a thing is; a drawer for everything would not."""
    drawers = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [path for path in [*SOURCES, *TESTS] if {path.stem, path.parent.name} & drawers] == []


def test_a_source_file_is_short() -> None:
    """One idea a file: what needs more than 250 lines is two."""
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path: length for path, length in lengths.items() if length > 250} == {}


def test_a_test_says_what_it_promises() -> None:
    """The docstring of a test is a promise of the project; nobody knows what a test without one protects."""
    silent = [
        f"{path.relative_to(ROOT)}::{node.name}"
        for path in TESTS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_forbidden_import_breaks_its_contract(contract: str, tmp_path: Path) -> None:
    """Each import contract sees the very thing that it forbids, so `make lint` holds the design."""
    where, statement = FORBIDDEN_IMPORTS[contract]
    copy = copy_of_the_sources(tmp_path)
    module = copy / "src" / "lexport" / where
    module.write_text(f"{statement}\n{module.read_text(encoding='utf-8')}", encoding="utf-8")
    result = lint_imports(copy)
    assert f"{CONTRACTS[contract]} BROKEN" in result.stdout
    assert result.returncode == 1


def test_a_new_package_needs_a_place_in_the_order(tmp_path: Path) -> None:
    """A package that nobody has placed cannot slip in between the others."""
    copy = copy_of_the_sources(tmp_path)
    (copy / "src" / "lexport" / "newcomer").mkdir()
    (copy / "src" / "lexport" / "newcomer" / "__init__.py").write_text('"""Nobody placed it."""\n', encoding="utf-8")
    result = lint_imports(copy)
    assert f"{CONTRACTS['layers']} BROKEN" in result.stdout
    assert "lexport.newcomer" in result.stdout


def test_there_is_something_that_needs_no_tensorflow() -> None:
    """The parameters of the next test are not empty by mistake."""
    assert "lexport" in WITHOUT_TENSORFLOW
    assert len(WITHOUT_TENSORFLOW) > 5


@pytest.mark.parametrize("name", WITHOUT_TENSORFLOW)
def test_what_needs_no_tensorflow_does_not_load_it(name: str) -> None:
    """Importing it leaves TensorFlow and Keras out of the process, also through others."""
    assert loaded_with(IMPORT_EVERYTHING, name) & {"tensorflow", "tensorflow_text", "keras"} == set()


@pytest.mark.parametrize("name", ["lexport", "lexport.cli.app"])
def test_start_up_loads_nothing_heavy(name: str) -> None:
    """A command that needs one of these loads it itself, so that no other command waits for it."""
    assert loaded_with(f"import json, sys, {name}\nprint(json.dumps(sorted(sys.modules)))", name) & HEAVY == set()


def test_the_lock_pins_every_requirement_by_hash_and_names_no_registry() -> None:
    """Two machines get the same files, from whatever registry each of them uses."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", lock, flags=re.MULTILINE).strip())
    assert len(pins) > 50
    assert [
        pin for pin in pins if not re.match(r"[a-z0-9-]+==\S+ .*\\\n +--hash=sha256:", pin.replace(" \\", "  \\"))
    ] == []
    assert re.findall(r"://|--(?:extra-)?index|--find-links| @ ", lock) == []


def test_the_lock_holds_what_the_project_asks_for() -> None:
    """A requirement that was added or raised without `make lock` is found here, not on another machine."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, flags=re.MULTILINE))
    asked = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"]
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


def copy_of_the_sources(folder: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    result.stdout = " ".join(result.stdout.split())
    return result


def loaded_with(program: str, name: str) -> set[str]:
    """Names the modules of a fresh process after it has imported something."""
    command = [sys.executable, "-c", program, name]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return set(json.loads(result.stdout))
