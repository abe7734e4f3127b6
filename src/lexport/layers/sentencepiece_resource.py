"""`SentencepieceResource`: a SentencePiece model in memory, made from an asset file."""

from typing import Any

import tensorflow as tf

from lexport.layers.file_resource import FileResource
from lexport.layers.owned_file import OwnedFile
from lexport.layers.text_library import sentencepiece_kernels
from lexport.tfformats.sentencepiece_graph import sentencepiece_graph

__all__ = ["SentencepieceResource"]


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
        before, after = sentencepiece_graph(len(self.file.data), self.shared_name)
        graph = tf.strings.join([tf.constant(before), content, tf.constant(after)])
        return tf.raw_ops.DatasetFromGraph(graph_def=graph)
