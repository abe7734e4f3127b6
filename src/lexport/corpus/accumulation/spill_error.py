"""`SpillError`: what has no room in memory cannot be put onto the disk."""

from pathlib import Path

from lexport.errors import LexportError, Problem

__all__ = ["SpillError"]


class SpillError(LexportError):
    """The disk cannot take what has no room in memory; no file of the user's is to blame."""

    @classmethod
    def about(cls, folder: Path, error: OSError) -> "SpillError":
        """Says which folder it is, and what can be done.

        Example:
            >>> print(SpillError.about(Path("/tmp/x"), OSError(28, "No space left on device")))
            counts that have no room in memory cannot be put onto the disk
              /tmp/x: No space left on device. Give a larger memory_limit, or a spill_directory with more room
        """
        remedy = "Give a larger memory_limit, or a spill_directory with more room"
        problem = Problem(str(folder), error.strerror or str(error), remedy)
        return cls("counts that have no room in memory cannot be put onto the disk", [problem])
