"""A process lists the GPUs that TensorFlow can compute on, by the C API alone."""

import subprocess
import sys
from typing import Any

import pytest

from lexport.verify.c_api.gpu_listing import devices_of_process, main


def test_the_devices_of_a_process_are_listed_by_kind(library: Any) -> None:
    """Without any graph: a session is enough."""
    assert devices_of_process(library, "CPU")[0].endswith("/device:CPU:0")
    assert devices_of_process(library, "TPU") == []


def test_a_library_that_is_missing_is_an_error() -> None:
    """It is not the same as no GPU."""
    with pytest.raises(SystemExit, match="keeps the C API is not known"):
        main(platform="plan9")


def test_the_listing_never_imports_tensorflow() -> None:
    """That would take longer than all the rest of `lexport verify DIR`."""
    program = "import sys\nfrom lexport.verify.c_api.gpu_listing import main\nmain()\n"
    program += "sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
