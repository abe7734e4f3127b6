"""`read_new_file`: the file of a new vocabulary, refused where TensorFlow would read it otherwise than its author."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from lexport.doctor.subject import Subject
from lexport.errors import Problem
from lexport.surgery.replacement.special_tokens import special_tokens
from lexport.surgery.replacement.target import LARGEST, Target
from lexport.verify.given_file import read_given_file
from lexport.vocabulary.lint import lint
from lexport.vocabulary.lint_rule import DEFAULT_SPECIAL_TOKENS, LintRule

__all__ = ["NewFile", "read_new_file"]


@dataclass(frozen=True)
class NewFile:
    """A new vocabulary.

    Attributes:
        path: the user's file.
        data: its canonical bytes.
        terms: one a line.
    """

    path: Path
    data: bytes
    terms: tuple[bytes, ...]

    @property
    def sha256(self) -> str:
        """The digest of the canonical bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def read_new_file(subject: Subject, target: Target, path: Path) -> NewFile | list[Problem]:
    """Reads a vocabulary file, and lints it as one for this vocabulary.

    Args:
        subject: the SavedModel.
        target: the vocabulary that it is to replace.
        path: the file.

    Returns:
        The new vocabulary, or everything that is wrong with the file.
    """
    try:
        data = read_given_file(path, LARGEST)
    except OSError as error:
        return [Problem(target.name, f"cannot read vocabulary {target.name!r} from {path}: {error.strerror}")]
    known = (*DEFAULT_SPECIAL_TOKENS[target.dtype], *special_tokens(subject, target.fillings))
    # A table that keeps no id free for them has them in its file; that they stay where they were is another rule.
    tokens = [token for token in known if token.encode() not in target.terms]
    blank = any(not term.strip() for term in target.terms)
    allow = {LintRule.BLANK_TERM} if blank else set()
    problems = lint(data, dtype=target.dtype, special_tokens=tokens, allow=allow)
    if problems:
        return [Problem(f"{path} {one.where}".strip(), one.message, _remedy(one)) for one in problems]
    canonical = data if data.endswith(b"\n") else data + b"\n"
    return NewFile(path, canonical, tuple(canonical.removesuffix(b"\n").split(b"\n")))


def _remedy(problem: Problem) -> str:
    """Leaves out what only somebody who builds a layer can allow."""
    if problem.message.startswith(LintRule.SPECIAL_TOKEN):
        return "Remove it: mask and out-of-vocabulary tokens belong to the layer"
    return problem.remedy.split(", or allow ")[0]
