import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.savedmodel.digest.colours import colours

Graph = tuple[list[bytes], list[list[tuple[bytes, int]]]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Small graphs with a few labels and roles, and cycles."""
    size = draw(st.integers(1, 8))
    labels = draw(st.lists(st.sampled_from([b"a", b"b"]), min_size=size, max_size=size))
    edge = st.tuples(st.sampled_from([b"0", b"1"]), st.integers(0, size - 1))
    return labels, draw(st.lists(st.lists(edge, max_size=3), min_size=size, max_size=size))


@given(graphs(), st.randoms())
def test_colours_follow_the_nodes_whatever_their_numbers(graph: Graph, chance: random.Random) -> None:
    """A node keeps its colour when all nodes and edges are numbered anew, also within cycles."""
    labels, edges = graph
    order = list(range(len(labels)))
    chance.shuffle(order)
    number = {old: new for new, old in enumerate(order)}
    moved = [[(role, number[target]) for role, target in edges[old]] for old in order]
    for one in moved:
        chance.shuffle(one)

    found, again = colours(labels, edges), colours([labels[old] for old in order], moved)

    assert [again[number[old]] for old in range(len(labels))] == found


@pytest.mark.parametrize("change", ["label", "role", "target", "one edge more"])
def test_what_a_node_leads_to_is_in_its_colour(change: str) -> None:
    """However far away, and also from within a cycle."""
    size = 2000  # more than Python's stack is deep
    labels = [b"node"] * size + [b"other"]
    edges = [[(b"next", (place + 1) % size)] for place in range(size)] + [[]]
    before = colours(labels, edges)
    if change == "label":
        labels[size // 2] = b"changed"
    elif change == "role":
        edges[size // 2] = [(b"changed", size // 2 + 1)]
    elif change == "target":
        edges[size // 2] = [(b"next", 0)]
    else:
        edges[size // 2] = [*edges[size // 2], (b"more", size)]

    assert (colours(labels, edges)[0] == before[0]) is (change == "target")  # a loop in a loop of nothing but nodes
    assert len(set(before)) == 2
