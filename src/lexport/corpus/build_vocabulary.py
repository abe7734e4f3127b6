"""`build_vocabulary`: from data to a `Vocabulary`."""

from dataclasses import replace

from lexport.corpus.build_vocabularies import build_vocabularies
from lexport.corpus.definition import VocabularyDefinition
from lexport.corpus.engines import Engine
from lexport.corpus.progress import Progress
from lexport.corpus.selection import Selection
from lexport.corpus.source import Source
from lexport.corpus.text_terms import TextTerms
from lexport.errors import VocabularyError
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.file_format import Dtype

__all__ = ["build_vocabulary"]


def build_vocabulary(
    name: str,
    source: Source,
    terms: TextTerms,
    *,
    max_terms: int | None = None,
    min_count: int = 1,
    dtype: Dtype = "string",
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Vocabulary:
    r"""Builds a vocabulary from data, exactly as `adapt()` of the Keras layers would learn it.

    Same terms, same order, same counts as `TextVectorization` (with `split`), `StringLookup` (without) and
    `IntegerLookup` (`dtype="int64"`), but for the empty string: `StringLookup` would learn it, and no
    vocabulary file can hold it, so it is left out. The files are read in batches. A `VocabularyDefinition` says more
    than these arguments can, and `build_vocabularies` builds many in one pass.

    Args:
        name: letters, digits, `_`, `-` and `.`; the asset file is called `<name>.txt`.
        source: the files and the column.
        terms: how values become terms.
        max_terms: how many terms to keep at most. It counts ordinary terms only; Keras's `max_tokens` also
            counts the mask and out-of-vocabulary tokens, two by default in `TextVectorization`.
        min_count: how often a term must have been seen.
        dtype: `"string"`, or `"int64"` for columns of integers and text that holds integers.
        engine: who counts; by default a `LocalEngine`.
        progress: called after each batch with the bytes read and the bytes of all files.

    Returns:
        The vocabulary, with its `counts`.

    Raises:
        VocabularyError: a file is missing, empty, cut off, not of its format, not UTF-8 or without the column;
            a term cannot stand in a vocabulary file (it holds a line end or a NUL); no term is left. Nothing
            is written then.

    Example:
        >>> import pathlib, tempfile
        >>> terms = TextTerms(standardize="lower_and_strip_punctuation", split="whitespace")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     size = pathlib.Path(folder, "a.txt").write_text("The cat\nthe dog, the cow\n")
        ...     words = build_vocabulary("words", Source(f"{folder}/*.txt"), terms)
        >>> words.terms, words.counts
        (('the', 'dog', 'cow', 'cat'), (3, 1, 1, 1))
    """
    definition = VocabularyDefinition(name, source, terms, dtype=dtype)
    summary = f"vocabulary {name!r} cannot be built"
    try:
        definition = replace(definition, selection=Selection(max_terms=max_terms, min_count=min_count))
    except VocabularyError as error:
        raise VocabularyError(summary, [*error.problems, *definition.problems(), *source.find()[1]]) from error
    try:
        return build_vocabularies([definition], engine, progress)[name]
    except VocabularyError as error:
        raise VocabularyError(f"{summary}: {error.summary}", error.problems) from error
