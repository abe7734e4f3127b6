"""`Scan`: the files of a source, and all that is counted in them; `Engine`: who does it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from lexport.corpus.count_job import CountJob
from lexport.corpus.counted import Counted
from lexport.corpus.progress import Progress
from lexport.corpus.source_file import SourceFile

__all__ = ["Engine", "Scan"]


@dataclass(frozen=True)
class Scan:
    """One pass over files.

    Attributes:
        files: to be read once each.
        jobs: what is counted in them.
        previous: for each job, if any, what was counted before, to be added.
    """

    files: tuple[SourceFile, ...]
    jobs: tuple[CountJob, ...]
    previous: tuple[Counted | None, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the jobs need, each once."""
        return tuple(dict.fromkeys(name for job in self.jobs for name in job.columns))


class Engine(Protocol):
    """Counts the terms of jobs.

    Example:
        >>> from lexport.corpus.engines.local import LocalEngine
        >>> engine: Engine = LocalEngine()
        >>> with engine.count([]) as counted:
        ...     counted
        ()
    """

    def count(
        self, scans: Sequence[Scan], progress: Progress | None = None
    ) -> AbstractContextManager[tuple[tuple[Counted, ...], ...]]:
        """Counts; the counts of each job, scan by scan, may be read within the `with` block.

        Raises:
            VocabularyError: files cannot be read, or do not hold what is counted; all such files are named.
        """
        ...
