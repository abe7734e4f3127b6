"""Vocabularies, a trained model and its export as steps of a TFX pipeline, run by TFX's own runner to the end."""

import json
from pathlib import Path
from typing import Any

import pytest

import lexport
from lexport.config import load_config
from lexport.errors import AssetError, ConfigError, LexportError, VerificationError, VocabularyError
from lexport.publish import read_manifest
from lexport.run.announcer import SilentAnnouncer
from lexport.run.verify_directory import verify_directory
from lexport.run.vocabularies import build_vocabularies
from tests.integrations.tfx.fruit_model import write_project
from tests.integrations.tfx.fruit_pipeline import (
    ForgeExported,
    ForgeWords,
    OtherWords,
    SwapExported,
    SwapWords,
    broken_after,
    built,
    noted,
    run,
    saved_models,
    trained,
    uri,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a table, a vocabulary file and a config."""
    return write_project(tmp_path_factory.mktemp("fruit"))


@pytest.fixture(scope="module")
def finished(config: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a pipeline that trained, exported and pushed a model, with two Beam workers."""
    root = tmp_path_factory.mktemp("finished")
    workers = ["--direct_running_mode=multi_processing", "--direct_num_workers=2"]
    run(root, trained(config, root), workers)
    return root


@pytest.fixture(scope="module")
def pushed(finished: Path) -> Path:
    """What Pusher pushed."""
    (version,) = (finished / "pushed").iterdir()
    return version


def digests(config: Path) -> dict[str, str]:
    """Those of the vocabularies that `lexport export` builds."""
    return {name: one.digest for name, one in build_vocabularies(load_config(config), SilentAnnouncer()).items()}


def test_the_ids_are_those_of_an_export_of_the_same_config(config: Path, pushed: Path) -> None:
    """Rows that came through ExampleGen and Beam give the same vocabularies, byte for byte."""
    entries = read_manifest(pushed).vocabularies
    assert {name: one.sha256 for name, one in entries.items()} == digests(config)


def test_what_was_pushed_is_an_export(pushed: Path) -> None:
    """It is whole after Pusher's copy, other processes get its answers again, and it can be loaded."""
    assert verify_directory(pushed).passed
    answers = lexport.load(pushed).signatures["serving_default"](text=["red apple", "blue apple"])
    first, second = answers["ids"].numpy().tolist()
    assert (first[1], second[0]) == (second[1], 1)


def test_ml_metadata_knows_what_was_built_and_verified(config: Path, finished: Path, pushed: Path) -> None:
    """Digests, versions and the result are custom properties, so that they can be asked for."""
    manifest = read_manifest(pushed)
    expected = {f"sha256:{name}": digest for name, digest in digests(config).items()}
    assert noted(finished, "Vocabularies").items() >= expected.items()
    told = noted(finished, "Model", "KerasExporter")
    assert told.items() >= expected.items()
    assert told["canonical_digest"] == manifest.canonical_digest
    assert told["config_sha256"] == load_config(config).digest == manifest.config_sha256
    assert (told["verification"], told["name"]) == ("passed", "fruit")
    assert told["lexport_version"] == manifest.versions["lexport"]
    assert told["checks_passed"] > 10
    assert "version" not in told  # Pusher's


def test_blessings_are_those_that_pusher_asks_for(finished: Path) -> None:
    """And hold the report of what was verified."""
    for kind, file in (("InfraBlessing", "INFRA_BLESSED"), ("ModelBlessing", "BLESSED")):
        assert noted(finished, kind)["blessed"] == 1
        assert (uri(finished, kind) / file).is_file()
        report = json.loads((uri(finished, kind) / "verification.json").read_text())
        assert report["passed"] is True
    assert noted(finished, "PushedModel")["pushed"] == 1
    # A baseline for an Evaluator is what an Evaluator has blessed.
    assert not {"current_model", "current_model_id"} & noted(finished, "ModelBlessing").keys()


def test_a_pipeline_may_publish_by_itself(config: Path, tmp_path: Path) -> None:
    """The factory of the config builds the model; it is published where the config says, and noted as pushed."""
    run(tmp_path, built(config, tmp_path, publish=True))
    told = noted(tmp_path, "PushedModel")
    version = config.parent / "exports" / told["version"]
    assert (told["pushed"], told["pushed_version"]) == (1, version.name)
    assert Path(told["pushed_destination"]) == version
    for copy in (version, uri(tmp_path, "PushedModel"), uri(tmp_path, "Model") / "Format-Serving"):
        assert read_manifest(copy) == read_manifest(version)
        assert verify_directory(copy).passed
    assert not list(tmp_path.rglob(".lexport"))


def failure(root: Path, components: list[Any], kind: type[LexportError]) -> str:
    """Runs a pipeline that must fail and leave no model, and gives what the error says."""
    with pytest.raises(kind) as raised:
        run(root, components)
    exported = [path for path in saved_models(root) if "KerasTrainer" not in path.parts]
    assert exported == []
    assert not (root / "pushed").exists()
    return str(raised.value)


def test_a_vocabulary_that_is_edited_in_between_fails_the_pipeline(config: Path, tmp_path: Path) -> None:
    """Two exchanged lines would be other ids than in training."""
    told = failure(tmp_path, built(config, tmp_path, SwapWords), VocabularyError)
    assert "vocabulary 'words': words.txt was changed since it was built: required sha256" in told
    assert digests(config)["words"] in told


def test_a_vocabulary_that_is_edited_with_its_list_fails_the_pipeline(config: Path, tmp_path: Path) -> None:
    """ML Metadata knows the digests, too."""
    told = failure(tmp_path, built(config, tmp_path, ForgeWords), VocabularyError)
    assert f"words: was built with sha256 {digests(config)['words']}; vocabularies.json tells" in told


@pytest.mark.parametrize(
    ("breaker", "told"), [(SwapExported, "assets/words.txt"), (ForgeExported, "is not the one that was verified")]
)
def test_an_export_that_is_edited_before_the_push_is_not_pushed(
    config: Path, tmp_path: Path, breaker: Any, told: str
) -> None:
    """The manifest knows each file, and ML Metadata the manifest; a server never sees what was edited."""
    with pytest.raises(AssetError) as raised:
        run(tmp_path, broken_after(config, tmp_path, breaker))
    assert told in str(raised.value)
    assert not (tmp_path / "pushed").exists()


def test_a_config_that_is_edited_after_the_definition_fails_the_pipeline(tmp_path: Path) -> None:
    """Its result would be cached as that of the config as it was."""
    config = write_project(tmp_path / "fruit")
    components = built(config, tmp_path)
    config.write_text(config.read_text() + "# another one\n")
    with pytest.raises(ConfigError, match="was changed since the pipeline was defined: required"):
        run(tmp_path, components)


def test_another_vocabulary_than_that_of_the_training_fails_the_pipeline(config: Path, tmp_path: Path) -> None:
    """However sound the other one is in itself: the model's layers own the one that they were trained with."""
    told = failure(tmp_path, trained(config, tmp_path, breaker=OtherWords), VocabularyError)
    assert "the model does not own the vocabularies of its config" in told
    assert f"the model owns Vocabulary('words', 6 terms, string, sha256 {digests(config)['words'][:12]})" in told


def test_a_failed_verification_fails_the_pipeline(tmp_path: Path) -> None:
    """The error tells the finding; nothing is blessed, and nothing pushed."""
    config = write_project(tmp_path / "fruit", factory="noisy")
    told = failure(tmp_path / "root", built(config, tmp_path / "root"), VerificationError)
    assert "'score'" in told
    assert not list((tmp_path / "root").rglob("*BLESSED"))


def test_a_trainer_that_saves_no_keras_file_is_told_what_to_save(config: Path, tmp_path: Path) -> None:
    """What is found is named."""
    with pytest.raises(ConfigError, match=r"must be one \.keras file in .*received .*saved_model\.pb.*model\.save"):
        run(tmp_path, trained(config, tmp_path, run_fn="forgetful_run_fn"))
    assert not (tmp_path / "pushed").exists()
