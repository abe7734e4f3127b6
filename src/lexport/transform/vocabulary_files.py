"""Which file of a Transform output belongs to which name."""

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from lexport.errors import AssetError
from lexport.savedmodel.tree import open_inside

__all__ = ["ASSET_MAP", "RECORDS", "file_of", "names_of", "read_asset_map", "sanitized"]

ASSET_MAP = "transformed_metadata/asset_map"
RECORDS = ".tfrecord.gz"
MAX_MAP_BYTES = 1 << 26


def read_asset_map(directory: Path) -> dict[str, str]:
    """Reads the map from names to files that tensorflow_transform keeps; empty where there is none.

    Raises:
        AssetError: the file cannot be read, is a link, or is no such map.
    """
    where = directory / ASSET_MAP
    try:
        with open_inside(directory, ASSET_MAP) as file:
            found = json.loads(file.read(MAX_MAP_BYTES))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise AssetError(f"cannot read {where}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise AssetError(f"{where} must be a JSON object of names and files; received what is none: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(file, str) for file in found.values()):
        raise AssetError(f"{where} must be a JSON object of names and files; received another JSON value")
    return found


def sanitized(name: str) -> str:
    """Makes of a `vocab_filename` the name of its file, as tensorflow_transform (1.21) does.

    Example:
        >>> sanitized("cities of the/world")
        'cities-of-the_world'
    """
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "_", name).strip())


def names_of(asset_map: Mapping[str, str], files: Collection[str]) -> tuple[str, ...]:
    """Lists the names of an output, in order.

    Those of the map, and those of the files that the map does not name: tensorflow_transform cuts a name at its last
    `/`, so that of two names with the same end the map has one.

    Args:
        asset_map: what `read_asset_map` gave.
        files: what lies in `assets/`.

    Example:
        >>> names_of({"words": "words.tfrecord.gz"}, ["words.tfrecord.gz", "tags"])
        ('tags', 'words')
    """
    unnamed = {file.removesuffix(RECORDS) for file in set(files) - set(asset_map.values())}
    return tuple(sorted(unnamed | set(asset_map)))


def file_of(name: str, asset_map: Mapping[str, str], files: Collection[str]) -> str | None:
    """Finds the file of a name, as `TFTransformOutput.vocabulary_file_by_name` does.

    Args:
        name: the `vocab_filename` that the preprocessing function gave, or a name of `names_of`.
        asset_map: what `read_asset_map` gave.
        files: what lies in `assets/`.

    Returns:
        The name of the file in `assets/`; None where there is none.

    Raises:
        AssetError: there are two.

    Example:
        >>> file_of("cities of the/world", {}, ["cities-of-the_world", "tags"])
        'cities-of-the_world'
    """
    if asset_map.get(name) in files:
        return asset_map[name]
    found = sorted({stem + end for stem in (sanitized(name), name) for end in ("", RECORDS)}.intersection(files))
    if len(found) > 1:
        raise AssetError(f"the vocabulary {name!r} must have one file in assets/; received {', '.join(found)}")
    return found[0] if found else None
