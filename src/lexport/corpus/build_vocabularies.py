"""`build_vocabularies`: from data to vocabularies, many at once."""

import os
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from lexport.corpus.count_histogram import CountHistogram
from lexport.corpus.counted import Counted
from lexport.corpus.definition import VocabularyDefinition
from lexport.corpus.engines import Engine, LocalEngine, Scan
from lexport.corpus.increments import counts_file, read_counts, write_counts_into
from lexport.corpus.progress import Progress
from lexport.corpus.selection import select_terms, selected_vocabulary
from lexport.corpus.source_file import SourceFile
from lexport.errors import Problem, VocabularyError
from lexport.vocabulary import Vocabulary

__all__ = ["build_vocabularies"]

Files = dict[str, tuple[SourceFile, ...]]


def build_vocabularies(
    definitions: Sequence[VocabularyDefinition],
    engine: Engine | None = None,
    progress: Progress | None = None,
    histograms: MutableMapping[str, CountHistogram] | None = None,
    counts: ExitStack | None = None,
) -> dict[str, Vocabulary]:
    r"""Builds vocabularies, in one pass over each source, whatever the number of vocabularies made from it.

    Args:
        definitions: with distinct names.
        engine: who counts; by default a `LocalEngine`.
        progress: called with the bytes read and the bytes of all files.
        histograms: to be filled, by name, with the counts of all terms, those that were not chosen included.
        counts: at whose end files of counts take their places, if it ends without an error; by default they do so
            when all vocabularies are built. Counts that were added up must not be there, to be added to, where what
            is made of them failed.

    Returns:
        The vocabularies by name, with their statistics.

    Raises:
        VocabularyError: something is wrong with a definition or with the data; everything that can be found at the
            same time is named, each problem with the vocabulary that it concerns. No vocabulary is given then, and
            no file of counts is replaced by half of one.

    Example:
        >>> import pathlib, tempfile
        >>> from lexport.corpus import Source, TextTerms
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     size = pathlib.Path(folder, "a.csv").write_text("text,tag\nThe cat,x\nthe dog,y\n")
        ...     text, tag = Source(f"{folder}/*.csv", "text"), Source(f"{folder}/*.csv", "tag")
        ...     words = VocabularyDefinition("words", text, TextTerms("lower", "whitespace"))
        ...     built = build_vocabularies([words, VocabularyDefinition("tags", tag)])
        >>> built["words"].terms, built["tags"].terms
        (('the', 'dog', 'cat'), ('y', 'x'))
    """
    files = _found(definitions)
    passes = _passes(definitions, files)
    previous = _previous(definitions)
    scans = [
        Scan(files[group[0].name], tuple(one.job for one in group), tuple(previous[one.name] for one in group))
        for group in passes
    ]
    built: dict[str, Vocabulary] = {}
    problems: list[Problem] = []
    with ExitStack() as own, (engine or LocalEngine()).count(scans, progress) as counted:
        for group, results in zip(passes, counted, strict=True):
            for one, result in zip(group, results, strict=True):
                try:
                    built[one.name] = _chosen(one, result, histograms, own if counts is None else counts)
                except VocabularyError as error:
                    problems += _of(one, error, definitions)
        if problems:
            raise VocabularyError("vocabularies cannot be built", problems)
    return {one.name: built[one.name] for one in definitions}


def _chosen(
    definition: VocabularyDefinition,
    counted: Counted,
    histograms: MutableMapping[str, CountHistogram] | None,
    stack: ExitStack,
) -> Vocabulary:
    if definition.counts_to is not None:
        file = stack.enter_context(counts_file(definition.counts_to))
        counted = Counted(write_counts_into(file, counted, definition.job), counted.rows, counted.labels)
    if histograms is not None:
        histogram = histograms[definition.name] = CountHistogram()
        counted = histogram.watching(counted, definition.selection, definition.dtype)
    chosen = select_terms(counted, definition.selection, definition.dtype)
    return selected_vocabulary(definition.name, chosen)


def _found(definitions: Sequence[VocabularyDefinition]) -> Files:
    """Finds the files of every definition, and everything that is wrong by then."""
    problems: list[Problem] = []
    files: Files = {}
    for one in definitions:
        found, missing = one.source.find()
        problems += [_about(one, problem, definitions) for problem in (*one.problems(), *missing)]
        if one.name in files:
            problems.append(Problem(one.name, "two vocabularies have this name"))
        files[one.name] = tuple(found)
    problems += _shared_counts(definitions)
    if problems:
        raise VocabularyError("vocabularies cannot be built", problems)
    return files


def _shared_counts(definitions: Sequence[VocabularyDefinition]) -> Iterator[Problem]:
    """Finds files of counts that one vocabulary writes, and another one writes or reads."""
    for one in definitions:
        for other in definitions:
            if one is other or one.counts_to is None:
                continue
            used = {Path(path).absolute() for path in (other.counts_from, other.counts_to) if path is not None}
            if Path(one.counts_to).absolute() in used:
                message = f"{os.fspath(one.counts_to)} is also the file of {other.name!r}"
                yield Problem(f"{one.name}: counts_to", message, "Give each vocabulary a file of its own")


def _passes(definitions: Sequence[VocabularyDefinition], files: Files) -> list[list[VocabularyDefinition]]:
    """Puts together what is read from the same files, in the order of the definitions."""
    groups: dict[Any, list[VocabularyDefinition]] = {}
    for one in definitions:
        groups.setdefault(files[one.name], []).append(one)
    return list(groups.values())


def _previous(definitions: Sequence[VocabularyDefinition]) -> dict[str, Counted | None]:
    previous: dict[str, Counted | None] = {}
    problems: list[Problem] = []
    for one in definitions:
        try:
            previous[one.name] = None if one.counts_from is None else read_counts(one.counts_from, one.job)
        except VocabularyError as error:
            problems += _of(one, error, definitions)
    if problems:
        raise VocabularyError("vocabularies cannot be built", problems)
    return previous


def _of(
    definition: VocabularyDefinition, error: VocabularyError, every: Sequence[VocabularyDefinition]
) -> list[Problem]:
    return [_about(definition, problem, every) for problem in error.problems or [Problem("", error.summary)]]


def _about(definition: VocabularyDefinition, problem: Problem, every: Sequence[VocabularyDefinition]) -> Problem:
    """Says which vocabulary a problem concerns, where there are several."""
    if len(every) == 1:
        return problem
    return Problem(": ".join(filter(None, [definition.name, problem.where])), problem.message, problem.remedy)
