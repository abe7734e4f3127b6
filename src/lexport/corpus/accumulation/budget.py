"""`Budget`: the memory that all counters may take together."""

from threading import Lock

__all__ = ["Budget"]


class Budget:
    """Keeps account of counters, and says when one has to go onto the disk.

    A counter is asked about after it has counted, by the thread that has it. As the largest ones go first, those that
    go are worth it, and what is small stays, however many there are.

    Args:
        limit: the bytes that counters may take.

    Example:
        >>> budget = Budget(100)
        >>> budget.add(70, counters=1)
        >>> budget.add(20, counters=1)
        >>> budget.is_over, budget.is_crowded, budget.is_large(20), budget.is_large(70)
        (False, True, False, True)
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._counters = 0
        self._lock = Lock()

    def add(self, nbytes: int, counters: int = 0) -> None:
        """Takes note of bytes, and of counters, that came; negative where they went."""
        with self._lock:
            self._bytes += nbytes
            self._counters += counters

    @property
    def is_over(self) -> bool:
        """Whether counters take more than they may."""
        return self._bytes > self._limit

    @property
    def is_crowded(self) -> bool:
        """Whether they take so much that they cannot be brought together in memory."""
        return self._bytes > self._limit // 2

    def is_large(self, nbytes: int) -> bool:
        """Whether a counter of so many bytes takes its share of what all of them take."""
        return nbytes * self._counters >= self._bytes
