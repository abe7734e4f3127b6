"""File-backed tables of user code and stock layers, saved without the path of the machine that made them."""

import copy
import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tensorflow as tf

from lexport.errors import AssetError, Problem
from lexport.serving.export_lock import EXPORT_LOCK
from lexport.serving.owned_assets import descendants

__all__ = ["file_of", "portable_tables"]


@contextmanager
def portable_tables(root: Any) -> Iterator[None]:
    """Names tables after the content of their file, instead of its absolute path, while an object is saved.

    `tf.lookup.StaticHashTable` calls itself `hash_table_<absolute path>_...`: the name leaks the machine, and makes
    another model that was trained at the same path share the table. Here the path in it becomes the file's sha256.

    Args:
        root: what is saved.

    Raises:
        AssetError: a file is missing, or was edited since its table was built, so that the export would map terms
            to other ids than the object in memory does; all such tables are named.
    """
    with EXPORT_LOCK:
        # `_shared_name` and `_initializer._filename` are private in TensorFlow 2.21; there is no public way to name a
        # table. tests/conformance/test_tensorflow_internals.py watches them.
        tables = [
            (table, path) for table in descendants(root) if (path := file_of(table)) and path in table._shared_name
        ]
        problems = [Problem(path, why) for table, path in tables if (why := _difference(table, path))]
        if problems:
            raise AssetError("tables would not be saved as they are in memory", problems)
        names = [(table, table._shared_name) for table, _ in tables]
        try:
            for table, path in tables:
                digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
                table._shared_name = table._shared_name.replace(path, digest)
            yield
        finally:
            for table, name in names:
                table._shared_name = name


def file_of(table: Any) -> str | None:
    """Gives the file that a table was filled from; None for a table of constants, or of anything else."""
    if not isinstance(table, tf.lookup.StaticHashTable) or not getattr(table, "_shared_name", None):
        return None
    asset = getattr(table._initializer, "_filename", None)
    return asset.asset_path.numpy().decode() if isinstance(asset, tf.saved_model.Asset) else None


def _difference(table: Any, path: str) -> str | None:
    """Fills a second table from the file as it is now, and compares."""
    fresh = copy.copy(table)
    fresh._shared_name = f"comparison_{uuid.uuid4()}"
    try:
        fresh._resource_handle = fresh._create_resource()
        fresh._initialize()
    except tf.errors.OpError as error:
        return f"the file cannot be read any more: {error.message}. Put it back, or build the table anew"
    if _content(fresh) != _content(table):
        return "the file was edited since the table was built. Build the table anew from it"
    return None


def _content(table: Any) -> dict[Any, Any]:
    keys, values = table.export()
    return dict(zip(keys.numpy().tolist(), values.numpy().tolist(), strict=True))
