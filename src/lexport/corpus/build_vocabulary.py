"""`build_vocabulary`: from data to a `Vocabulary`."""

from collections.abc import Iterator

from lexport.corpus.counted import Counted
from lexport.corpus.local_engine import count_terms
from lexport.corpus.progress import Progress
from lexport.corpus.selection import Selection, select_terms, selected_vocabulary
from lexport.corpus.source import Source
from lexport.corpus.text_terms import TextTerms
from lexport.errors import Problem, VocabularyError
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
    progress: Progress | None = None,
) -> Vocabulary:
    r"""Builds a vocabulary from data, exactly as `adapt()` of the Keras layers would learn it.

    Same terms, same order, same counts as `TextVectorization` (with `split`), `StringLookup` (without) and
    `IntegerLookup` (`dtype="int64"`), but for the empty string: `StringLookup` would learn it, and no
    vocabulary file can hold it, so it is left out. The files are read in batches.

    Args:
        name: letters, digits, `_`, `-` and `.`; the asset file is called `<name>.txt`.
        source: the files and the column.
        terms: how values become terms.
        max_terms: how many terms to keep at most. It counts ordinary terms only; Keras's `max_tokens` also
            counts the mask and out-of-vocabulary tokens, two by default in `TextVectorization`.
        min_count: how often a term must have been seen.
        dtype: `"string"`, or `"int64"` for columns of integers and text that holds integers.
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
    problems = list(_problems(terms, max_terms, min_count, dtype))
    files, missing = source.find()
    problems += missing
    if problems:
        raise VocabularyError(f"vocabulary {name!r} cannot be built", problems)
    try:
        counted = count_terms(files, source.column, terms, dtype, progress)
    except VocabularyError as error:
        raise VocabularyError(f"vocabulary {name!r} cannot be built: {error.summary}", error.problems) from error
    selection = Selection(max_terms=max_terms, min_count=min_count)
    return selected_vocabulary(name, select_terms(Counted([counted], rows=0), selection, dtype))


def _problems(terms: TextTerms, max_terms: int | None, min_count: int, dtype: Dtype) -> Iterator[Problem]:
    if max_terms is not None and max_terms < 1:
        yield Problem("max_terms", f"must be at least 1 or None; received {max_terms}")
    if min_count < 1:
        yield Problem("min_count", f"must be at least 1; received {min_count}")
    if dtype not in ("string", "int64"):
        yield Problem("dtype", f"must be string or int64; received {dtype!r}")
    if dtype == "int64" and terms.standardize is not None:
        yield Problem("standardize", f"must be None where terms are integers; received {terms.standardize!r}")
