import json
from pathlib import Path

import pytest
import tensorflow as tf
from typer.testing import CliRunner, Result

from lexport.cli.app import app
from lexport.savedmodel.digest import read_digest


def digest(*arguments: str | Path) -> Result:
    """Runs the command in this process."""
    return CliRunner().invoke(app, ["digest", *map(str, arguments)])


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SavedModel of plain TensorFlow."""
    module, directory = tf.Module(), tmp_path_factory.mktemp("saved") / "model"
    module.weight = tf.Variable([1.0, 2.0])
    tf.saved_model.save(module, str(directory))
    return directory


def test_a_script_gets_nothing_but_the_digest(model: Path) -> None:
    """One line of 64 digits."""
    result = digest(model)

    assert result.exit_code == 0
    assert result.stdout == f"{read_digest(model).sha256}\n"


def test_json_says_what_the_digest_is_of(model: Path) -> None:
    """The parts, each tensor and each asset, so that two documents tell where they differ."""
    document = json.loads(digest(model, "--json").stdout)

    assert document["sha256"] == read_digest(model).sha256
    [(key, tensor)] = document["tensors"].items()
    assert (key, tensor["dtype"], tensor["shape"], tensor["size"]) == (
        "weight/.ATTRIBUTES/VARIABLE_VALUE",
        "float32",
        [2],
        8,
    )
    assert document.keys() == {"directory", "version", "sha256", "graph", "variables", "tensors", "assets"}


def test_what_is_no_savedmodel_is_an_error(tmp_path: Path) -> None:
    """It says so, and prints no digest."""
    result = digest(tmp_path)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "is not a SavedModel" in result.stderr
