"""The message that a SentencePiece model is, without the `sentencepiece` package.

Only the fields that lexport looks at are declared, after `sentencepiece_model.proto`; all others are read past. The
classes live in a pool of their own, so that the package's own declaration of the same message may be loaded, too.
"""

from functools import cache
from importlib import import_module
from typing import Any

__all__ = ["PIECE_TYPES", "model_proto"]

PIECE_TYPES = {1: "normal", 2: "unknown", 3: "control", 4: "user defined", 5: "unused", 6: "byte"}

_PACKAGE = "lexport.sentencepiece"
# Message, field, number, type, default; a type in capitals is a message, and "*" says repeated.
_FIELDS = """
Piece piece 1 string
Piece score 2 float
Piece type 3 int32 1
Trainer model_type 3 int32 1
Trainer input 1 string*
Trainer model_prefix 2 string
Trainer byte_fallback 35 bool
Trainer unk_piece 45 string <unk>
Trainer bos_piece 46 string <s>
Trainer eos_piece 47 string </s>
Trainer pad_piece 48 string <pad>
Normalizer name 1 string
Normalizer precompiled_charsmap 2 bytes
Model pieces 1 Piece*
Model trainer_spec 2 Trainer
Model normalizer_spec 3 Normalizer
Model denormalizer_spec 5 Normalizer
"""


@cache
def model_proto() -> Any:
    """Gives the message class of a whole model.

    Example:
        >>> model = model_proto()()
        >>> model.pieces.add(piece="<unk>", type=2).score
        0.0
    """
    # By name, as the package has no types.
    names = ("descriptor_pb2", "descriptor_pool", "message_factory")
    descriptor_pb2, descriptor_pool, message_factory = (import_module(f"google.protobuf.{name}") for name in names)
    file = descriptor_pb2.FileDescriptorProto(name="lexport/sentencepiece.proto", package=_PACKAGE, syntax="proto2")
    messages: dict[str, Any] = {}
    for line in _FIELDS.strip().splitlines():
        owner, name, number, kind, *default = line.split()
        message = messages.get(owner) or messages.setdefault(owner, file.message_type.add(name=owner))
        label = "LABEL_REPEATED" if kind.endswith("*") else "LABEL_OPTIONAL"
        field = message.field.add(name=name, number=int(number), label=label)
        if kind[0].isupper():
            field.type = field.TYPE_MESSAGE
            field.type_name = f".{_PACKAGE}.{kind.removesuffix('*')}"
        else:
            field.type = getattr(field, f"TYPE_{kind.removesuffix('*').upper()}")
        if default:
            field.default_value = default[0]
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Model"))
