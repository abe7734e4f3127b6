"""A store of MLflow in SQLite for each file of tests, and exports to log into it."""

import logging
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

if find_spec("mlflow"):
    import lexport.integrations.mlflow  # noqa: F401 - first, as it knows what MLflow warns of when it is imported

collect_ignore_glob = [] if find_spec("mlflow") else ["test_*.py"]


@pytest.fixture(scope="module")
def tracking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A tracking store and a folder of artifacts, for runs of this module alone."""
    import mlflow

    folder = tmp_path_factory.mktemp("mlflow")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", uri)
        patch.setenv("MLFLOW_UV_AUTO_DETECT", "false")
        # It sets up logging of its own when it makes the tables, at which others would wonder.
        logging.getLogger("alembic").setLevel(logging.WARNING)
        mlflow.set_tracking_uri(uri)
        mlflow.create_experiment("exports", artifact_location=(folder / "artifacts").as_uri())
        mlflow.set_experiment("exports")
        yield uri
        mlflow.set_tracking_uri(None)


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published model of words, with examples; no test changes it."""
    import keras

    import lexport
    from lexport.layers import StringLookup

    words = lexport.Vocabulary.from_terms("words", ["der", "Hund", "bellt", "Straße"])
    word = keras.Input((), dtype="string", name="word")
    ids = StringLookup(vocabulary=words)(word)
    back = StringLookup(vocabulary=words, invert=True)(ids)
    model = keras.Model(word, {"id": ids, "known": back}, name="fruit")
    report = lexport.export(
        model,
        tmp_path_factory.mktemp("exports") / "fruit",
        signatures={"serving_default": lexport.Signature({"word": ("string", (None,))}, outputs=("id", "known"))},
        examples=[{"word": word} for word in ("Hund", "Katze", "Straße", "der", "bellt", "Hund", "der")],
        metrics={"accuracy": 0.5},
        version=7,
    )
    return report.path
