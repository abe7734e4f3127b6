"""What is installed: a wheel for this machine, with the kernel compiled into it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lexport.corpus.kernel.native_library import FILE

ROOT = Path(__file__).parents[1]

BUILD = """
import sys
from hatchling.build import build_wheel
print(build_wheel(sys.argv[1]))
"""


@pytest.mark.slow
def test_a_wheel_has_the_compiled_kernel_and_names_its_machine(tmp_path: Path) -> None:
    """And no source of C, no test, nothing of the machine that built it."""
    command = [sys.executable, "-c", BUILD, str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()[-1]
    assert "-py3-none-" in built
    assert not built.endswith("-any.whl")
    with zipfile.ZipFile(tmp_path / built) as wheel:
        names = wheel.namelist()
        library = wheel.read(f"lexport/corpus/kernel/{FILE}")
    assert {name.split("/")[0].split("-")[0] for name in names} == {"lexport"}
    assert not [name for name in names if name.endswith((".c", ".h"))]
    assert str(ROOT).encode() not in library
    assert b"term_table_interface" in library


@pytest.mark.slow
def test_a_compiler_of_the_users_is_taken(tmp_path: Path) -> None:
    """`LEXPORT_CC` may hold arguments; one that fails fails the installation."""
    command = [sys.executable, "-c", BUILD, str(tmp_path)]
    compiler = {"LEXPORT_CC": f"{sys.executable} -c raise(SystemExit(3))"}
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=compiler)
    assert ended.returncode != 0
    assert "returned non-zero exit status 3" in ended.stderr
