"""The settings of a verification: from the config into the export's verification, its manifest, and every later one."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lexport
from lexport import ExportReport
from lexport.config import VerifyConfig, load_config
from lexport.errors import AssetError, VerificationError
from lexport.run.places import BASELINE
from lexport.run.rehearse import rehearse
from lexport.run.run_export import run_export
from lexport.run.verification_settings import VerificationSettings
from lexport.run.verify_directory import verify_directory
from lexport.verify import Baseline, Case, VerificationReport
from lexport.verify.candidates import CANDIDATES
from tests.verify.faults.sound_export import agree_with_manifest

OBJECT_GRAPH, SESSION, CPP = (candidate.name for candidate in CANDIDATES)
MANIFEST = Path("assets.extra") / "lexport" / "manifest.json"
SETTINGS = {
    "rtol": 0.1,
    "atol": 0.01,
    "allow_ops": ["PrintV2"],
    "allow_strings": ["/animals/cat"],
    "baseline_limit": 12_345,
    "require": [OBJECT_GRAPH, CPP],
}
CONFIG = """\
name: animals
model: {factory: "model_with_settings:build"}
signatures:
  serving_default: {inputs: {word: {dtype: string, shape: [null]}}, outputs: [label, score, long]}
verify: VERIFY
publish: {directory: exports, version: 1}
"""
# It prints, answers with what looks like a path, and answers otherwise by 1 % when it is served.
MODEL = """\
import keras
import tensorflow as tf
from lexport import Vocabulary
from lexport.layers import StringLookup


class Odd(keras.layers.Layer):
    def call(self, ids):
        factor = 1.0 if tf.executing_eagerly() else 1.01
        with tf.control_dependencies([tf.print(tf.size(ids))]):
            score = tf.cast(ids, tf.float32) * factor
        label = tf.fill(tf.shape(ids), "/animals/cat")
        return {"label": label, "score": score, "long": tf.repeat(tf.expand_dims(score, 1), 50, axis=1)}


def build(vocabularies):
    word = keras.Input((), dtype="string", name="word")
    lookup = StringLookup(vocabulary=Vocabulary.from_terms("words", ["the", "of", "cat"]))
    return keras.Model(word, Odd()(lookup(word)))
