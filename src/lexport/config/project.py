"""The project directory, at which the relative paths of a config start."""

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Origin", "find_project"]

MARKERS = ("pyproject.toml", ".git")


@dataclass(frozen=True)
class Origin:
    """Where a config comes from; the validation context of the schema.

    Attributes:
        project: the project directory, absolute.
        file: the YAML file, absolute; None for a config that was made in code.
        data_given: whether a pipeline brings the data, so that files of sources need not be there.
    """

    project: Path
    file: Path | None = None
    data_given: bool = False


def find_project(file: str | os.PathLike[str]) -> Path:
    """Finds the directory at which relative paths start, whatever the working directory.

    Args:
        file: the YAML file; it need not exist.

    Returns:
        The nearest directory above the file that holds a `pyproject.toml`; else the nearest that holds
        `.git`; else the file's own directory. Symbolic links are not followed: the project is where the config was
        named.
    """
    folder = Path(os.path.normpath(Path(file).absolute())).parent
    for marker in MARKERS:
        for candidate in (folder, *folder.parents):
            if (candidate / marker).exists():
                return candidate
    return folder
