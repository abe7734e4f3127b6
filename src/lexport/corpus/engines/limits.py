"""How memory limits are spent, and the smallest that do."""

from collections.abc import Iterator

from lexport.errors import Problem

__all__ = ["counting_limit", "limit_problems", "smallest_limit"]

# What the rows that are under way take, for each thread that counts and one more: a block of text, what is made of it,
# and by how much a counter may grow before anybody looks.
UNDER_WAY = 48 << 20


def smallest_limit(workers: int) -> int:
    """Gives the smallest limit with which so many threads can work, in bytes."""
    return (workers + 2) * UNDER_WAY


def counting_limit(memory_limit: int, workers: int) -> int:
    """Gives how much of a limit is left for the counters of so many threads."""
    return memory_limit - (workers + 1) * UNDER_WAY


def limit_problems(memory_limit: int, worker_memory: int, share_size: int | None) -> Iterator[Problem]:
    """Finds what is wrong with the limits of an engine on a cluster.

    Example:
        >>> print(*limit_problems(1 << 30, 0, None))
        worker_memory: must be at least 1; received 0
    """
    least = {"memory_limit": smallest_limit(1), "worker_memory": 1, "share_size": 1}
    given = {"memory_limit": memory_limit, "worker_memory": worker_memory, "share_size": share_size}
    for name, value in given.items():
        if value is not None and value < least[name]:
            yield Problem(name, f"must be at least {least[name]}; received {value}")
