"""`data_files`: the files of an artifact with data."""

from pathlib import Path

from lexport.errors import ConfigError

__all__ = ["data_files"]


def data_files(path: str) -> list[str]:
    """Gives the file, or all files below the folder in the order of their names but hidden ones.

    Args:
        path: of the artifact.

    Raises:
        ConfigError: there is none.

    Example:
        >>> Path("rows.csv").write_text("word")
        4
        >>> [Path(file).name for file in data_files(".")]
        ['rows.csv']
    """
    place = Path(path).absolute()
    if place.is_file():
        return [str(place)]
    files = sorted(one for one in place.rglob("*") if one.is_file() and not _is_hidden(one.relative_to(place)))
    if not files:
        raise ConfigError(f"the input data must be a file or a folder with files; received {path}, where there is none")
    return [str(one) for one in files]


def _is_hidden(path: Path) -> bool:
    """Whether it is what other tools leave, such as `_SUCCESS` and `.part-0.crc` of Spark."""
    return any(part.startswith((".", "_")) for part in path.parts)
