"""The example of the repository as a Kubeflow pipeline, on its real data."""

from pathlib import Path

import pytest
import yaml

import lexport
from lexport.publish import read_manifest
from pipelines.debian_sections.kfp_pipeline import main


def test_the_pipeline_compiles(tmp_path: Path) -> None:
    """To the YAML that a cluster takes, with the image and the place of the config in it."""
    arguments = ["--image", "registry.example.com/debian:1", "--config", "/project/configs/debian_sections.yaml"]
    assert main(["--compile", str(tmp_path / "pipeline.yaml"), *arguments]) == 0
    spec = yaml.safe_load((tmp_path / "pipeline.yaml").read_text())
    tasks = spec["root"]["dag"]["tasks"]
    assert sorted(tasks) == ["build-vocabularies", "export-model", "train-model"]
    executors = spec["deploymentSpec"]["executors"].values()
    assert {one["container"]["image"] for one in executors} == {"registry.example.com/debian:1"}
    parameters = tasks["export-model"]["inputs"]["parameters"]
    assert parameters["config"]["runtimeValue"]["constant"] == "/project/configs/debian_sections.yaml"
    assert len(parameters["config_sha256"]["runtimeValue"]["constant"]) == 64


@pytest.mark.slow
def test_the_pipeline_runs_to_its_end(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a verified model whose vocabularies are those of `lexport export`; it trains for less than a real one."""
    # The pipeline adds the project to it, for its tasks.
    monkeypatch.setenv("PYTHONPATH", str(Path(lexport.__file__).parents[1]))
    assert main(["--root", str(tmp_path / "root"), "--epochs", "1"]) == 0
    (version,) = tmp_path.glob("root/*/export-model/model/*")
    told = capfd.readouterr().out
    for name, entry in read_manifest(version).vocabularies.items():
        assert f"{entry.sha256}  as lexport export builds it" in told, name
