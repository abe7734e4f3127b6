"""Signatures of dense tensors are all that a server can be asked."""

from collections.abc import Collection

__all__ = ["refuse_composite"]


def refuse_composite(kind: str, names: Collection[str]) -> None:
    """Refuses tensors that are not dense.

    Args:
        kind: `input` or `output`.
        names: those that are ragged or sparse.

    Raises:
        ValueError: there are such.

    Example:
        >>> refuse_composite("output", [])
    """
    if names:
        raise ValueError(
            f"the {kind}s {sorted(names)} are ragged or sparse, which requests to a server cannot be. "
            "Export their components as dense tensors"
        )