"""


# -- what is stored --------------------------------------------------------------------------------------------


def test_all_settings_of_the_config_come_back_from_the_manifest() -> None:
    """Through JSON; what is missing there, as in manifests of older versions, has its default."""
    settings = VerificationSettings.of_config(VerifyConfig(**SETTINGS), "gpu")
    assert settings == VerificationSettings(
        allow_ops=("PrintV2",),
        allow_strings=("/animals/cat",),
        baseline_limit=12_345,
        built_on="gpu",
        require=(OBJECT_GRAPH, CPP),
    )
    stored = json.loads(json.dumps({"rtol": 1.0, **settings.to_json(), "report": {}}))
    assert VerificationSettings.of_manifest(stored) == settings
    assert VerificationSettings.of_manifest({}) == VerificationSettings()
    assert VerificationSettings.of_manifest(VerificationSettings().to_json()) == VerificationSettings()


@pytest.mark.parametrize("value", [[], ["tf.load"], [OBJECT_GRAPH, 1], OBJECT_GRAPH, False])
def test_the_required_loaders_of_a_manifest_must_be_loaders(value: Any) -> None:
    """Whoever can write an export can write its manifest; an empty list would require nothing."""
    with pytest.raises(AssetError, match="does not say how the export is to be verified") as raised:
        VerificationSettings.of_manifest({"require": value})
    [problem] = raised.value.problems
    assert problem.where == "require"
    assert problem.message.startswith(f"must be a list of at least one of {OBJECT_GRAPH}, ")


# -- what they do ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Path]]:
    """Writes a config with these settings; the model is the same."""
    folder = tmp_path_factory.mktemp("settings")
    (folder / "pyproject.toml").touch()
    (folder / "model_with_settings.py").write_text(MODEL)
    (folder / "examples.jsonl").write_text('{"word": "of"}\n{"word": "zebra"}\n')

    def write(**settings: Any) -> Path:
        verify = {"examples": "examples.jsonl", **settings}
        (folder / "animals.yaml").write_text(CONFIG.replace("VERIFY", json.dumps(verify)))
        return folder / "animals.yaml"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", list(sys.path))
        yield write


@pytest.fixture(scope="module")
def report(project: Callable[..., Path]) -> ExportReport:
    """An export that passes with all of the settings, and with none less."""
    return run_export(load_config(project(**SETTINGS, hermetic=False)))


@pytest.fixture
def copied(report: ExportReport, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(report.path, tmp_path / "copied"))


def edit(directory: Path, **changes: Any) -> None:
    """Changes settings in the manifest; None takes one out."""
    manifest = json.loads((directory / MANIFEST).read_bytes())
    verification = {**manifest["verification"], **changes}
    manifest["verification"] = {name: value for name, value in verification.items() if value is not None}
    (directory / MANIFEST).write_text(json.dumps(manifest))


def failed(report: VerificationReport) -> list[str]:
    """Gives the names of the checks that failed."""
    return [check.name for check in report.checks if check.passed is False]


@pytest.mark.slow
def test_an_export_is_published_with_its_settings(report: ExportReport) -> None:
    """Each had its effect, and the manifest keeps those that hold for the export wherever it is."""
    manifest = json.loads((report.path / MANIFEST).read_bytes())
    assert {name: manifest["verification"][name] for name in SETTINGS} == SETTINGS
    verification = report.verification
    assert verification.passed
    details = {check.name: check.detail for check in verification.checks}
    assert "allowed by name: PrintV2" in details["static:allowed-ops"]
    assert verification.facts["hermetic"] == "no (it was turned off)"
    assert verification.facts["baseline"].endswith(" requests travel with the export (verify.baseline_limit)")
    required = {check.name: check.required for check in verification.checks if check.name.startswith("replay:")}
    assert required == {f"replay:{name}:serving_default": name != SESSION for name in (OBJECT_GRAPH, SESSION, CPP)}
    assert manifest["verification"]["report"] == json.loads(verification.to_json())


@pytest.mark.slow
def test_a_published_version_is_verified_with_its_settings(report: ExportReport) -> None:
    """But for the sandbox: no manifest can turn it off for whoever asks."""
    again = verify_directory(report.path)
    assert again.passed, str(again)
    assert [(check.name, check.required) for check in again.checks] == [
        (check.name, check.required) for check in report.verification.checks
    ]
    assert again.facts["hermetic"] != "no (it was turned off)"


@pytest.mark.slow
def test_a_published_version_is_loaded_by_whoever_allows_what_it_does(report: ExportReport) -> None:
    """Its manifest allows it too, and does not count: the graph runs in this process, without a sandbox."""
    with pytest.raises(
        AssetError, match=r"(?s)lexport\.load\(\.\.\., allow_ops=.*no-absolute-path.*allowed-ops: PrintV2"
    ):
        lexport.load(report.path)
    loaded = lexport.load(report.path, allow_ops="PrintV2", allow_strings=["/animals/cat"])
    assert list(loaded.signatures) == ["serving_default"]


@pytest.mark.parametrize(
    ("setting", "checks"),
    [
        ("allow_ops", ["static:allowed-ops"]),
        ("allow_strings", ["static:no-absolute-path"]),
        ("rtol", [f"replay:{name}:serving_default" for name in (OBJECT_GRAPH, SESSION, CPP)]),
    ],
)
def test_an_export_fails_without_a_setting_that_it_needs(
    setting: str, checks: list[str], project: Callable[..., Path], copied: Path
) -> None:
    """In the config when it is made, and in the manifest when it is verified again."""
    defaults = {"allow_ops": [], "allow_strings": [], "rtol": 1e-5}
    changed = {**SETTINGS, setting: defaults[setting]}
    assert failed(rehearse(load_config(project(**changed)))) == checks
    edit(copied, **{setting: defaults[setting]})
    assert failed(verify_directory(copied)) == checks


@pytest.mark.slow
def test_examples_that_are_larger_than_the_limit_are_not_left_out(project: Callable[..., Path]) -> None:
    """Probes are, and the report says so; the user's own rows must travel."""
    with pytest.raises(VerificationError, match=r"limit is 100 bytes, and the requests that must travel"):
        rehearse(load_config(project(**{**SETTINGS, "baseline_limit": 100})))


@pytest.mark.slow
def test_a_larger_baseline_is_read_where_the_manifest_allows_it(copied: Path) -> None:
    """What a file may take in memory is bounded all the same."""
    zeros = np.zeros((100, 200_000), np.float64)
    large = Case("examples", "serving_default", {"word": ["the"] * 100}, {"score": zeros})
    Baseline((large,)).write(copied / BASELINE, max_bytes=1 << 30)
    agree_with_manifest(copied)
    edit(copied, allow_ops=[])  # so that it ends with the static checks
    with pytest.raises(VerificationError, match="bytes"):
        verify_directory(copied)
    edit(copied, baseline_limit=200_000_000)
    assert failed(verify_directory(copied)) == ["static:allowed-ops"]
