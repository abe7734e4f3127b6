import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

pytestmark = pytest.mark.slow

DEVICES = ("cpu", "gpu", "auto")


@pytest.fixture
def copy(published: Any, tmp_path: Path) -> Path:
    """A published version to break."""
    target = tmp_path / "copy"
    shutil.copytree(published.path, target)
    return target


def test_a_published_version_is_verified_again(lexport: Run, published: Any) -> None:
    """The same table, the same JSON, and exit code 0."""
    finished = lexport("verify", published.path, "--json")

    assert finished.code == 0
    assert finished.document["passed"] is True
    assert "verified" in finished.stderr


def test_a_swapped_line_in_a_vocabulary_is_found(lexport: Run, copy: Path) -> None:
    """Before TensorFlow reads it: the manifest knows every file."""
    (copy / "assets" / "words.txt").write_text("of\nthe\ndog\ncow\ncat\n")
    finished = lexport("verify", copy, "--json")

    assert finished.code == 1
    assert finished.document["error"]["type"] == "AssetError"
    assert "assets/words.txt" in finished.stderr


def test_an_export_is_rehearsed_and_not_published(lexport: Run, config: Path) -> None:
    """Everything is done but the publication."""
    finished = lexport("verify", config)

    assert finished.code == 0
    assert "passed   replay:" in finished.stdout
    assert "from python" not in finished.stdout
    assert not (config.parent / "exports").exists()


def test_a_failed_rehearsal_exits_1_with_the_whole_table(lexport: Run, config: Path) -> None:
    """Passed checks and failed ones; --json is the report, not an error."""
    factory = config.parent / "factory.py"
    factory.write_text(
        factory.read_text().replace(
            'model = keras.Model(word, {"id": StringLookup(vocabulary=vocabularies["words"])(word)})',
            'import random; ids = StringLookup(vocabulary=vocabularies["words"])(word); '
            "other = keras.layers.Lambda(lambda x: x + random.randrange(10**9), output_shape=())(ids); "
            'model = keras.Model(word, {"id": other})',
        )
    )
    finished = lexport("verify", config, "--json")

    assert finished.code == 1
    assert finished.document["passed"] is False
    assert {check["passed"] for check in finished.document["checks"]} == {True, False}


@pytest.fixture
def without_gpu(monkeypatch: pytest.MonkeyPatch) -> str:
    """A machine on which TensorFlow sees no GPU; gives the message of those who ask for one."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    return "device: gpu requires a GPU that TensorFlow can see; received none. Use cpu or auto"


def test_a_published_version_is_served_on_the_cpu_unless_a_device_is_named(
    lexport: Run, published: Any, without_gpu: str
) -> None:
    """`auto` says what it found; `gpu` is an error, before anything is served."""
    documents = {device: lexport("verify", published.path, "--device", device, "--json").document for device in DEVICES}

    told = {device: document.get("facts", {}).get("device") for device, document in documents.items()}
    assert told == {"cpu": "cpu", "auto": "auto: cpu alone, as TensorFlow sees no GPU", "gpu": None}
    assert documents["gpu"]["error"]["type"] == "DeviceError"
    assert documents["gpu"]["error"]["message"] == without_gpu


def test_the_device_of_the_command_line_overrides_the_configs(lexport: Run, config: Path, without_gpu: str) -> None:
    """In both directions; the rehearsal of a config for GPUs is of use without one."""
    finished = lexport("verify", config, "--device", "gpu")
    assert (finished.code, finished.stdout) == (1, "")
    assert f"DeviceError: {without_gpu}" in finished.stderr
    assert "from python" not in finished.stderr

    config.write_text(config.read_text() + "device: gpu\n")
    finished = lexport("verify", config, "--device", "auto", "--json")
    assert finished.code == 0, finished.stdout + finished.stderr
    assert finished.document["facts"]["device"] == "auto: cpu alone, as TensorFlow sees no GPU"


def test_an_unknown_device_is_an_error_of_the_command_line(lexport: Run, published: Any) -> None:
    """Which names those that there are."""
    finished = lexport("verify", published.path, "--device", "tpu")
    assert finished.code == 2
    for device in DEVICES:
        assert f"'{device}'" in finished.stderr
    assert "Value error" not in finished.stderr


def test_what_does_not_exist_may_have_been_meant_as_either(lexport: Run, tmp_path: Path) -> None:
    """A missing directory is not called a config."""
    finished = lexport("verify", tmp_path / "exports")
    assert finished.code == 2
    assert "it must be a config, a YAML file, or the directory of a published version" in finished.stderr
