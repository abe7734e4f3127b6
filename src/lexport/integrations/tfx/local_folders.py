"""Artifacts as folders on this machine, wherever the pipeline keeps them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tfx.utils import io_utils

__all__ = ["read_locally", "written_locally"]

SCHEME = "://"


@contextmanager
def read_locally(uri: str) -> Iterator[Path]:
    """Gives the folder of an artifact; one at a URL is copied to this machine for as long as it is read.

    Args:
        uri: of the artifact, such as `gs://bucket/pipeline/VocabularyBuilder/vocabularies/3`.
    """
    if SCHEME not in uri:
        yield Path(uri)
        return
    with tempfile.TemporaryDirectory(prefix="lexport-tfx-") as folder:
        path = Path(folder) / "artifact"
        io_utils.copy_dir(uri, str(path))
        yield path


@contextmanager
def written_locally(uri: str) -> Iterator[Path]:
    """Gives a folder for the content of an artifact; it is copied to a URL once it was written without an error.

    Args:
        uri: of the artifact.
    """
    if SCHEME not in uri:
        yield Path(uri)
        return
    with tempfile.TemporaryDirectory(prefix="lexport-tfx-") as folder:
        path = Path(folder) / "artifact"
        path.mkdir()
        yield path
        io_utils.copy_dir(str(path), uri)
