"""`FileResource`: what a kernel needs in memory, filled from an asset file when a SavedModel is loaded."""

from typing import Any

import tensorflow as tf

from lexport.layers.owned_file import OwnedFile

__all__ = ["FileResource"]


class FileResource(tf.saved_model.experimental.TrackableResource):
    """A variable that no checkpoint holds: every loader fills it from the file, as it fills a lookup table.

    So the file's content is neither a constant of the graph nor read again for each request. `_initialize` is called
    when the resource is made, where it takes the bytes in memory, so that no other can be in it; and traced again for
    each SavedModel: there it reads the file, and the snapshot is put back where somebody deleted or edited it.

    Args:
        file: what it is filled from.

    Attributes:
        file: the same.
        asset: the file as TensorFlow tracks it.
    """

    dtype: tf.DType
    shape: Any

    def __init__(self, file: OwnedFile) -> None:
        # Kernels for text are on the CPU alone.
        super().__init__(device="CPU")
        self.file = file
        self.asset = tf.saved_model.Asset(str(file.ensure_stored()))
        # A resource does not track its attributes; tests/conformance/test_tensorflow_internals.py watches the call.
        self._track_trackable(self.asset, "asset")
        with tf.init_scope():
            self._initialize()

    @property
    def shared_name(self) -> str:
        """Names the variable after the file's content, so that layers share it and no path is in it."""
        return f"lexport_{self.file.digest}"

    def read(self) -> Any:
        """Gives the tensor in memory, without a copy."""
        with tf.device("CPU"):
            return tf.raw_ops.ReadVariableOp(resource=self.resource_handle, dtype=self.dtype)

    def broken_seal(self) -> str | None:
        """Says how what is in memory differs from the file; None where it does not, or nobody can tell."""
        return None

    def filled(self, content: Any) -> Any:
        """Makes the tensor from the content of the file, a scalar string tensor."""
        raise NotImplementedError

    def _create_resource(self) -> Any:
        return tf.raw_ops.VarHandleOp(dtype=self.dtype, shape=self.shape, shared_name=self.shared_name)

    def _initialize(self) -> None:
        self.file.ensure_stored()
        with tf.device("CPU"):
            here = tf.executing_eagerly()
            value = self.filled(tf.constant(self.file.data) if here else tf.io.read_file(self.asset.asset_path))
            tf.raw_ops.AssignVariableOp(resource=self.resource_handle, value=value)
