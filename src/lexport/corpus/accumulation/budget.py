"""`Budget`: the memory that all counters may take together."""

from threading import Lock
from typing import Protocol

__all__ = ["Budget", "Idle"]


class Idle(Protocol):
    """Who has counters that no thread is using."""

    def largest_idle(self) -> int:
        """The bytes of the largest of them; 0 where there is none."""
        ...

    def spill_largest(self) -> None:
        """Puts it onto the disk, if there is one."""
        ...


class Budget:
    """Keeps account of counters, and puts the largest ones onto the disk when all take too much.

    Args:
        limit: the bytes that counters may take.

    Example:
        >>> budget = Budget(100)
        >>> budget.add(70)
        >>> budget.is_over
        False
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._counters = 0
        self._owners: list[Idle] = []
        self._lock = Lock()
        self._relieving = Lock()

    def join(self, owner: Idle) -> None:
        """Takes note of somebody with counters."""
        self._owners.append(owner)

    def add(self, nbytes: int, counters: int = 0) -> None:
        """Takes note of bytes, and of counters, that came; negative where they went."""
        with self._lock:
            self._bytes += nbytes
            self._counters += counters

    @property
    def is_over(self) -> bool:
        """Whether counters take more than they may."""
        return self._bytes > self._limit

    def relieve(self) -> None:
        """Makes room where counters take too much; threads that find so wait for each other.

        What is far below the average stays: it would be back soon, and the large one that a thread is using comes next.
        """
        with self._relieving:
            while self.is_over and (owner := self._owner_of_largest()):
                if owner.largest_idle() * 2 * self._counters < self._bytes:
                    return
                owner.spill_largest()

    def settle(self) -> None:
        """Makes so much room, while nobody counts, that what is left can be brought together in memory."""
        with self._relieving:
            while self._bytes > self._limit // 2 and (owner := self._owner_of_largest()):
                owner.spill_largest()

    def _owner_of_largest(self) -> Idle | None:
        owner = max(self._owners, key=lambda one: one.largest_idle(), default=None)
        return owner if owner and owner.largest_idle() else None
