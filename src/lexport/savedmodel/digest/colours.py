"""`colours`: what is the same for two nodes of a graph exactly where everything that they lead to is the same.

A colour is a digest of a node's label and of the colours of its targets: a Merkle tree, for a graph that may share
and may have cycles. Within a cycle, where a colour would depend on itself, colours are refined: first labels alone,
then what is one step away, and so on until no more nodes can be told apart. All of it depends on labels and edges
alone, never on the order in which nodes are numbered.
"""

import hashlib
from collections.abc import Sequence

from lexport.errors import AssetError

__all__ = ["Edge", "colours"]

Edge = tuple[bytes, int]  # what the target is to the node, and its number
# A graph that TensorFlow wrote needs some thousand steps; a hostile one could ask for as many as it has nodes, squared.
MAX_STEPS = 20_000_000


def colours(labels: Sequence[bytes], edges: Sequence[Sequence[Edge]]) -> list[bytes]:
    """Gives the colour of each node.

    Args:
        labels: of each node.
        edges: of each node; their order does not matter.

    Raises:
        AssetError: the cycles are so entangled that it would take hours.

    Example:
        >>> first = colours([b"add", b"x", b"y"], [[(b"0", 1), (b"1", 2)], [], []])
        >>> second = colours([b"y", b"x", b"add"], [[], [], [(b"1", 0), (b"0", 1)]])
        >>> first == second[::-1][:1] + second[1:2] + second[:1]
        True
    """
    found = [b""] * len(labels)
    for component in _components(edges):
        first = component[0]
        if len(component) > 1 or any(target == first for _, target in edges[first]):
            _refine(component, labels, edges, found)
        else:
            found[first] = _colour(labels[first], [(role, found[target]) for role, target in edges[first]])
    return found


def _colour(label: bytes, reached: list[tuple[bytes, bytes]]) -> bytes:
    digest = hashlib.sha256(b"%d:%b" % (len(label), label))
    for role, colour in sorted(reached):
        digest.update(b"%d:%b%b" % (len(role), role, colour))
    return digest.digest()


def _refine(
    component: Sequence[int], labels: Sequence[bytes], edges: Sequence[Sequence[Edge]], found: list[bytes]
) -> None:
    for node in component:
        found[node] = hashlib.sha256(labels[node]).digest()
    steps, told_apart = 0, 0
    while (count := len({found[node] for node in component})) > told_apart:
        told_apart = count
        steps += len(component)
        if steps > MAX_STEPS:
            raise AssetError(f"a cycle of {len(component)} nodes of the graph takes too long to compare")
        new = [_colour(labels[node], [(role, found[target]) for role, target in edges[node]]) for node in component]
        for node, colour in zip(component, new, strict=True):
            found[node] = colour


def _components(edges: Sequence[Sequence[Edge]]) -> list[list[int]]:
    """Tarjan's strongly connected components, those that are led to first; without recursion, which has a limit."""
    done = len(edges) + 1
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    open_nodes: list[int] = []
    found: list[list[int]] = []
    for root in range(len(edges)):
        pending = [] if root in number else [(root, 0)]
        while pending:
            node, at = pending.pop()
            if at == 0:
                number[node] = low[node] = len(number)
                open_nodes.append(node)
            for place in range(at, len(edges[node])):
                target = edges[node][place][1]
                if target not in number:
                    pending += [(node, place + 1), (target, 0)]
                    break
                low[node] = min(low[node], number[target])
            else:
                _close(node, number, low, open_nodes, found, done)
                if pending:
                    parent = pending[-1][0]
                    low[parent] = min(low[parent], low[node])
    return found


def _close(
    node: int, number: dict[int, int], low: dict[int, int], open_nodes: list[int], found: list[list[int]], done: int
) -> None:
    """Ends a component at the first of its nodes that was seen; nothing looks at its numbers any more."""
    if low[node] != number[node]:
        return
    component = [open_nodes.pop()]
    while component[-1] != node:
        component.append(open_nodes.pop())
    for one in component:
        number[one] = low[one] = done
    found.append(component)
