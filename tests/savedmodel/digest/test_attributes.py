from typing import Any

import pytest

from lexport.savedmodel.digest.attributes import describe
from lexport.tfformats.protos import message_class


def _label(known: tuple[str, ...] = (), **values: dict[str, Any]) -> list[str | bytes]:
    attributes = {name: message_class("AttrValue")(**value) for name, value in values.items()}
    return describe(attributes, known).label


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("_gradient_op_type", b"PartitionedCall-12", b"PartitionedCall-3456"),
        ("forward_function_name", b"__forward_serve_12", b"__forward_serve_99"),
        (
            "api_implements",
            b"lstm_0f7c3c62-5a6f-4c7e-9c89-2f6a10f1fd0f",
            b"lstm_71f0c2a4-0000-4000-8000-000000000001",
        ),
        ("shared_name", b"hash_table_/home/ann/words.txt_-2_-1", b"425"),
        ("config_proto", b"\n\x07\n\x03CPU\x10\x01\x50\x01", b"\n\x07\n\x03GPU\x10\x08\x50\x01"),
    ],
)
def test_counters_uuids_and_machines_are_left_out(name: str, one: bytes, other: bytes) -> None:
    """They differ between two exports of one model."""
    assert _label(**{name: {"s": one}}) == _label(**{name: {"s": other}})


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("api_implements", b"lstm_12", b"gru_12"),
        ("api_preferred_device", b"CPU", b"GPU"),
        ("config_proto", b"\n\x07\n\x03CPU\x10\x01\x50\x01", b"\n\x07\n\x03CPU\x10\x01\x50\x02"),
        ("config_proto", b"\xff", b"\xfe"),
        ("pattern", b"serve_12", b"serve_13"),
    ],
)
def test_what_is_no_name_is_kept(name: str, one: bytes, other: bytes) -> None:
    """Counters are cut off in attributes that hold names of functions alone."""
    assert _label(**{name: {"s": one}}) != _label(**{name: {"s": other}})


def test_functions_are_linked_and_not_named() -> None:
    """In attributes of one function, of several, and in the attributes of those."""
    inner = message_class("AttrValue")()
    inner.func.name = "inner_1"
    value = message_class("AttrValue")()
    called = value.list.func.add(name="outer_1")
    called.attr["f"].CopyFrom(inner)
    value.list.func.add(name="unknown_7")
    found = describe({"branches": value}, {"inner_1", "outer_1"})

    assert found.functions == [("branches[0]", "outer_1"), ("branches[0].f", "inner_1")]
    assert found.label == ["branches[1]", "unknown_"]
