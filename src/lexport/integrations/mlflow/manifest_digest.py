"""`manifest_digest`: by which an export is known again."""

import hashlib
from pathlib import Path

from lexport.publish import MANIFEST

__all__ = ["manifest_digest"]


def manifest_digest(directory: Path) -> str:
    """Gives the sha256 of an export's manifest, and so of every file.

    Args:
        directory: of the export.

    Example:
        >>> import tempfile, tensorflow as tf, lexport
        >>> len(manifest_digest(lexport.save(tf.Module(), tempfile.mkdtemp() + "/model")))
        64
    """
    return hashlib.sha256((directory / MANIFEST).read_bytes()).hexdigest()
