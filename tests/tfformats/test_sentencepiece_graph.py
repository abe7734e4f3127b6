"""A graph as bytes around a hole: whatever the size of the model, it is a graph, and is known again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.tfformats.protos import parse_message
from lexport.tfformats.sentencepiece_graph import is_sentencepiece_graph, sentencepiece_graph

NAME = f"lexport_{'0123456789abcdef' * 4}_101"


@given(model=st.binary(min_size=1, max_size=20_000))
def test_the_model_stands_in_the_graph(model: bytes) -> None:
    """At every size, also where a length takes one more byte."""
    before, after = sentencepiece_graph(len(model), NAME)
    graph = parse_message("GraphDef", before + model + after)
    assert [node.op for node in graph.node] == ["SentencepieceOp", "TensorDataset", "_Retval"]
    assert graph.node[0].attr["model"].s == model
    assert graph.node[0].attr["shared_name"].s == NAME.encode()


@given(size=st.integers(1, 2**31))
def test_the_ends_are_known_again(size: int) -> None:
    """Those of any size; and no end of another size, nor with anything before, after or within."""
    before, after = sentencepiece_graph(size, NAME)
    assert is_sentencepiece_graph(before, after)
    assert not is_sentencepiece_graph(before[:-1], after)
    assert not is_sentencepiece_graph(b"\x0a\x00" + before, after)
    assert not is_sentencepiece_graph(before, after + after)


@pytest.mark.parametrize("name", ["lexport_1_000", f"other_{'0' * 64}_000", f"lexport_{'0' * 64}_002"])
def test_a_name_of_somebody_else_is_not_known(name: str) -> None:
    """Another model of the process could have it."""
    assert not is_sentencepiece_graph(*sentencepiece_graph(9, name))


@given(before=st.binary(max_size=99), after=st.binary(max_size=99))
def test_arbitrary_bytes_are_no_graph(before: bytes, after: bytes) -> None:
    """And raise nothing."""
    assert not is_sentencepiece_graph(before, after)
