"""What a session tells about a run is read as the installed TensorFlow writes it."""

import tensorflow as tf

from lexport.verify.c_api.run_metadata import PARTITION_GRAPHS, partition_graphs


def test_the_numbers_are_those_of_tensorflow() -> None:
    """Of the option as well as of the answer, beside fields that are not looked at."""
    assert tf.compat.v1.RunOptions(output_partition_graphs=True).SerializeToString() == PARTITION_GRAPHS
    metadata = tf.compat.v1.RunMetadata()
    metadata.step_stats.dev_stats.add(device="/device:CPU:0")
    metadata.partition_graphs.add().node.add(name="product", op="MatMul", device="/device:GPU:0")
    [graph] = partition_graphs(metadata.SerializeToString())
    assert [(node.name, node.op, node.device) for node in graph.node] == [("product", "MatMul", "/device:GPU:0")]
