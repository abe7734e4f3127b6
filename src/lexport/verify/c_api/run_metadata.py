"""`RunMetadata`: what a session tells about a run that it was asked to tell about.

The one field that is needed is declared here, with its number in `tensorflow/core/protobuf/config.proto` of TensorFlow
2.21; that file itself depends on one that is not in the wheel.
"""

import importlib
from functools import cache
from typing import Any

from lexport.tfformats.protos import wheel_pool

__all__ = ["PARTITION_GRAPHS", "partition_graphs"]

PARTITION_GRAPHS = b"\x28\x01"  # RunOptions(output_partition_graphs=True), serialized
GRAPH_PROTO = "tensorflow/core/framework/graph.proto"
FIELD = 3


def partition_graphs(data: bytes) -> list[Any]:
    """Gives the graphs that the devices of a session ran: a `GraphDef` each, in which every node has its device.

    Args:
        data: a serialized `RunMetadata`.

    Example:
        >>> partition_graphs(b"")
        []
    """
    return list(_message_class().FromString(data).partition_graphs)


@cache
def _message_class() -> Any:
    descriptor = importlib.import_module("google.protobuf.descriptor_pb2")
    factory = importlib.import_module("google.protobuf.message_factory")
    file = descriptor.FileDescriptorProto(
        name="lexport/run_metadata.proto", package="lexport", dependency=[GRAPH_PROTO], syntax="proto3"
    )
    scalar = descriptor.FieldDescriptorProto
    file.message_type.add(name="RunMetadata").field.add(
        name="partition_graphs",
        number=FIELD,
        label=scalar.LABEL_REPEATED,
        type=scalar.TYPE_MESSAGE,
        type_name=".tensorflow.GraphDef",
    )
    pool = wheel_pool(GRAPH_PROTO)
    pool.Add(file)
    return factory.GetMessageClass(pool.FindMessageTypeByName("lexport.RunMetadata"))
