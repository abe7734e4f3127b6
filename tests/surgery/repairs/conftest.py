"""Each SavedModel is saved once and repaired once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from lexport.surgery.repairs import repair
from tests.surgery.repairs.user_models import RECIPES, Repaired


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives a SavedModel by its recipe; it is shared, and nobody changes it."""

    @cache
    def make(name: str) -> Path:
        path = tmp_path_factory.mktemp(name) / "training" / "model"
        path.parent.mkdir()
        RECIPES[name](path)
        return path

    return make


@pytest.fixture(scope="session")
def repaired(saved: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Repaired]:
    """Gives a SavedModel with its repaired copy, far from it."""

    @cache
    def make(name: str) -> Repaired:
        original, out = saved(name), tmp_path_factory.mktemp("out") / "model"
        return Repaired(original, out, repair(original, out))

    return make
