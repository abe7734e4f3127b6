"""Compiles the kernel into the package, whenever a wheel is built or the checkout is installed.

The compiler is Zig's, from the package index: it is the same everywhere, needs nothing on the machine, and its code
runs runs wherever TensorFlow does, not only on systems as new as the one that compiles. `LEXPORT_CC` names another one.
"""

import os
import platform
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("term_table.c", "count.c", "copy.c")
LIBRARY = "src/lexport/corpus/kernel/term_table.library"
# Without debugging information, which would name the folder that it was compiled in.
FLAGS = ("-std=c11", "-O3", "-g0", "-s", "-Wall", "-Wextra", "-fPIC", "-shared")
# The oldest systems that the wheels are for: those of TensorFlow's own.
OLDEST_GLIBC = (2, 17)
OLDEST_MACOS = (12, 0)


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """What hatchling calls."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles, and says which machines the wheel is for."""
        root = Path(self.root)
        compiler, tag = _compiler()
        with tempfile.TemporaryDirectory() as folder:
            # In another file first: a process may have the old library open.
            compiled = Path(folder, "library.so")
            # Zig keeps what it compiled, by default in the home directory, which need not be there.
            caches = {"ZIG_GLOBAL_CACHE_DIR": folder, "ZIG_LOCAL_CACHE_DIR": folder}
            command = [*compiler, *FLAGS, *SOURCES, "-o", str(compiled)]
            subprocess.run(command, check=True, cwd=root / "src" / "native", env={**caches, **os.environ})
            _replace(root / LIBRARY, compiled.read_bytes())
        build_data["artifacts"].append(LIBRARY)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{tag}"


def _compiler() -> tuple[list[str], str]:
    """Gives the command of the compiler, and the machines that its code is for."""
    if os.environ.get("LEXPORT_CC"):
        return shlex.split(os.environ["LEXPORT_CC"]), sysconfig.get_platform().replace("-", "_").replace(".", "_")
    machine = platform.machine().lower()
    zig = [sys.executable, "-m", "ziglang", "cc"]
    if sys.platform == "darwin":
        major, minor = OLDEST_MACOS
        target = f"{'aarch64' if machine == 'arm64' else machine}-macos.{major}.{minor}"
        return [*zig, "-target", target], f"macosx_{major}_{minor}_{machine}"
    major, minor = OLDEST_GLIBC
    return [*zig, "-target", f"{machine}-linux-gnu.{major}.{minor}"], f"manylinux_{major}_{minor}_{machine}"


def _replace(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_bytes(data)
    partial.replace(path)
