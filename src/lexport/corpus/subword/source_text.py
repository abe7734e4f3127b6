"""What subword vocabularies are learned from: the counted tokens of a source, or some of its lines.

The two functions are all that the learners know of sources and engines.
"""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.local_engine import count_terms
from lexport.corpus.progress import Progress, ProgressMeter
from lexport.corpus.readers import read
from lexport.corpus.readers.diagnosis import UnreadableSource, diagnose
from lexport.corpus.source import Source, SourceFile
from lexport.corpus.subword.line_sample import LineSample
from lexport.corpus.text_terms import TextTerms
from lexport.errors import VocabularyError

__all__ = ["count_tokens", "sample_lines"]


def count_tokens(source: Source, progress: Progress | None) -> Any:
    """Counts the tokens of a source: what stands between its white space (the bytes 9 to 13 and 32).

    Returns:
        An Arrow table of `term` (`large_string`, distinct, ordered by its bytes, so that nothing hangs on the
        order in which an engine has counted) and `count` (int64).

    Raises:
        VocabularyError: files are missing or cannot be read.
    """
    files = _find(source)
    table = count_terms(files, source.column, TextTerms(split="whitespace"), "string", progress)
    table = table.filter(pc.not_equal(table["term"], ""))
    return table.sort_by("term").combine_chunks()


def sample_lines(source: Source, limit: int | None, progress: Progress | None) -> list[str]:
    """Takes the lines or values of a source, or `limit` of them.

    Which ones is settled by their numbers alone: the same source gives the same sample everywhere.

    Raises:
        VocabularyError: files are missing, cannot be read, or hold integers.
    """
    files = _find(source)
    sample = LineSample(limit)
    meter = ProgressMeter(progress, [file.size for file in files])
    problems = []
    for index, file in enumerate(files):
        meter.start(index)
        try:
            _add(sample, file, source.column, meter)
        except (UnreadableSource, OSError, UnicodeError, pa.ArrowException) as error:
            problems.append(diagnose(file.path, error))
    if problems:
        raise VocabularyError("the source cannot be read", problems)
    meter.finish()
    return sample.lines()


def _add(sample: LineSample, file: SourceFile, column: str | None, meter: ProgressMeter) -> None:
    for values in read(file, column, meter):
        if not pa.types.is_large_string(values.type):
            raise UnreadableSource("the column must hold text; it holds integers", "Name another column")
        sample.add(values)
        meter.report()


def _find(source: Source) -> list[SourceFile]:
    files, missing = source.find()
    if missing:
        raise VocabularyError("the source cannot be read", missing)
    return list(files)
