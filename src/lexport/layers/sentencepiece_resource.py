"""`SentencepieceResource`: a SentencePiece model in memory, made from an asset file."""

import hashlib
import uuid
from typing import Any

import tensorflow as tf

from lexport.layers.file_resource import FileResource
from lexport.layers.owned_file import OwnedFile
from lexport.layers.text_library import sentencepiece_kernels
from lexport.tfformats.sentencepiece_graph import sentencepiece_graph

__all__ = ["SentencepieceResource"]

# The kernel hands out what it has under a name already, whatever the bytes: a SavedModel that was loaded before may
# have put an edited model under the name that exports have for the sound one. No SavedModel knows this part.
_THIS_PROCESS = uuid.uuid4().hex

# What models normalize in different ways.
_TEXTS = (
    "ﬁ ﬂ …",
    "\uff21\uff42\uff43 ABC abc",
    "É e\u0301 ß",
    "a\u00a0b\u3000c",
    "① ㌖ ½",
    " a  b\tc\n",
    "a\u200bb\ufeff",
    "漢字 🙂",
    "",
)
_JOINED = 7


class SentencepieceResource(FileResource):
    """Holds a dataset whose one element is the handle to the model.

    The op that makes a model takes it as an attribute, which would be in the graph of a SavedModel. So that op
    stands in a graph of its own, which is put together around the content of the asset and run when a SavedModel is
    loaded. A handle can be kept in no variable, and made anew by name neither, as `tf.saved_model.load` renames; a
    dataset can.

    Args:
        file: the model.
        add_bos: whether tokens begin with the piece for that.
        add_eos: whether they end with the piece for that.
        reverse: whether they come in reverse order.
    """

    dtype = tf.variant
    shape = ()

    def __init__(self, file: OwnedFile, *, add_bos: bool, add_eos: bool, reverse: bool) -> None:
        self.options = (bool(add_bos), bool(add_eos), bool(reverse))
        super().__init__(file)

    @property
    def shared_name(self) -> str:
        """Names the model after its content and its options, which the kernels keep in it and change in place."""
        return f"{super().shared_name}_{''.join(str(int(option)) for option in self.options)}"

    def handle(self) -> Any:
        """Gives the handle that the kernels take."""
        with tf.device("CPU"):
            [handle] = tf.raw_ops.DatasetToSingleElement(
                dataset=self.read(), output_types=[tf.resource], output_shapes=[[]]
            )
        return handle

    def filled(self, content: Any) -> Any:
        """Makes the model."""
        sentencepiece_kernels()  # makes the op known
        name = f"{self.shared_name}_{_THIS_PROCESS}" if tf.executing_eagerly() else self.shared_name
        before, after = sentencepiece_graph(len(self.file.data), name)
        graph = tf.strings.join([tf.constant(before), content, tf.constant(after)])
        return tf.raw_ops.DatasetFromGraph(graph_def=graph)

    def broken_seal(self) -> str | None:
        """Compares what is in memory with the file: every piece, and what it makes of texts.

        Scores and the table of normalization cannot be read back from the kernel. So a model that is made anew of the
        bytes must cut all pieces, runs of them, and texts that are normalized, in the same way.
        """
        received = hashlib.sha256(self.file.data).hexdigest()
        if received != self.file.digest:
            required = f"required sha256 {self.file.digest}; received {received}"
            return f"the bytes of {self.file.name!r} were changed since the layer was built: {required}"
        fresh = sentencepiece_kernels().sentencepiece_op(model=self.file.data)
        (pieces, ours), (expected, theirs) = (_read_back(handle, self.options) for handle in (self.handle(), fresh))
        if pieces != expected:
            number = next((at for at, (a, b) in enumerate(zip(pieces, expected, strict=False)) if a != b), len(pieces))
            return f"the pieces in memory are not those of {self.file.name!r}, the first at {number}"
        if ours != theirs:
            return f"the model in memory does not cut text as {self.file.name!r} does"
        return None


def _read_back(handle: Any, options: tuple[bool, bool, bool]) -> tuple[list[bytes], list[list[int]]]:
    """Gives the pieces of a model, and the ids of texts that are made of them."""
    kernels = sentencepiece_kernels()
    size = kernels.sentencepiece_vocab_size_op(sp_handle=handle)
    pieces = kernels.sentencepiece_id_to_string_op(sp_handle=handle, input=tf.range(size)).numpy().tolist()
    words = [piece.replace("\N{LOWER ONE EIGHTH BLOCK}".encode(), b" ") for piece in pieces]
    runs = [b"".join(words[at :: len(words) // _JOINED + 1]) for at in range(len(words) // _JOINED + 1)]
    ids, splits = kernels.sentencepiece_tokenize_op(handle, [*words, *runs, *_TEXTS], 0, 1.0, *options)
    return pieces, tf.RaggedTensor.from_row_splits(ids, splits).to_list()
