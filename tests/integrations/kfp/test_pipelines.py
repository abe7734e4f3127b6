"""The components in pipelines, each task a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from kfp import dsl

import lexport
from lexport.publish import read_manifest
from lexport.run.verify_directory import verify_directory
from lexport.run.vocabulary_folder import VocabularyFolder
from tests.integrations.kfp.word_pipeline import (
    built,
    components,
    folder_of,
    forge,
    make_others,
    run,
    swap_lines,
    trained,
    write_project,
)

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _project_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tasks import nothing of these tests; they find lexport where the tests do."""
    monkeypatch.setenv("PYTHONPATH", str(Path(lexport.__file__).parents[1]))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A project of a user's."""
    return write_project(tmp_path / "project")


def noted(folder: Path, task: str, artifact: str) -> dict[str, Any]:
    """The metadata that a task hands to KFP."""
    told = json.loads((folder / task / "executor_output.json").read_text())
    metadata: dict[str, Any] = told["artifacts"][artifact]["artifacts"][0]["metadata"]
    return metadata


def version_in(folder: Path) -> Path:
    """The one version in the artifact."""
    (version,) = (folder / "export-model" / "model").iterdir()
    return version


def saved_models(root: Path) -> list[Path]:
    """Everything that looks like a SavedModel."""
    return sorted(root.rglob("saved_model.pb"))


def failed(pipeline: Any, root: Path, capfd: pytest.CaptureFixture[str]) -> str:
    """Runs a pipeline that must fail in its last task, and gives the log."""
    with pytest.raises(RuntimeError, match=r"FAILURE.*export-model"):
        run(pipeline, root)
    assert saved_models(root) == []
    return capfd.readouterr().out


@pytest.mark.parametrize("as_folder", [False, True], ids=["file", "folder"])
def test_a_trained_model_is_exported_and_told(config: Path, tmp_path: Path, as_folder: bool) -> None:
    """The artifact is a folder with one verified version; its metadata says what it is, the page why it holds."""
    folder = run(trained(config, as_folder=as_folder), tmp_path / "root")
    version = version_in(folder)
    assert verify_directory(version).passed
    assert [path.name for path in version.parent.iterdir()] == [version.name]
    manifest, notes = read_manifest(version), noted(folder, "export-model", "model")
    assert notes["version"] == version.name
    assert notes["verification"] == "passed"
    assert (notes["name"], notes["canonical_digest"]) == ("fruit", manifest.canonical_digest)
    digests = VocabularyFolder.read(folder / "build-vocabularies" / "vocabularies").digests
    for name, digest in digests.items():
        assert notes[f"sha256:{name}"] == manifest.vocabularies[name].sha256 == digest
        assert noted(folder, "build-vocabularies", "vocabularies")[f"sha256:{name}"] == digest
    page = (folder / "export-model" / "report").read_text()
    assert page.startswith("# fruit: verified\n")
    assert "| passed | replay:TF\\_LoadSessionFromSavedModel:serving\\_default |" in page


def test_digests_are_those_of_an_export_by_hand(config: Path, tmp_path: Path) -> None:
    """Of the vocabularies, and of the whole graph: the same config, the same model, another way to start it."""
    folder = run(built(config), tmp_path / "root")
    subprocess.run([sys.executable, "-m", "lexport", "export", str(config)], check=True, capture_output=True)
    (by_hand,) = (config.parent / "exports").iterdir()
    expected, received = read_manifest(by_hand), read_manifest(version_in(folder))
    assert received.vocabularies == expected.vocabularies
    assert received.canonical_digest == expected.canonical_digest
    assert received.config_sha256 == expected.config_sha256
    assert noted(folder, "export-model", "model")["metric:accuracy"] == 0.75


def test_other_data_takes_the_place_of_the_files(config: Path, tmp_path: Path) -> None:
    """An imported artifact is counted, by the same columns; the vocabulary that is a file stays that file."""
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows" / "part-0.csv").write_text("text\nblue plum\n")
    (tmp_path / "rows" / "part-1.csv").write_text("text\nblue plum\n")
    (tmp_path / "rows" / "_SUCCESS").write_text("")
    build_vocabularies, _ = components()

    @dsl.pipeline(name="fruit")
    def fruit() -> None:
        rows = dsl.importer(artifact_uri=str(tmp_path / "rows"), artifact_class=dsl.Dataset)
        build_vocabularies(config=str(config), data=rows.output, data_format="csv")

    loaded = VocabularyFolder.read(run(fruit, tmp_path / "root") / "build-vocabularies" / "vocabularies").load()
    assert loaded["words"].terms == ("plum", "blue")  # type: ignore[union-attr]
    assert loaded["words"].counts == (2, 2)  # type: ignore[union-attr]
    assert loaded["colors"].terms == ("red", "green", "yellow")  # type: ignore[union-attr]


def test_a_version_is_published_where_the_config_says(config: Path, tmp_path: Path) -> None:
    """By the rename of every publication; the artifact holds the same version."""
    folder = run(built(config, publish=True), tmp_path / "root")
    (published,) = (config.parent / "exports").iterdir()
    assert published.name == version_in(folder).name
    assert read_manifest(published) == read_manifest(version_in(folder))
    assert noted(folder, "export-model", "model")["published"] == str(published)


def test_a_file_that_was_edited_in_between_fails_the_pipeline(
    config: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """With the name of the vocabulary and both digests; there is no model."""
    log = failed(built(config, breaker=swap_lines), tmp_path / "root", capfd)
    assert "vocabulary 'words': words.txt was changed since it was built: required sha256" in log


def test_a_list_that_was_written_again_is_no_excuse(
    config: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The digests travel in the metadata, too, out of reach of whoever edits the files."""
    log = failed(built(config, breaker=forge), tmp_path / "root", capfd)
    assert "words: was built with sha256" in log


def test_vocabularies_that_the_model_was_not_trained_with_fail_the_pipeline(
    config: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """However sound they are in themselves."""
    log = failed(trained(config, between=make_others), tmp_path / "root", capfd)
    assert "does not own the vocabularies of its config" in log
    assert "words" in log


def test_a_model_that_does_not_hold_is_not_handed_on(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The task fails with the finding; the page tells all checks, and the artifact is not there."""
    config = write_project(tmp_path / "project", "noisy")
    log = failed(built(config), tmp_path / "root", capfd)
    assert "the export was not verified" in log
    assert "serving_default" in log
    task = folder_of(tmp_path / "root") / "export-model"
    assert not (task / "model").exists()
    page = (task / "report").read_text()
    assert page.startswith("# fruit: NOT verified\n")
    assert "| **FAILED** |" in page


def test_another_config_in_the_image_fails_the_task(
    config: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The digest is part of what the cache looks at, and is held."""
    log = failed(built(config, config_sha256="0" * 64), tmp_path / "root", capfd)
    assert f"is not the config that the pipeline was made for: required sha256 {'0' * 64}; received" in log
