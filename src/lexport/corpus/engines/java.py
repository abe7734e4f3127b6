"""Finding the Java that Spark runs on."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from lexport.errors import ConfigError, Problem

__all__ = ["find_java_home"]

OLDEST = 17
HOW = (
    "Install Java 17 or 21, all of it and not a trimmed runtime (on Debian: apt-get install openjdk-17-jre-headless), "
    "and let JAVA_HOME name its folder where it is not on the PATH"
)


def find_java_home() -> str:
    """Gives the folder of the Java that Spark runs on: that of `JAVA_HOME`, or else of the PATH.

    Raises:
        ConfigError: there is none, or it is too old.
    """
    named = os.environ.get("JAVA_HOME")
    if named:
        return _checked(Path(named) / "bin" / "java", "JAVA_HOME")
    on_path = shutil.which("java")
    if not on_path:
        raise _refusal("java", "Spark needs Java; there is none")
    return _checked(Path(on_path).resolve(), "java on the PATH")


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
