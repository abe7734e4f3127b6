"""What a vocabulary is checked for besides the lint: its name, its digest and the types of its terms."""

import hashlib
import re
from collections.abc import Sequence

from lexport.errors import Problem, VocabularyError
from lexport.vocabulary.file_format import Dtype

__all__ = ["DIGEST", "NAME", "check_digest", "check_name", "expected_bytes", "lint_types", "summary"]

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
DIGEST = re.compile(r"[0-9a-f]{64}")


def check_name(name: str) -> None:
    """Refuses a name that cannot name a file everywhere."""
    if not NAME.fullmatch(name) or name.endswith("."):
        raise VocabularyError(
            f"the name of a vocabulary must be letters, digits, '_', '-' and '.', as it names a file; received {name!r}"
        )


def check_digest(digest: str) -> None:
    """Refuses what is no sha256: it would become a path."""
    if not DIGEST.fullmatch(digest):
        raise VocabularyError(f"a digest must be 64 hexadecimal digits; received {digest!r}")


def expected_bytes(name: str, data: bytes, where: str, digest: str | None) -> bytes:
    """Gives the canonical bytes of a file, if it is the one that the digest names.

    Raises:
        VocabularyError: it is another one.
    """
    canonical = data if data.endswith(b"\n") else data + b"\n"
    if digest is None:
        return canonical
    received = hashlib.sha256(data).hexdigest()
    # Either sum names the same terms: that of the file, and that of the vocabulary it becomes.
    if digest.lower() not in (received, hashlib.sha256(canonical).hexdigest()):
        raise VocabularyError(
            f"{where} is not the expected vocabulary {name!r}: required sha256 {digest}; received {received}. "
            "Lines were reordered, replaced, added or cut off since the digest was taken"
        )
    return canonical


def summary(where: str, problems: Sequence[Problem]) -> str:
    """Introduces problems.

    Example:
        >>> summary("words.txt", [Problem("line 3", "the term is empty")])
        'words.txt has 1 problem'
    """
    return f"{where} has {len(problems)} problem{'s' if len(problems) > 1 else ''}"


def lint_types(terms: Sequence[object], dtype: Dtype) -> list[Problem]:
    """Finds terms that are neither all strings nor all integers, as the dtype requires."""
    required = int if dtype == "int64" else str
    return [
        Problem(f"line {index + 1}", f"the term must be {required.__name__}; received {term!r}")
        for index, term in enumerate(terms)
        if type(term) is not required
    ]
