"""`KerasArchive`: the members of a `.keras` file, opened without unpacking it."""

import json
import os
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lexport.errors import AssetError, Problem
from lexport.savedmodel.tree import path_problem

__all__ = ["CONFIG", "METADATA", "WEIGHTS", "KerasArchive"]

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
MAX_MEMBERS = 100_000
MAX_JSON = 1 << 28
MAX_MEMBER = 1 << 30
# Deflate cannot do better than about a thousand to one, and text seldom better than twenty.
MAX_RATIO, RATIO_MATTERS = 200, 1 << 24
ENCRYPTED = 1


class KerasArchive:
    """A `.keras` file: a zip archive of a config, weights and assets.

    Args:
        path: the file. Nothing in it is trusted.

    Attributes:
        path: the file.
        config: the model's config, from `config.json`.
        metadata: `metadata.json`; empty where there is none.

    Raises:
        AssetError: it is no zip archive, has more members than any model, or its config cannot be read.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "model.keras"
        >>> with zipfile.ZipFile(path, "w") as file:
        ...     file.writestr("config.json", '{"class_name": "Sequential"}')
        >>> with KerasArchive(path) as archive:
        ...     archive.config, [problem.where for problem in archive.problems()]
        ({'class_name': 'Sequential'}, ['model.weights.h5'])
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        try:
            self._file = zipfile.ZipFile(self.path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise AssetError(
                f"{self.path} is no .keras file: {error}. Give a file that model.save wrote, or the directory of a "
                "SavedModel"
            ) from error
        self._infos = self._file.infolist()
        if len(self._infos) > MAX_MEMBERS:
            self._file.close()
            raise AssetError(f"{self.path} has {len(self._infos)} members; no model has more than {MAX_MEMBERS}")
        try:
            self.config = self._json(CONFIG)
            self.metadata = self._json(METADATA) if METADATA in self.names else {}
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the members that are files."""
        return frozenset(info.filename for info in self._infos if not info.is_dir())

    def problems(self) -> Iterator[Problem]:
        """Tells what is not safe about the members, or missing."""
        for name, times in Counter(info.filename for info in self._infos).items():
            if times > 1:
                yield Problem(name, f"{times} members have this name, and readers differ in which they take")
        for info in self._infos:
            problem = self._problem(info)
            if problem:
                yield Problem(info.filename, problem)
        if WEIGHTS not in self.names and not any(name.endswith(".weights.json") for name in self.names):
            yield Problem(WEIGHTS, "the weights are missing")

    def read(self, name: str, limit: int = MAX_MEMBER) -> bytes:
        """Reads a member, of which no more than a limit is ever unpacked.

        Raises:
            AssetError: there is none, or it is not safe, too large or damaged.
        """
        if name not in self.names:
            raise AssetError(f"{self.path} has no {name}")
        info = self._file.getinfo(name)
        problem = self._problem(info)
        if problem is None and info.file_size > limit:
            problem = f"it has {info.file_size} bytes; the limit is {limit}"
        if problem:
            raise AssetError(f"{name} in {self.path} is refused: {problem}")
        try:
            with self._file.open(info) as file:
                data = file.read(limit + 1)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
            raise AssetError(f"{name} in {self.path} is damaged: {error}") from error
        except Exception as error:  # zlib.error and lzma.LZMAError have no base of their own
            raise AssetError(f"{name} in {self.path} cannot be unpacked: {error}") from error
        if len(data) != info.file_size:
            raise AssetError(f"{name} in {self.path} is damaged: its size must be {info.file_size}")
        return data

    def _problem(self, info: zipfile.ZipInfo) -> str | None:
        ratio = info.file_size / max(info.compress_size, 1)
        checks = (
            (bool(path_problem(info.filename.rstrip("/"))), f"{path_problem(info.filename.rstrip('/'))}"),
            (stat.S_ISLNK(info.external_attr >> 16), "it is a symbolic link"),
            (bool(info.flag_bits & ENCRYPTED), "it is encrypted"),
            (
                info.file_size > RATIO_MATTERS and ratio > MAX_RATIO,
                f"{info.compress_size} bytes would become {info.file_size}",
            ),
        )
        return next((told for wrong, told in checks if wrong), None)

    def _json(self, name: str) -> dict[str, Any]:
        try:
            parsed = json.loads(self.read(name, MAX_JSON))
        except (ValueError, RecursionError) as error:
            raise AssetError(f"{name} in {self.path} is not JSON: {error}") from error
        if not isinstance(parsed, dict):
            raise AssetError(f"{name} in {self.path} must be a JSON object; received a {type(parsed).__name__}")
        return parsed
