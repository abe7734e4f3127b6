"""`lexport export`, end to end: each test that starts TensorFlow does it in a process of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

pytestmark = pytest.mark.slow


def test_the_last_line_of_stdout_is_the_path(published: Any) -> None:
    """`dir=$(lexport export c.yaml | tail -1)` works; the verification stands above it."""
    lines = published.finished.stdout.splitlines()

    assert published.finished.code == 0
    assert published.path.parent == published.config.parent / "exports"
    assert (published.path / "saved_model.pb").is_file()
    assert lines[0].split() == ["outcome", "check", "detail"]
    assert any(line.startswith("passed   replay:") for line in lines)


def test_steps_and_figures_are_told_on_stderr(published: Any) -> None:
    """With the time since the start."""
    stderr = published.finished.stderr

    assert stderr.startswith("       0.0 s  starting TensorFlow\n")
    assert "building vocabulary words\n" in stderr
    assert "accuracy  0.9312\n" in stderr
    assert stderr.splitlines()[-1].endswith(" s  published")


def test_what_the_factory_prints_goes_to_stderr(published: Any) -> None:
    """From Python, from C and from a child process; nothing of it is on stdout, and nothing is lost."""
    for printed in ("from python", "from c", "from a child"):
        assert f"{printed}\n" in published.finished.stderr
        assert printed not in published.finished.stdout


def test_tensorflow_does_not_chat(published: Any) -> None:
    """What is on stderr is lexport's, or the factory's."""
    for noise in ("oneDNN", "absl", "cuda", "cpu_feature_guard", "WARNING", "INFO"):
        assert noise not in published.finished.stderr


def test_json_is_the_report(lexport: Run, config: Path, tmp_path: Path) -> None:
    """One document on stdout; --directory and --version hold instead of the config's."""
    finished = lexport("export", config, "--json", "--directory", "elsewhere", "--version", "7", cwd=tmp_path)
    document = finished.document

    assert finished.code == 0
    assert document["path"] == str(tmp_path / "elsewhere" / "7")
    assert (document["version"], document["passed"]) == (7, True)
    assert document["metrics"] == {"accuracy": 0.93124}
    assert {check["passed"] for check in document["verification"]["checks"]} == {True}
    assert (tmp_path / "elsewhere" / "7" / "saved_model.pb").is_file()
    assert not (tmp_path / "exports").exists()


def test_an_error_in_the_factory_is_shown_as_the_users(lexport: Run, config: Path) -> None:
    """With the traceback of the factory; nothing is published, and nobody is asked to report it."""
    (config.parent / "factory.py").write_text("def build(vocabularies):\n    raise RuntimeError('no data')\n")
    finished = lexport("export", config, "--json")

    assert finished.code == 1
    assert "RuntimeError: no data" in finished.stderr
    assert f"{config.parent / 'factory.py'}, line 2" in finished.stderr
    assert "report" not in finished.stderr
    assert finished.document["error"]["type"] == "RuntimeError"
    assert not (config.parent / "exports").exists()


def test_a_factory_that_ends_the_process_is_a_failure(lexport: Run, config: Path) -> None:
    """`sys.exit(0)` is not a success where nothing was exported."""
    (config.parent / "factory.py").write_text("import sys\ndef build(vocabularies):\n    sys.exit(0)\n")

    assert lexport("export", config).code == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_export_leaves_nothing(config: Path, number: int, code: int) -> None:
    """Ctrl-C while the other process verifies: the staging directory is gone, nothing is published."""
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [Path(sys.executable).parent / "lexport", "export", config, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        # What a shell starts in the background ignores Ctrl-C, and so does what that starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "verifying" in line:
            break
    assert any((config.parent / "exports").iterdir())
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=60)

    assert process.returncode == code
    assert json.loads(stdout)["error"]["exit_code"] == code
    assert stderr.splitlines()[-1] in ("lexport: interrupted", "lexport: terminated")
    assert not (config.parent / "exports").exists() or not list((config.parent / "exports").iterdir())


def test_a_terminal_gets_a_table_and_the_path_undrawn(terminal: Callable[..., tuple[int, str]], config: Path) -> None:
    """The last line is the path, also there."""
    code, shown = terminal("export", config)

    assert code == 0
    assert "\u2500" in shown
    assert Path(shown.splitlines()[-1]).parent == config.parent / "exports"


def test_tensorflows_log_is_shown_on_request(lexport: Run, config: Path) -> None:
    """For whoever looks for a driver."""
    (config.parent / "factory.py").write_text("def build(vocabularies):\n    raise RuntimeError\n")

    assert (
        "oneDNN" in lexport("export", config, env={"LEXPORT_TENSORFLOW_LOGS": "1", "TF_CPP_MIN_LOG_LEVEL": "0"}).stderr
    )


def test_a_failed_verification_publishes_nothing(lexport: Run, config: Path) -> None:
    """A model that answers otherwise when it is saved: exit code 1, and each failed check is named."""
    factory = config.parent / "factory.py"
    factory.write_text(
        factory.read_text().replace(
            'model = keras.Model(word, {"id": StringLookup(vocabulary=vocabularies["words"])(word)})',
            'import random; ids = StringLookup(vocabulary=vocabularies["words"])(word); '
            "other = keras.layers.Lambda(lambda x: x + random.randrange(10**9), output_shape=())(ids); "
            'model = keras.Model(word, {"id": other})',
        )
    )
    finished = lexport("export", config)

    assert (finished.code, finished.stdout) == (1, "")
    assert "VerificationError: the export was not verified" in finished.stderr
    assert "replay:tf.saved_model.load:serving_default" in finished.stderr
    assert not (config.parent / "exports").exists() or not list((config.parent / "exports").iterdir())


def test_the_directory_of_a_version_can_be_moved(lexport: Run, published: Any, tmp_path: Path) -> None:
    """What was published is verified elsewhere, from what travels with it."""
    copy = tmp_path / "copy"
    shutil.copytree(published.path, copy)

    assert lexport("verify", copy).code == 0


def test_a_config_for_a_gpu_fails_where_there_is_none(
    lexport: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before any work: no vocabulary is built, no factory called, nothing written."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    config.write_text(config.read_text() + "device: gpu\n")
    finished = lexport("export", config)

    assert (finished.code, finished.stdout) == (1, "")
    assert finished.stderr.splitlines()[-1] == (
        "DeviceError: device: gpu requires a GPU that TensorFlow can see; received none. Use cpu or auto"
    )
    assert "building" not in finished.stderr
    assert not (config.parent / "exports").exists()
