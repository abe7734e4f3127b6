"""What subword vocabularies are learned from: the counted tokens of a source, or some of its lines.

The two functions are all that the learners know of sources and engines.
"""

from typing import Any

import pyarrow as pa

from lexport.corpus.count_job import CountJob
from lexport.corpus.engines import Engine, LocalEngine, Scan
from lexport.corpus.progress import Progress, ProgressMeter
from lexport.corpus.readers import read
from lexport.corpus.readers.diagnosis import UnreadableSource, diagnose
from lexport.corpus.source import Source, SourceFile
from lexport.corpus.subword.line_sample import LineSample
from lexport.corpus.text_terms import TextTerms
from lexport.errors import VocabularyError

__all__ = ["count_tokens", "sample_lines"]

NOTHING = pa.table({"term": pa.array([], pa.large_string()), "count": pa.array([], pa.int64())})


def count_tokens(source: Source, progress: Progress | None, engine: Engine | None = None) -> Any:
    """Counts the tokens of a source: what stands between its white space (the bytes 9 to 13 and 32).

    Returns:
        An Arrow table of `term` (`large_string`, distinct, ordered by its bytes, so that nothing hangs on the
        order in which an engine has counted) and `count` (int64).

    Raises:
        VocabularyError: files are missing or cannot be read.
    """
    job = CountJob("tokens", source.column, TextTerms(split="whitespace"))
    scan = Scan(tuple(_find(source)), (job,))
    with (engine or LocalEngine()).count([scan], progress) as [[counted]]:
        tables = [NOTHING, *counted.tables]
    return pa.concat_tables(tables).sort_by("term").combine_chunks()


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
        try:
            for rows in read(file, () if source.column is None else (source.column,), meter.of(index)):
                sample.add(_texts(rows.values(source.column)))
                meter.report()
        except (UnreadableSource, OSError, UnicodeError, pa.ArrowException) as error:
            problems.append(diagnose(file.path, error))
    if problems:
        raise VocabularyError("the source cannot be read", problems)
    meter.finish()
    return sample.lines()


def _texts(values: Any) -> Any:
    if pa.types.is_large_list(values.type):
        values = values.flatten()
    if not pa.types.is_large_string(values.type):
        raise UnreadableSource(f"the column must hold text; it holds {values.type}", "Name another column")
    return values.drop_null()


def _find(source: Source) -> list[SourceFile]:
    files, missing = source.find()
    if missing:
        raise VocabularyError("the source cannot be read", missing)
    return list(files)
