"""`Finding`: one thing that the doctor found, in one place."""

from dataclasses import dataclass
from typing import Any

from lexport.doctor.codes import Code, codes
from lexport.savedmodel.graph import Place
from lexport.savedmodel.saved_model_file import GRAPH_FILE

__all__ = ["Finding", "at_file", "at_node"]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, in one place.

    Attributes:
        code: its kind, with severity, reason and remedy.
        message: what was found here, with names and numbers.
        file: relative to the directory; a member of the archive for a `.keras` file; empty for the whole.
        line: of the file, from 1; None for the whole.
        place: the node of the graph, and its function; None for what is no node.
        signatures: the names of those that run the function.

    Example:
        >>> Finding(codes()["LX202"], "the file is missing", "assets/words.txt").as_json()["severity"]
        'error'
    """

    code: Code
    message: str
    file: str = ""
    line: int | None = None
    place: Place | None = None
    signatures: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The place in words.

        Example:
            >>> at_file("LX310", "assets/words.txt", "'wor' is not ended", line=3).where
            'assets/words.txt, line 3'
        """
        parts = [self.file or "the whole model"]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.place is not None:
            parts.append(str(self.place))
        if self.signatures:
            parts.append(f"signature{'s' if len(self.signatures) > 1 else ''} {', '.join(self.signatures)}")
        return ", ".join(parts)

    def as_json(self) -> dict[str, Any]:
        """Gives the finding as JSON holds it."""
        place = {"function": self.place.function, "node": self.place.node, "op": self.place.op} if self.place else None
        return {
            "code": self.code.name,
            "severity": self.code.severity,
            "title": self.code.title,
            "file": self.file,
            "line": self.line,
            "place": place,
            "signatures": self.signatures,
            "message": self.message,
            "why": self.code.why,
            "remedy": self.code.remedy,
        }


def at_file(code: str, file: str, message: str, *, line: int | None = None) -> Finding:
    """Makes a finding in a file; an empty name is the whole model."""
    return Finding(codes()[code], message, file, line)


def at_node(code: str, place: Place, message: str, signatures: tuple[str, ...] = ()) -> Finding:
    """Makes a finding at a node of the graph."""
    return Finding(codes()[code], message, GRAPH_FILE, None, place, signatures)
