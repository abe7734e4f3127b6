"""`build_wordpiece`: from data to a WordPiece vocabulary."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.accumulation import sum_tables
from lexport.corpus.engines import Engine
from lexport.corpus.progress import Progress
from lexport.corpus.source import Source
from lexport.corpus.subword.bert_words import bert_words
from lexport.corpus.subword.source_text import NOTHING, count_tokens
from lexport.corpus.subword.symbol_problems import symbol_problems
from lexport.corpus.subword.wordpiece_learner import JOINER, WordPieceSettings, learn_wordpiece
from lexport.errors import Problem, VocabularyError
from lexport.vocabulary import Vocabulary

__all__ = ["BERT_TOKENS", "build_wordpiece"]

BERT_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")

# Bytes of tokens that are normalised at a time: it takes some hundred megabytes.
BATCH_BYTES = 4 << 20


def build_wordpiece(
    name: str,
    source: Source,
    *,
    size: int,
    lower_case: bool = True,
    reserved: Sequence[str] = BERT_TOKENS,
    min_count: int = 10,
    max_characters: int = 1000,
    slack: float = 0.05,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Vocabulary:
    """Builds the WordPiece vocabulary that tensorflow-text's `bert_vocab_from_dataset` gives for the same text.

    Same pieces, same order, whatever the machine, the number of threads or the order of the lines; a few seconds
    instead of hours. The words are those that `tensorflow_text.BertTokenizer` makes of the text when it serves.
    There is one difference: the original sometimes gives more than `size` pieces; then the least frequent ones
    that are longer than one character are left out here.

    Args:
        name: letters, digits, `_`, `-` and `.`; the asset file is called `<name>.txt`.
        source: the files and the column.
        size: how many pieces to learn at most, reserved ones included; as a rule up to `slack` fewer are found,
            and far fewer where the source is small.
        lower_case: what `BertTokenizer` is going to be told.
        reserved: pieces that come first, in this order. `BertTokenizer` looks for `[UNK]` among them.
        min_count: how often a piece must have been seen; single characters need not.
        max_characters: how many different characters become pieces, the most frequent ones. Words with other
            characters are not learned from, and are unknown when the vocabulary serves.
        slack: how large a share of `size` may be missing before a lower count is tried.
        engine: who counts the words; by default a `LocalEngine`.
        progress: called after each batch with the bytes read and the bytes of all files.

    Returns:
        The vocabulary; the pieces that continue a word begin with `##`.

    Raises:
        VocabularyError: an argument is out of range; a reserved piece cannot stand in a vocabulary file; a file
            is missing, empty, cut off, not of its format, not UTF-8 or without the column; the source holds no
            word; the characters and the reserved pieces alone are more than `size`.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     size = pathlib.Path(folder, "a.txt").write_text("The cats sat. The cat sat. CATS!")
        ...     pieces = build_wordpiece("pieces", Source(f"{folder}/a.txt"), size=25, reserved=["[UNK]"], min_count=2)
        >>> " ".join(pieces.terms)
        '[UNK] ! . a c e h s t cats sat the ##! ##. ##a ##c ##e ##h ##s ##t'
    """
    settings = WordPieceSettings(size, tuple(reserved), min_count, slack=slack, max_characters=max_characters)
    problems = [*_problems(settings), *symbol_problems("reserved", reserved)]
    if problems:
        raise VocabularyError(f"vocabulary {name!r} cannot be built", problems)
    try:
        words = _words(count_tokens(source, progress, engine), lower_case=lower_case)
    except VocabularyError as error:
        raise VocabularyError(f"vocabulary {name!r} cannot be built: {error.summary}", error.problems) from error
    if not len(words):
        raise VocabularyError(f"vocabulary {name!r} cannot be built: the source holds no word")
    pieces = learn_wordpiece(words["term"].to_pylist(), words["count"].to_pylist(), settings)
    return Vocabulary.from_terms(name, _within(name, pieces, settings), special_tokens=())


def _words(tokens: Any, *, lower_case: bool) -> Any:
    """Counts the words of counted tokens: white space is where every token ends, also after normalisation."""
    parts = []
    for batch in _batches(tokens):
        words, owners = bert_words(batch["term"].combine_chunks(), lower_case=lower_case)
        parts.append(sum_tables([pa.table({"term": words, "count": batch["count"].take(pa.array(owners))})]))
    return sum_tables([NOTHING, *parts]).sort_by("term")


def _batches(tokens: Any) -> Iterator[Any]:
    """Cuts a table of tokens by their bytes: where nobody writes white space, a token is a whole line."""
    ends = pc.cumulative_sum(pc.binary_length(tokens["term"])).to_numpy()
    cuts = np.searchsorted(ends, np.arange(BATCH_BYTES, int(ends[-1]) if len(ends) else 0, BATCH_BYTES))
    for begin, end in pairwise(np.unique([0, *cuts.tolist(), len(ends)]).tolist()):
        yield tokens.slice(begin, end - begin)


def _within(name: str, pieces: list[str], settings: WordPieceSettings) -> list[str]:
    """Leaves out the least frequent pieces above the size, but none that every word can be cut into."""
    characters = {piece for piece in pieces if len(piece.removeprefix(JOINER)) == 1 or len(piece) == 1}
    required = characters | set(settings.reserved)
    if len(required) > settings.size:
        message = (
            f"must be at least {len(required)}: the source has {len(characters)} characters, counted as "
            f"beginnings and as continuations of words, and {len(settings.reserved)} pieces are reserved; "
            f"received {settings.size}"
        )
        problem = Problem("size", message, "Raise it, or lower max_characters")
        raise VocabularyError(f"vocabulary {name!r} cannot be built", [problem])
    left = settings.size - len(required)
    chosen = []
    for piece in pieces:
        left -= piece not in required
        if piece in required or left >= 0:
            chosen.append(piece)
    return chosen


def _problems(settings: WordPieceSettings) -> Iterator[Problem]:
    for where in ("size", "min_count", "max_characters"):
        if getattr(settings, where) < 1:
            yield Problem(where, f"must be at least 1; received {getattr(settings, where)}")
    if not 0 <= settings.slack < 1:
        yield Problem("slack", f"must be at least 0 and less than 1; received {settings.slack}")
