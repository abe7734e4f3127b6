"""`counted`: a number with its noun."""

__all__ = ["counted"]


def counted(number: int, noun: str) -> str:
    """Writes a number of things; verbs are left to whoever says what they do.

    Example:
        >>> counted(1, "asset"), counted(2, "vocabulary"), counted(0, "table")
        ('1 asset', '2 vocabularies', '0 tables')
    """
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun.removesuffix('y')}ies" if noun.endswith("ry") else f"{number} {noun}s"
