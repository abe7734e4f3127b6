"""`FileAsset`: a file that travels with whatever it is tracked by, and is read in the graph."""

import hashlib
import os
from pathlib import Path
from typing import Any

import tensorflow as tf

from lexport.errors import AssetError
from lexport.vocabulary import ContentStore

__all__ = ["FileAsset"]

STORE = "files"


class _CheckpointContent(tf.train.experimental.PythonState):
    """The bytes of a file as a checkpoint holds them."""

    def __init__(self, owner: "FileAsset") -> None:
        self._owner = owner

    def serialize(self) -> bytes:
        return self._owner.content()

    def deserialize(self, string_value: bytes) -> None:
        self._owner.restore(string_value)


class _OwnedFile(tf.saved_model.experimental.TrackableResource):
    """Holds an asset where Keras looks for one.

    Plain `model.export` takes lookup tables and other resources along, and drops an asset that stands alone: the
    SavedModel would go on reading this machine's file.
    """

    def __init__(self, asset: Any) -> None:
        super().__init__(device="CPU")
        # A resource does not track its attributes; tests/conformance/test_tensorflow_internals.py watches the call.
        self._track_trackable(asset, "asset")

    def _create_resource(self) -> Any:
        # There is no resource behind it, but every resource has a handle.
        return tf.constant(0)

    def _initialize(self) -> None:
        """Has nothing to fill."""

    def _destroy_resource(self) -> None:
        """Has nothing to free."""


class FileAsset(tf.Module):
    """Owns one file: a tracked asset of a SavedModel, bytes in a `tf.train.Checkpoint`.

    It may be an attribute of a `tf.Module` or of a Keras layer or model, and survives `tf.saved_model.save`,
    `model.export` and `lexport.save`.

    The file is read when the object is made; what happens to it later changes nothing. Where it is missing, the
    object waits for a checkpoint that holds its content; until then every use is an error.

    Args:
        path: the file.
        from_checkpoint: wait for a checkpoint even where the file exists.

    Attributes:
        file_name: the name of the file in a SavedModel's `assets/`.
        asset: a `tf.function` without arguments: the lines of the file, a string tensor of shape `(lines,)`.
        read_bytes: a `tf.function` without arguments: the whole content, a scalar string tensor.

    Example:
        >>> path = ContentStore("files").put("labels.txt", hashlib.sha256(b"cat").hexdigest(), b"cat")
        >>> labels = FileAsset(path)
        >>> labels.asset().numpy().tolist()
        [b'cat']
    """

    def __init__(self, path: str | os.PathLike[str], *, from_checkpoint: bool = False) -> None:
        super().__init__(name="file_asset")
        self._source = os.fspath(path)
        self.file_name = Path(path).name
        self._content: bytes | None = None
        self._checkpoint_content = _CheckpointContent(self)
        self.asset: Any = self._missing
        self.read_bytes: Any = self._missing
        if not from_checkpoint and Path(path).exists():
            self._own(_read(path))

    @property
    def digest(self) -> str:
        """The sha256 of the content, in hexadecimal.

        Raises:
            AssetError: there is no content yet.
        """
        return hashlib.sha256(self.content()).hexdigest()

    def content(self) -> bytes:
        """Gives the content in Python, without a graph.

        Raises:
            AssetError: there is no content yet.
        """
        if self._content is None:
            self._missing()
        return self._content or b""

    def restore(self, content: bytes) -> None:
        """Takes the content from a checkpoint.

        Raises:
            AssetError: the file had another content when this object was made; functions that were traced since
                would go on reading it.
        """
        if self._content is None:
            self._own(content)
        elif content != self._content:
            raise AssetError(
                f"the checkpoint holds another content of {self._source}: required sha256 "
                f"{hashlib.sha256(content).hexdigest()}; received {self.digest}. To take the checkpoint's, make the "
                "object with from_checkpoint=True"
            )

    def _own(self, content: bytes) -> None:
        self._content = content
        digest = hashlib.sha256(content).hexdigest()
        self._file = tf.saved_model.Asset(str(ContentStore(STORE).put(self.file_name, digest, content)))
        self._owned_file = _OwnedFile(self._file)
        self.read_bytes = tf.function(self._read_file, input_signature=[], autograph=False)
        self.asset = tf.function(self._read_lines, input_signature=[], autograph=False)

    def _read_file(self) -> Any:
        return tf.io.read_file(self._file.asset_path)

    def _read_lines(self) -> Any:
        lines = tf.strings.split(self._read_file(), sep="\n")
        # What follows the last line end is a line only where it holds something.
        return lines[: tf.size(lines) - tf.cast(lines[-1] == "", tf.int32)]

    def _missing(self) -> Any:
        raise AssetError(
            f"there is no file {self._source}, and no checkpoint has been restored that holds its content. "
            "Check the path, or restore the checkpoint first"
        )

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        # Private in TensorFlow 2.21. A SavedModel carries the file as an asset; without this, the content would
        # be written among its variables a second time. tests/conformance/test_tensorflow_internals.py watches it.
        children: dict[str, Any] = super()._trackable_children(save_type, **kwargs)
        if save_type == "savedmodel":
            self.ensure_stored()
            children = {name: child for name, child in children.items() if name != "_checkpoint_content"}
        return children

    def ensure_stored(self) -> None:
        """Puts the snapshot back where it was deleted or edited; every save does so first."""
        ContentStore(STORE).put(self.file_name, self.digest, self.content())


def _read(path: str | os.PathLike[str]) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise AssetError(f"cannot read the asset {os.fspath(path)}: {error.strerror}") from error
