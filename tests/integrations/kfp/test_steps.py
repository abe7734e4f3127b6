"""What the tasks read and write, beside TensorFlow."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lexport.integrations.kfp
from lexport.errors import AssetError, ConfigError, PublishError
from lexport.integrations.kfp.build_step import build_step
from lexport.integrations.kfp.data_files import data_files
from lexport.integrations.kfp.model_files import keras_file, put_version
from lexport.integrations.kfp.pinned_config import check_pinned
from lexport.integrations.kfp.report_markdown import report_markdown
from lexport.publish import make_manifest, write_manifest
from lexport.verify import CheckResult, VerificationReport

MODULES = [
    module.name for module in pkgutil.walk_packages(lexport.integrations.kfp.__path__, "lexport.integrations.kfp.")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As those of all other modules do, in an environment that has KFP's SDK."""
    monkeypatch.chdir(tmp_path)
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_a_folder_is_read_in_order_without_what_engines_leave(tmp_path: Path) -> None:
    """Spark writes `_SUCCESS` and `.crc` beside its parts."""
    for name in ("b.csv", "a/c.csv", "_SUCCESS", ".b.csv.crc", "_tmp/d.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert data_files(str(tmp_path)) == [str(tmp_path / "a" / "c.csv"), str(tmp_path / "b.csv")]
    assert data_files(str(tmp_path / "b.csv")) == [str(tmp_path / "b.csv")]


@pytest.mark.parametrize("name", [".", "missing"])
def test_no_data_is_an_error(tmp_path: Path, name: str) -> None:
    """Otherwise the vocabularies would be empty."""
    with pytest.raises(ConfigError, match="a file or a folder with files; received"):
        data_files(str(tmp_path / name))


def test_a_format_that_nobody_reads_is_named(tmp_path: Path) -> None:
    """With those that there are."""
    with pytest.raises(ConfigError, match=r"must be one of csv, tsv, jsonl, .*; received 'xlsx'"):
        build_step("words.yaml", None, data_format="xlsx")


def test_the_config_of_the_pipeline_is_the_one_in_the_image(tmp_path: Path) -> None:
    """By its bytes; upper case is the same digest."""
    file = tmp_path / "a.yaml"
    file.write_bytes(b"")
    digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    check_pinned(str(file), digest)
    check_pinned(str(file), digest.upper())
    file.write_bytes(b"#")
    with pytest.raises(ConfigError, match=f"required sha256 {digest}; received [0-9a-f]{{64}}"):
        check_pinned(str(file), digest)
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        check_pinned(str(tmp_path / "b.yaml"), digest)


def test_a_model_is_found_as_file_and_in_a_folder(tmp_path: Path) -> None:
    """KFP's paths have no suffix, and Keras wants one."""
    (tmp_path / "link").mkdir()
    (tmp_path / "model").write_text("zip")
    with keras_file(str(tmp_path / "model"), tmp_path / "link") as found:
        assert (found.suffix, found.read_text()) == (".keras", "zip")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "x.keras").write_text("")
    with keras_file(str(tmp_path / "folder"), tmp_path / "link") as found:
        assert found == tmp_path / "folder" / "x.keras"


@pytest.mark.parametrize(
    ("files", "told"),
    [(["a.keras", "b.keras"], "a.keras, b.keras"), (["saved_model.pb"], "saved_model.pb"), ([], "nothing")],
)
def test_other_models_are_told(tmp_path: Path, files: list[str], told: str) -> None:
    """Two models are none, and a SavedModel cannot be exported again."""
    for file in files:
        (tmp_path / file).write_text("")
    with (
        pytest.raises(ConfigError, match=f"with {told}. In the training component"),
        keras_file(str(tmp_path), tmp_path),
    ):
        pass


def export_at(path: Path) -> Path:
    """A directory with a manifest, as small as can be."""
    path.mkdir()
    (path / "saved_model.pb").write_bytes(b"")
    write_manifest(path, make_manifest(path, name="words"))
    return path


def test_a_version_is_copied_whole(tmp_path: Path) -> None:
    """Into a folder of versions, as servers take it."""
    placed = put_version(export_at(tmp_path / "export"), tmp_path / "artifact", 12)
    assert placed == tmp_path / "artifact" / "12"
    assert (placed / "saved_model.pb").is_file()


def test_a_version_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """A disk that is full, a mount that is read-only."""
    (tmp_path / "artifact").write_text("in the way")
    with pytest.raises(PublishError, match="the model cannot be written to"):
        put_version(export_at(tmp_path / "export"), tmp_path / "artifact", 12)


def test_a_version_that_is_not_what_was_verified_leaves_nothing(tmp_path: Path) -> None:
    """Whatever happened to a file on its way."""
    export = export_at(tmp_path / "export")
    (export / "saved_model.pb").write_bytes(b"other")
    with pytest.raises(AssetError, match="is not what its manifest says"):
        put_version(export, tmp_path / "artifact", 12)
    assert list((tmp_path / "artifact").iterdir()) == []


def test_what_failed_comes_first_on_the_page() -> None:
    """And is no link, image or cell of its own, whatever terms are quoted."""
    checks = (
        CheckResult("assets", True, "2 files"),
        CheckResult("replay:x", False, "'id': required 1; received <b>|2\nrow 3"),
        CheckResult("replay:y", None, "no C API", required=False),
    )
    page = report_markdown("fruit", VerificationReport(checks, {"device": "cpu"}))
    assert page.splitlines()[0] == "# fruit: NOT verified"
    assert page.splitlines()[6] == "| **FAILED** | replay:x | 'id': required 1; received \\<b\\>\\|2 row 3 |"
    assert page.count("replay:x") == 1
    assert page.endswith("\n- device: cpu\n")


@given(st.text())
def test_a_detail_stays_in_its_cell(detail: str) -> None:
    """A row has three cells, and nothing in it is markup."""
    page = report_markdown("fruit", VerificationReport((CheckResult("assets", True, detail),)))
    row = page.split("|---|---|---|\n")[1]
    assert len(row.replace("\\|", "").split("|")) == 5
    assert "<" not in row.replace("\\<", "")
    assert row.count("\n") == 1
