"""`load_config`: from a YAML file to an `ExportConfig`, or to one error that names everything wrong."""

import codecs
import difflib
import os
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lexport.config.export_config import ExportConfig
from lexport.config.findings import Finding, config_error, show
from lexport.config.project import Origin, find_project
from lexport.config.vocabularies_config import VocabulariesConfig
from lexport.config.yaml_node import YamlNode
from lexport.errors import ConfigError

__all__ = ["load_config", "load_vocabularies_config"]

# ruamel.yaml takes quadratic time for some texts, such as one long tag; at this size that is a second.
MAX_BYTES = 2**18
ONLY_OF_EXPORTS = ExportConfig.model_fields.keys() - VocabulariesConfig.model_fields.keys()

Config = TypeVar("Config", bound=VocabulariesConfig)


def load_config(path: str | os.PathLike[str], *, data_given: bool = False) -> ExportConfig:
    """Reads and checks a config.

    Args:
        path: a YAML file. Relative paths in it start at the project directory: the nearest directory above the
            file with a `pyproject.toml`, else with `.git`, else the file's own directory.
        data_given: whether a pipeline brings the data or the vocabularies, so that files of sources need not be there.

    Returns:
        The config, with every path absolute and every default filled in.

    Raises:
        ConfigError: the file cannot be read, is not YAML, or is not a valid config; `problems` holds everything
            that is wrong, each with its line and its key path.

    Example:
        >>> load_config("nowhere/words.yaml")
        Traceback (most recent call last):
        lexport.errors.ConfigError: cannot read the config nowhere/words.yaml: No such file or directory
    """
    return _load(path, lambda _: ExportConfig, data_given)


def load_vocabularies_config(path: str | os.PathLike[str], *, data_given: bool = False) -> VocabulariesConfig:
    """Reads and checks a config for its vocabularies: one of an export, or one that has nothing else.

    Args:
        path: a YAML file, as for `load_config`.
        data_given: as for `load_config`.

    Returns:
        The config; an `ExportConfig` where the file has a key that only an export has.

    Raises:
        ConfigError: as by `load_config`.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pathlib.Path(folder, "words.yaml")
        ...     text = "vocabularies: {words: {source: {files: words.yaml, format: text}, min_count: 2}}"
        ...     size = file.write_text(text)
        ...     load_vocabularies_config(file).vocabularies["words"].min_count
        2
    """
    return _load(path, lambda keys: ExportConfig if keys & ONLY_OF_EXPORTS else VocabulariesConfig, data_given)


def _load(
    path: str | os.PathLike[str], kind_of: Callable[[AbstractSet[Any]], type[Config]], data_given: bool
) -> Config:
    # ruamel.yaml is a quarter of this package's import time, and only a config that is read needs it.
    from lexport.config.yaml_reader import read_yaml

    root, findings = read_yaml(_read(path))
    if root is None and not findings:
        findings = [Finding(None, (), "must be a mapping with the keys of a config; the file is empty")]
    if root is not None:
        file = Path(os.path.normpath(Path(path).absolute()))
        try:
            kind = kind_of(root.value.keys() if isinstance(root.value, Mapping) else set())
            config = kind.model_validate(root.value, context=Origin(find_project(file), file, data_given))
        except ValidationError as error:
            findings += _located(error.errors(include_url=False), root)
    if findings:
        raise config_error(path, findings)
    return config


def _read(path: str | os.PathLike[str]) -> str:
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"cannot read the config {os.fspath(path)}: {error.strerror}{_similar(path)}") from error
    except ValueError as error:
        raise ConfigError(f"the path of a config must be a path; received {show(os.fspath(path))}") from error
    if len(data) > MAX_BYTES:
        raise config_error(path, [Finding(None, (), f"must be at most {MAX_BYTES:,} bytes; received more")])
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"must be UTF-8; received the byte 0x{data[error.start]:02X}"
        raise config_error(path, [Finding(line, (), message, "Save the file as UTF-8")]) from error


def _similar(path: str | os.PathLike[str]) -> str:
    """Suggests a YAML file beside the one that is missing."""
    folder = Path(path).parent
    try:
        names = sorted(file.name for file in folder.iterdir() if file.suffix in (".yaml", ".yml"))
    except OSError:
        return ""
    close = difflib.get_close_matches(Path(path).name, names, n=1)
    return f". Did you mean {folder / close[0]}?" if close else ""


def _located(errors: Sequence[ErrorDetails], root: YamlNode) -> list[Finding]:
    findings = []
    for error in errors:
        node, path = _place(error["loc"], root)
        if not node.refused:
            context = error["ctx"]
            message = f"must {context['required']}; received {context['received']}"
            findings.append(Finding(node.line, path, message, context["remedy"]))
    return findings


def _place(path: Sequence[str | int], root: YamlNode) -> tuple[YamlNode, tuple[str | int, ...]]:
    """Finds the node that an error is about, and the path by which people know it."""
    node, steps = root.nearest(path)
    kept = list(path)
    if steps < len(path):
        missing = path[steps:]
        # Not written in the file: the mark of an error in a key, or the index of a list that stands there as
        # its only item. A missing key is part of the path, though it has no line of its own.
        kept = [*path[:steps], *(step for step in missing if isinstance(step, str) and step != "[key]")]
    return node, tuple(kept)
