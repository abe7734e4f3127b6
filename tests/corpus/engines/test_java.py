"""Finding Java."""

from pathlib import Path

import pytest

from lexport.corpus.engines.java import find_java_home
from lexport.errors import ConfigError


def make_java(folder: Path, version: str) -> Path:
    """Writes a program that says which Java it is, as Java does."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2024-01-16' >&2\n")
    java.chmod(0o755)
    return folder


def test_java_home_goes_before_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for Spark itself."""
    first, second = make_java(tmp_path / "21", "21.0.8"), make_java(tmp_path / "17", "17.0.15")
    monkeypatch.setenv("JAVA_HOME", str(first))
    monkeypatch.setenv("PATH", f"{second / 'bin'}:/usr/bin:/bin")
    assert find_java_home() == str(first)
    monkeypatch.delenv("JAVA_HOME")
    assert find_java_home() == str(second)


def test_a_missing_java_is_named_with_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither `JAVA_HOME` nor the PATH leads to one."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match=r"Spark needs Java; there is none\. Install Java 17 or 21"):
        find_java_home()


@pytest.mark.parametrize(("version", "number"), [("11.0.22", 11), ("1.8.0_402", 8)])
def test_a_java_that_is_too_old_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, number: int
) -> None:
    """With its version."""
    monkeypatch.setenv("JAVA_HOME", str(make_java(tmp_path, version)))
    with pytest.raises(ConfigError, match=f"JAVA_HOME: Spark needs Java 17 or newer; .*/bin/java is Java {number}"):
        find_java_home()


def test_a_java_that_does_not_run_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`JAVA_HOME` may lead nowhere."""
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigError, match=r"JAVA_HOME: .*nowhere/bin/java does not run"):
        find_java_home()
