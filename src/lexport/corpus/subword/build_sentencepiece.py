"""`build_sentencepiece`: from data to a SentencePiece model."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lexport.corpus.progress import Progress
from lexport.corpus.source import Source
from lexport.corpus.subword.sentencepiece_options import Kind, SentencePieceOptions
from lexport.corpus.subword.source_text import count_tokens, sample_lines
from lexport.errors import Problem, VocabularyError
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["build_sentencepiece"]

# The trainer leaves out whole lines that hold it: it is its own sign for an unknown character.
_UNUSABLE = "\u2585"


def build_sentencepiece(
    name: str,
    source: Source,
    *,
    size: int,
    kind: Kind = "unigram",
    control: Sequence[str] = (),
    reserved: Sequence[str] = (),
    pad_id: int | None = 0,
    unk_id: int = 1,
    bos_id: int | None = 2,
    eos_id: int | None = 3,
    character_coverage: float = 0.9995,
    byte_fallback: bool = False,
    normalization: str = "nmt_nfkc",
    max_lines: int | None = 400_000,
    progress: Progress | None = None,
) -> SentencePieceModel:
    r"""Trains a SentencePiece model; `tensorflow_text.SentencepieceTokenizer` takes its bytes.

    The same source gives the same bytes, whatever the machine or the number of its cores. A BPE model is trained
    on all words of the source with their counts, which gives the pieces that its lines would give, in the memory of
    its distinct words. A unigram model needs lines, all of them in memory.

    Args:
        name: letters, digits, `_`, `-` and `.`; the asset file is called `<name>.model`.
        source: the files and the column.
        size: how many pieces, exactly; all that follow are counted.
        kind: `"unigram"` or `"bpe"`.
        control: pieces that stand for no text, such as `[CLS]`: only their ids are used.
        reserved: pieces that are never cut where they stand in text; they hold no white space.
        pad_id: the id of `<pad>`, 0 to 3; None for no such piece. Keras masks 0.
        unk_id: the id of `<unk>`.
        bos_id: the id of `<s>`, the beginning of a text, or None.
        eos_id: the id of `</s>`, the end of a text, or None.
        character_coverage: which share of all characters must be pieces, 0.98 to 1; the others are unknown.
        byte_fallback: whether unknown characters are cut into 256 pieces for bytes.
        normalization: `"nmt_nfkc"`, `"nfkc"`, with `_cf` also lower-cased, or `"identity"`. It is a part of the
            model and done by it when it serves.
        max_lines: from how many lines a unigram model learns at most, drawn evenly from all by their numbers;
            None for all. Training takes 2 to 3 kilobytes of memory for a line of 90 bytes.
        progress: called after each batch with the bytes read and the bytes of all files; training comes after it.

    Returns:
        The model, in the store.

    Raises:
        VocabularyError: `lexport[subword]` is not installed; an argument is out of range; a file is missing, empty,
            cut off, not of its format, not UTF-8 or without the column; the source holds no text, too little text
            for `size` pieces, or more characters than that.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     size = pathlib.Path(folder, "a.txt").write_text("the cat sat on the mat\n")
        ...     model = build_sentencepiece("pieces", Source(f"{folder}/a.txt"), size=17, kind="bpe")
        >>> model.pieces[:8]
        ('<pad>', '<unk>', '<s>', '</s>', 'at', 'he', '▁t', '▁')
    """
    options = SentencePieceOptions(
        size, kind, control, reserved, pad_id, unk_id, bos_id, eos_id, character_coverage,
        byte_fallback, normalization, max_lines,
    )  # fmt: skip
    problems = [*_missing_package(), *options.problems()]
    if problems:
        raise VocabularyError(f"SentencePiece model {name!r} cannot be built", problems)
    try:
        if kind == "bpe":
            data = _train(_weighted(count_tokens(source, progress)), options, {"input_format": "tsv"})
        else:
            data = _train(_cleaned(sample_lines(source, max_lines, progress)), options, {})
    except VocabularyError as error:
        message = f"SentencePiece model {name!r} cannot be built: {error.summary}"
        raise VocabularyError(message, error.problems) from error
    return SentencePieceModel.from_bytes(name, data)


def _missing_package() -> Iterator[Problem]:
    try:
        import sentencepiece  # noqa: F401 - whether it is there
    except ImportError as error:
        yield Problem("", f"the package sentencepiece cannot be imported ({error})", "Install lexport[subword]")


def _weighted(words: Any) -> Iterator[str]:
    for batch in words.to_batches(max_chunksize=1 << 16):
        for word, count in zip(batch["term"].to_pylist(), batch["count"].to_pylist(), strict=True):
            for part in filter(None, word.split(_UNUSABLE)):
                yield f"{part}\t{count}"


def _cleaned(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line.replace(_UNUSABLE, " ").replace("\n", " ")


def _train(sentences: Iterable[str], options: SentencePieceOptions, form: dict[str, str]) -> bytes:
    from sentencepiece import SentencePieceTrainer

    model = io.BytesIO()
    arguments = options.trainer_arguments() | form
    try:
        SentencePieceTrainer.train(sentence_iterator=iter(sentences), model_writer=model, **arguments)
    except RuntimeError as error:
        raise _refusal(str(error), options) from error
    return model.getvalue()


def _refusal(message: str, options: SentencePieceOptions) -> VocabularyError:
    """Says in terms of the options what the trainer says in those of its code."""
    if found := re.search(r"set it to a value <= (\d+)", message):
        text = f"the source gives {found[1]} pieces at most; received {options.size}"
        return VocabularyError("the source is too small", [Problem("size", text, "Lower it, or add text")])
    if found := re.search(r"smaller than required_chars\. \d+ vs (\d+)", message):
        text = f"must be more than the {found[1]} reserved pieces and characters; received {options.size}"
        remedy = "Raise it, or lower character_coverage"
        return VocabularyError("the source has too many characters", [Problem("size", text, remedy)])
    if "sentences_.empty()" in message or "all_chars_count" in message:
        return VocabularyError("the source holds no text")
    return VocabularyError(f"the trainer refuses: {message}")
