"""A graph, as bytes around a hole, that makes a SentencePiece model of tensorflow-text from a file.

`SentencepieceOp` takes a model as an attribute alone, so it would stand in the graph of a SavedModel and not in its
assets. A graph can also be run from a string, by `DatasetFromGraph`: here the string is put together from these two
ends with the content of an asset between them, when a SavedModel is loaded.
"""

import re

from lexport.tfformats.protos import message_class

__all__ = ["MODEL_NAME", "is_sentencepiece_graph", "sentencepiece_graph"]

# What a model is called in memory, where all of a process see it: its content, and the options that it holds.
MODEL_NAME = re.compile(rb"lexport_[0-9a-f]{64}_[01]{3}")
# Tags of protocol buffers, each before the length of what follows.
NODE_OF_GRAPH = b"\x0a"
ATTRIBUTE_OF_NODE = b"\x2a"
KEY_OF_MODEL = b"\x0a\x05model\x12"
TEXT_OF_ATTRIBUTE = b"\x12"
RESOURCE, VARIANT = 20, 21  # of the enum DataType


def sentencepiece_graph(size: int, name: str) -> tuple[bytes, bytes]:
    """Gives what stands before and after a model of so many bytes.

    The graph makes the model under a name, and a dataset whose one element is the handle to it.

    Args:
        size: the number of bytes of the model.
        name: what it is called in memory.

    Example:
        >>> before, after = sentencepiece_graph(3, f"lexport_{'0' * 64}_000")
        >>> [node.op for node in message_class("GraphDef").FromString(before + b"abc" + after).node]
        ['SentencepieceOp', 'TensorDataset', '_Retval']
    """
    node = message_class("NodeDef")(name="model", op="SentencepieceOp")
    node.attr["shared_name"].s = name.encode()
    fixed = node.SerializeToString(deterministic=True)
    # By hand, from the inside out: every length on the way to the hole depends on the size of what comes into it.
    value = TEXT_OF_ATTRIBUTE + _varint(size)
    entry = KEY_OF_MODEL + _varint(len(value) + size) + value
    attribute = ATTRIBUTE_OF_NODE + _varint(len(entry) + size) + entry
    before = NODE_OF_GRAPH + _varint(len(fixed) + len(attribute) + size) + fixed + attribute
    return before, _dataset()


def is_sentencepiece_graph(before: bytes, after: bytes) -> bool:
    """Says whether these ends, around a file, make a SentencePiece model and do nothing else.

    Args:
        before: what stands before the file; not trusted.
        after: what stands after it.

    Example:
        >>> ends = sentencepiece_graph(300, f"lexport_{'0' * 64}_000")
        >>> is_sentencepiece_graph(*ends), is_sentencepiece_graph(*ends[::-1])
        (True, False)
    """
    name = MODEL_NAME.search(before)
    sizes = (_value(before[-length:]) for length in range(1, 6))
    return name is not None and any(
        size is not None and sentencepiece_graph(size, name[0].decode()) == (before, after) for size in sizes
    )


def _dataset() -> bytes:
    graph = message_class("GraphDef")()
    dataset = graph.node.add(name="dataset", op="TensorDataset", input=["model"])
    dataset.attr["Toutput_types"].list.type.append(RESOURCE)
    dataset.attr["output_shapes"].list.shape.add()
    returned = graph.node.add(name="returned", op="_Retval", input=["dataset"])
    returned.attr["T"].type = VARIANT
    returned.attr["index"].i = 0
    data: bytes = graph.SerializeToString(deterministic=True)
    return data


def _varint(number: int) -> bytes:
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _value(data: bytes) -> int | None:
    """Reads a whole varint; None where these bytes are none."""
    if not data or data[-1] > 0x7F or any(byte <= 0x7F for byte in data[:-1]):
        return None
    return sum((byte & 0x7F) << (7 * index) for index, byte in enumerate(data))
