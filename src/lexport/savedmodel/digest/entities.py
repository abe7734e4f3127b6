"""`Entities`: the parts of a SavedModel and how they refer to each other, without a single name or number."""

import hashlib
from collections.abc import Collection, Iterator

from lexport.savedmodel.digest.colours import Edge, colours

__all__ = ["Entities", "digest_of"]


def digest_of(*parts: str | bytes | int | bool) -> bytes:
    """Gives a digest of some values, of which none can be taken for another or for two.

    Example:
        >>> digest_of("ab", "c") == digest_of("a", "bc"), digest_of("1") == digest_of(1)
        (False, False)
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        digest.update(b"%b %d:%b" % (type(part).__name__.encode(), len(data), data))
    return digest.digest()


class Entities:
    """Nodes, functions, objects, signatures and whatever else a SavedModel consists of.

    Example:
        >>> entities = Entities()
        >>> table, lookup = entities.add("table"), entities.add("lookup")
        >>> entities.link(lookup, "input 0", table)
        >>> len(entities.digest())
        64
    """

    def __init__(self) -> None:
        self._labels: list[bytes] = []
        self._edges: list[list[Edge]] = []

    def add(self, *label: str | bytes | int | bool) -> int:
        """Adds an entity.

        Args:
            label: all that it is by itself.

        Returns:
            Its number, for `link`.
        """
        self._labels.append(digest_of(*label))
        self._edges.append([])
        return len(self._labels) - 1

    def link(self, source: int, role: str | bytes, target: int) -> None:
        """Says what an entity is to another one; equal roles have no order among them."""
        self._edges[source].append((role.encode() if isinstance(role, str) else role, target))

    def digest(self) -> str:
        """Gives the sha256 of all of them, in hexadecimal, whatever the order in which they were added.

        First each gets the colour of what it leads to; then of what leads to it; then of both. So one node that two
        read from differs from two nodes that are the same, and two that only others tell apart are told apart.
        """
        found = colours(self._labels, self._edges)
        found = colours(found, self._reversed())
        found = colours(found, self._edges)
        return hashlib.sha256(b"".join(sorted(found))).hexdigest()

    def colours_of(self, parts: Collection[int]) -> dict[int, tuple[bytes, bytes]]:
        """Gives two colours of each of some entities: of itself alone, and of all that it leads to.

        Args:
            parts: the entities; what one of them leads to within another one is left out of the first colour.
        """
        known, any_part = set(parts), len(self._labels)
        # Every edge stays, so that it counts what an entity has of the others, and not what these are.
        alone = [
            [(role, any_part if target in known and target != source else target) for role, target in edges]
            for source, edges in enumerate(self._edges)
        ]
        own, whole = colours([*self._labels, b"part"], [*alone, []]), colours(self._labels, self._edges)
        return {number: (own[number], whole[number]) for number in known}

    def _reversed(self) -> list[list[Edge]]:
        edges: list[list[Edge]] = [[] for _ in self._labels]
        for source, role, target in self._all_edges():
            edges[target].append((role, source))
        return edges

    def _all_edges(self) -> Iterator[tuple[int, bytes, int]]:
        for source, edges in enumerate(self._edges):
            yield from ((source, role, target) for role, target in edges)
