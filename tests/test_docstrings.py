"""The examples in the docstrings run, and every public name has one."""

import ast
import doctest
import enum
import importlib
import importlib.util
import inspect
import linecache
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

import lexport

# Cannot be imported, or show nothing, where the extra is not installed, as for `make test-fast`.
EXTRAS = {
    "lexport.corpus.engines.beam": "apache_beam",
    "lexport.corpus.engines.beam_pipeline": "apache_beam",
    "lexport.corpus.engines.spark": "pyspark",
    "lexport.integrations.kfp": "kfp",
    "lexport.integrations.mlflow": "mlflow",
    "lexport.integrations.tfx": "tfx",
}
# Layers number their names, `string_lookup`, `string_lookup_1`; to begin again takes seconds in a process this large.
NUMBERED = ("_lookup", "_vectorization", "_tokenizer")
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(lexport.__path__, "lexport.")
    if all(
        importlib.util.find_spec(extra) for name, extra in EXTRAS.items() if f"{module.name}.".startswith(f"{name}.")
    )
)
PACKAGES = ["lexport", *(name for name in MODULES if name.count(".") == 1)]

# Public names without an example of their own, by the name whose example shows them: they are what it gives, and
# users never make one. Errors and enumerations need no example either.
EXEMPT = {
    "lexport.load": {"lexport.LoadedExport"},
    "lexport.config.load_config": {"lexport.config.ExportConfig"},
    "lexport.publish.read_manifest": {
        "lexport.publish.FileEntry",
        "lexport.publish.Manifest",
        "lexport.publish.VocabularyEntry",
    },
    "lexport.savedmodel.read_inventory": {
        "lexport.savedmodel.Asset",
        "lexport.savedmodel.FileRead",
        "lexport.savedmodel.Inventory",
        "lexport.savedmodel.PathMention",
        "lexport.savedmodel.Signature",
        "lexport.savedmodel.Sizes",
        "lexport.savedmodel.Table",
        "lexport.savedmodel.TableContent",
    },
}


@pytest.mark.parametrize("name", ["lexport", *MODULES])
def test_the_examples_of_a_module_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An example in a docstring can be pasted and gives what it says; none is overlooked by the runner."""
    module = importlib.import_module(name)
    monkeypatch.chdir(tmp_path)
    if "keras" in sys.modules and any(text in inspect.getsource(module) for text in NUMBERED):
        sys.modules["keras"].utils.clear_session(free_memory=False)
    # For each docstring doctest looks whether a file has changed whose lines anything has read: thousands by then.
    linecache.clearcache()
    result = doctest.testmod(module)
    assert result.failed == 0
    assert result.attempted == examples_in_source(module)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_public_name_has_an_example(name: str) -> None:
    """Whatever `__all__` of a package offers says what it is, and shows it."""
    module = importlib.import_module(name)
    bare = [
        f"{name}.{public}"
        for public in getattr(module, "__all__", ())
        if needs_example(getattr(module, public)) and not shows_example(getattr(module, public))
    ]
    assert set(bare) <= set().union(*EXEMPT.values())


@pytest.mark.parametrize("giver", EXEMPT)
def test_an_exemption_is_needed_and_shown_elsewhere(giver: str) -> None:
    """A name that was given an example, or is gone, leaves the list; what gives it has an example."""
    assert shows_example(named(giver))
    assert [name for name in EXEMPT[giver] if shows_example(named(name))] == []


def named(name: str) -> object:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def examples_in_source(module: ModuleType) -> int:
    """Counts the statements of all examples, also of objects that doctest cannot see, such as cached functions."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, documented)]
    parser = doctest.DocTestParser()
    return sum(len(parser.get_examples(ast.get_docstring(node) or "")) for node in nodes)


def needs_example(value: object) -> bool:
    if isinstance(value, type):
        return not issubclass(value, BaseException | enum.Enum)
    return callable(value) and not hasattr(value, "__origin__")  # aliases such as `Callable[[int], None]` are types


def shows_example(value: object) -> bool:
    # A class does not inherit its example: that would be one of another class.
    return "Example" in (docstring := value.__doc__ or "") and ">>> " in docstring
