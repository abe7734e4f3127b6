"""Types for paths, globs and URLs in the config.

They are written relative to the project directory and come out absolute; in JSON, from which the digest of a
config is made, they are relative again where the context names the project, so that the digest is the same on
every machine. A URL stays as it is, and nothing is asked of its server while a config is checked.
"""

import glob
import os
import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, SerializationInfo, ValidationInfo

from lexport.config.findings import show
from lexport.config.messages import refusal
from lexport.config.project import Origin

__all__ = ["ExistingFile", "ExistingGlob", "ExistingPath", "TargetDirectory", "TargetFile"]

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(::[A-Za-z][A-Za-z0-9+.-]+)*://")

LONGEST_PATH = 4096
DEEPEST_PATH = 100


def _project(info: ValidationInfo) -> Path:
    return info.context.project if isinstance(info.context, Origin) else Path.cwd()


def _from_here(info: ValidationInfo) -> str:
    return f"Relative paths start at {show(str(_project(info)))}"


def _checked_text(value: Any) -> str:
    if isinstance(value, Path):
        return str(value)
    if not isinstance(value, str):
        raise refusal("be a path")
    if not value or "\0" in value:
        raise refusal("be a path, not empty and without NUL")
    if len(value) > LONGEST_PATH or value.count("/") > DEEPEST_PATH:
        raise refusal(f"be a path of at most {LONGEST_PATH} characters and {DEEPEST_PATH} folders")
    return value


def _absolute(value: Any, info: ValidationInfo) -> Path:
    path = Path(_checked_text(value))
    try:
        path = path.expanduser()
    except RuntimeError as error:
        raise refusal("start with the home directory of a known user", remedy="Write the path out") from error
    return Path(os.path.normpath(_project(info) / path))


def _absolute_glob(value: Any, info: ValidationInfo) -> str:
    pattern = _checked_text(value)
    if pattern[:7].lower() == "file://":
        pattern = unquote(pattern[7:].removeprefix("localhost"))
    if _URL.match(pattern):
        return _checked_url(pattern)
    if pattern.startswith("~"):
        home, _, rest = pattern.partition("/")
        return os.path.normpath(f"{glob.escape(str(_absolute(home, info)))}/{rest}")
    if _is_file(_project(info) / pattern):
        # A file may be called `[a].csv`; its name is then no pattern.
        return glob.escape(os.path.normpath(_project(info) / pattern))
    # The project's own name may hold a character that is special in a glob.
    return os.path.normpath(os.path.join(glob.escape(str(_project(info))), pattern))  # noqa: PTH118


def _checked_url(url: str) -> str:
    if re.search(r"//[^/@]*:[^/@]*@", url):
        remedy = "Credentials come from the environment"
        raise refusal("be a URL without a password", received="one with a password", remedy=remedy)
    return url


def _matches(pattern: str) -> bool:
    """Whether a glob, or a plain path, matches at least one file; stops at the first."""
    return any(_is_file(Path(path)) for path in glob.iglob(pattern, recursive=True))  # noqa: PTH207


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _existing_file(path: Path, info: ValidationInfo) -> Path:
    if not _is_file(path):
        raise refusal("be a file that exists", remedy=_from_here(info))
    return path


def _existing_path(path: Path, info: ValidationInfo) -> Path:
    if not _exists(path):
        raise refusal("be a file or directory that exists", remedy=_from_here(info))
    return path


def _existing_glob(pattern: str, info: ValidationInfo) -> str:
    # What a URL names is asked for when the data are read, and not while a config is checked.
    given = isinstance(info.context, Origin) and info.context.data_given
    if not given and not _URL.match(pattern) and not _matches(pattern):
        raise refusal("match at least one file", remedy=_from_here(info))
    return pattern


def _target(path: Path) -> Path:
    for candidate in (path, *path.parents):
        if _exists(candidate):
            if candidate.is_dir():
                return path
            raise refusal("be a directory, or a path where one can be made", remedy=f"{candidate} is a file")
    return path


def _target_file(path: Path) -> Path:
    if path.is_dir():
        raise refusal("be a file, or a path where one can be made", remedy=f"{path} is a directory")
    _target(path.parent)
    return path


def _portable(path: Path, info: SerializationInfo) -> str:
    return os.path.relpath(path, info.context.project) if isinstance(info.context, Origin) else str(path)


def _portable_glob(pattern: str, info: SerializationInfo) -> str:
    if not isinstance(info.context, Origin) or _URL.match(pattern):
        return pattern
    return os.path.relpath(pattern, glob.escape(str(info.context.project)))


_AbsolutePath = Annotated[
    Path, BeforeValidator(_absolute), PlainSerializer(_portable, return_type=str, when_used="json")
]

ExistingFile = Annotated[_AbsolutePath, AfterValidator(_existing_file)]
ExistingPath = Annotated[_AbsolutePath, AfterValidator(_existing_path)]
TargetDirectory = Annotated[_AbsolutePath, AfterValidator(_target)]
TargetFile = Annotated[_AbsolutePath, AfterValidator(_target_file)]
ExistingGlob = Annotated[
    str,
    BeforeValidator(_absolute_glob),
    AfterValidator(_existing_glob),
    PlainSerializer(_portable_glob, return_type=str, when_used="json"),
]
