"""The vocabularies of the config, and a model that was trained once for all tests."""

from pathlib import Path

import pytest

from lexport import BuiltModel, Vocabulary
from lexport.config import ExportConfig, load_config
from lexport.run.announcer import SilentAnnouncer
from lexport.run.vocabularies import build_vocabularies
from pipelines.debian_sections.model import build

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def config() -> ExportConfig:
    """The config of the repository."""
    return load_config(PROJECT / "configs" / "debian_sections.yaml")


@pytest.fixture(scope="session")
def vocabularies(config: ExportConfig) -> dict[str, Vocabulary]:
    """As the export builds them."""
    return build_vocabularies(config, SilentAnnouncer())


@pytest.fixture(scope="session")
def built(vocabularies: dict[str, Vocabulary]) -> BuiltModel:
    """Less training than the config asks for, so that the tests are quick."""
    return build(vocabularies, epochs=1, seed=7)
