"""`ModelBuffer`: the bytes of a file as the tensor that the fast kernels of tensorflow-text take."""

import hashlib
from typing import Any

import tensorflow as tf

from lexport.layers.file_resource import FileResource

__all__ = ["ModelBuffer"]


class ModelBuffer(FileResource):
    """The bytes of a file, uint8 of shape `(size,)`.

    Example:
        >>> from lexport.layers.owned_file import OwnedFile
        >>> ModelBuffer(OwnedFile("labels.bin", b"cat", "files")).read().numpy().tolist()
        [99, 97, 116]
    """

    dtype = tf.uint8
    shape = (None,)

    def filled(self, content: Any) -> Any:
        """Gives the bytes one by one."""
        return tf.io.decode_raw(content, tf.uint8)

    def broken_seal(self) -> str | None:
        """Compares the bytes in memory with the digest of the file."""
        received = hashlib.sha256(self.read().numpy().tobytes()).hexdigest()
        if received == self.file.digest:
            return None
        return f"{self.file.name!r} is another one in memory: required sha256 {self.file.digest}; received {received}"
