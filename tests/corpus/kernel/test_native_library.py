"""Loading what is compiled."""

import re
import shutil
from pathlib import Path

import pytest

from lexport.corpus.kernel import native_library as module
from lexport.corpus.kernel.native_library import FILE, native_library
from lexport.errors import LexportError

PACKAGE = Path(module.__file__).parent


def test_a_library_that_is_not_there_is_named_with_the_remedy(tmp_path: Path) -> None:
    """As in a checkout that was never installed."""
    with pytest.raises(LexportError, match=f"{FILE}: .*Install lexport with pip; in a checkout, `make setup`"):
        native_library(tmp_path)


def test_a_file_that_is_no_library_is_refused(tmp_path: Path) -> None:
    """As one for another kind of machine."""
    (tmp_path / FILE).write_bytes(b"no library")
    with pytest.raises(LexportError, match="the compiled part of lexport cannot be loaded"):
        native_library(tmp_path)


def test_a_library_of_other_sources_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before one of its functions is called with arguments that it does not know."""
    shutil.copy(PACKAGE / FILE, tmp_path)
    monkeypatch.setattr(module, "INTERFACE", 0)
    with pytest.raises(LexportError, match="must have interface 0; it has 3"):
        native_library(tmp_path)


def test_python_and_c_agree_about_the_interface() -> None:
    """The number, and the names of all functions with how many arguments they take."""
    header = (Path(__file__).parents[3] / "src/native/term_table.h").read_text(encoding="utf-8")
    assert f"#define TERM_TABLE_INTERFACE {module.INTERFACE}\n" in header
    declared = {name for name in re.findall(r"term_table_(\w+)\(", header) if name != "interface"}
    assert declared == module._FUNCTIONS.keys()
    for name, (_, *takes) in module._FUNCTIONS.items():
        arguments = header.split(f"term_table_{name}(", 1)[1].split(")", 1)[0]
        assert len(takes) == (0 if arguments == "void" else arguments.count(",") + 1), name
