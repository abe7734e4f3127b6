"""The C++ session says on which devices it can compute."""

from pathlib import Path
from typing import Any

import pytest

from lexport.verify.c_api.devices import session_devices
from lexport.verify.c_api.saved_model import CSavedModel


def test_a_session_lists_its_devices(library: Any, export_dir: Path) -> None:
    """By their full names and their types; the first CPU is always there."""
    with CSavedModel(library, export_dir) as saved_model:
        devices = session_devices(library, saved_model.session)
    assert devices[0] == ("/job:localhost/replica:0/task:0/device:CPU:0", "CPU")


@pytest.mark.gpu
def test_a_gpu_is_among_the_devices_of_a_session(library: Any, export_dir: Path) -> None:
    """By which a candidate knows that it may compute there."""
    with CSavedModel(library, export_dir) as saved_model:
        kinds = [kind for _, kind in session_devices(library, saved_model.session)]
    assert "GPU" in kinds
