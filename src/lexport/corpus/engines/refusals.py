"""What an error says about the file that was read."""

import pyarrow as pa

from lexport.corpus.readers.diagnosis import UnreadableSource, diagnose
from lexport.corpus.remote_files import without_secrets
from lexport.corpus.source_file import SourceFile
from lexport.errors import Problem, VocabularyError

__all__ = ["UNREADABLE", "refusals"]

# What reading a file and counting in it raise where the file is to blame.
UNREADABLE = (UnreadableSource, VocabularyError, OSError, UnicodeError, pa.ArrowException)


def refusals(file: SourceFile, error: Exception) -> list[Problem]:
    """Gives the problems of a file, each with its name.

    Example:
        >>> from lexport.corpus.formats import Format
        >>> print(*refusals(SourceFile("a.csv", Format.CSV, None, 30), UnreadableSource("the file is empty")))
        a.csv: the file is empty
    """
    if isinstance(error, VocabularyError) and error.problems:
        where = without_secrets(file.path)
        return [Problem(where, problem.message, problem.remedy) for problem in error.problems]
    return [diagnose(file.path, error)]
