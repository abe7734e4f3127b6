"""What an object is given for as long as it is saved: the files of `assets_dir`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tensorflow as tf

from lexport.errors import AssetError

__all__ = ["attached"]


@contextmanager
def attached(obj: Any, files: Mapping[str, Path]) -> Iterator[None]:
    """Gives an object the attribute `assets` while it is saved, as it must itself stay the root; then takes it away.

    Args:
        obj: what is saved.
        files: by the name under which loaders find them.

    Raises:
        AssetError: the object has such an attribute already.
    """
    assets = {name: tf.saved_model.Asset(str(path)) for name, path in files.items()}
    if not assets:
        yield
        return
    if hasattr(obj, "assets"):
        raise AssetError(
            f"{type(obj).__name__} has an attribute 'assets' already, under which a saved object holds the files of "
            "assets_dir. Rename it"
        )
    obj.assets = assets
    try:
        yield
    finally:
        if hasattr(obj, "assets"):
            del obj.assets
