"""`Observation`: what a candidate saw its lookups find."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Observation"]


@dataclass(frozen=True)
class Observation:
    """What all requests together found in the tables.

    Attributes:
        found: for each table how many different values were found in it, but for the default value.
        requests: how many requests were watched: those that look anything up.
        error: why watching ended early; empty where it did not.

    Example:
        >>> Observation.from_json(Observation((12, 0), 3).to_json())
        Observation(found=(12, 0), requests=3, error='')
    """

    found: tuple[int, ...]
    requests: int
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        """Gives it as a candidate writes it."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Observation":
        """Reads it; the candidate has run a graph that is not trusted.

        Raises:
            LookupError, TypeError, ValueError: it is damaged.
        """
        return cls(tuple(int(count) for count in content["found"]), int(content["requests"]), str(content["error"]))
