"""The limits that engines on clusters have in common."""

from collections.abc import Iterator

from lexport.corpus.engines.budget import smallest_limit
from lexport.errors import Problem

__all__ = ["limit_problems"]


def limit_problems(memory_limit: int, worker_memory: int, share_size: int | None) -> Iterator[Problem]:
    """Finds what is wrong with the limits of an engine.

    Example:
        >>> print(*limit_problems(1 << 30, 0, None))
        worker_memory: must be at least 1; received 0
    """
    least = {"memory_limit": smallest_limit(1), "worker_memory": 1, "share_size": 1}
    given = {"memory_limit": memory_limit, "worker_memory": worker_memory, "share_size": share_size}
    for name, value in given.items():
        if value is not None and value < least[name]:
            yield Problem(name, f"must be at least {least[name]}; received {value}")
