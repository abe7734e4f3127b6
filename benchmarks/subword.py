r"""Prints how long it takes to learn subword vocabularies from a text file, beside the tools that do the same.

Run it with `.venv/bin/python benchmarks/subword.py TEXT`, where TEXT is a file of UTF-8 lines. Each measurement is a
process of its own, so that nothing is warm, and its time is that of the work without the imports. Hugging Face's
trainer takes part where the package `tokenizers` is installed; lexport does not need it.

tensorflow-text's learner is measured on two beginnings of the file, as the whole would take hours; the time for the
whole is a guess from their ratio and is printed as one. What is learned from the beginnings has to be the same.
"""

import argparse
import hashlib
import importlib.util
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RESERVED = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def main() -> None:
    """Measures each in turn and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("--size", type=int, default=30_000, help="pieces (default: 30000)")
    parser.add_argument("--beginning", type=int, default=500_000, help="bytes for tensorflow-text's learner")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        print(json.dumps(measured(WORK[arguments.work], arguments.text, arguments.size)))
    else:
        report(arguments.text, arguments.size, arguments.beginning)


def report(text: Path, size: int, beginning: int) -> None:
    """Prints the table."""
    print(f"{text}: {text.stat().st_size / 1e6:.1f} MB, {size} pieces")
    print("work, time, processor time, peak memory, pieces, sha256 of the pieces in two runs")
    for work in ("lexport-wordpiece", "huggingface-wordpiece", "huggingface-bpe", "lexport-bpe", "lexport-unigram"):
        if work.startswith("huggingface") and not importlib.util.find_spec("tokenizers"):
            print(f"{work:23} left out: tokenizers is not installed")
            continue
        runs = [in_a_process(work, text, size) for _ in range(2)]
        print(row(work, runs[0]), runs[1]["digest"], "" if runs[0]["digest"] == runs[1]["digest"] else "NOT the same")
    with tempfile.TemporaryDirectory() as folder:
        report_original(text, size, beginning, Path(folder))


def report_original(text: Path, size: int, beginning: int, folder: Path) -> None:
    """Measures tensorflow-text's learner on two beginnings and guesses the whole."""
    seconds = []
    for length in (beginning // 2, beginning):
        part = folder / f"{length}.txt"
        data = text.read_bytes()[:length]
        part.write_bytes(data[: data.rfind(b"\n") + 1])
        theirs, ours = (in_a_process(work, part, size) for work in ("tensorflow-text", "lexport-wordpiece"))
        if theirs["digest"] != ours["digest"]:
            raise SystemExit(f"the vocabularies of {length} bytes differ: {theirs} {ours}")
        seconds.append(theirs["busy"])
        print(f"the first {length} bytes, the same vocabulary by both:")
        print(row("  tensorflow-text", theirs), "\n" + row("  lexport-wordpiece", ours))
    exponent = math.log2(seconds[1] / seconds[0])
    whole = seconds[1] * (text.stat().st_size / beginning) ** exponent
    print(f"tensorflow-text grew by the exponent {exponent:.2f} of the bytes")
    print(f"so a guess for the whole is {whole / 60:.0f} minutes of a processor")


def row(work: str, run: dict[str, Any]) -> str:
    """Formats a measurement."""
    times = f"{run['seconds']:8.1f} s {run['busy']:8.1f} s"
    return f"{work:23} {times} {run['megabytes']:6} MB {run['pieces']:7} {run['digest']}"


def in_a_process(work: str, text: Path, size: int) -> dict[str, Any]:
    """Runs one work in a process of its own."""
    command = [sys.executable, __file__, str(text), "--size", str(size), "--work", work]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    run: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return run


def measured(work: Callable[[Path, int], Callable[[], list[str]]], text: Path, size: int) -> dict[str, Any]:
    """Times a work; what it imports is not counted."""
    run = work(text, size)
    start, busy = time.perf_counter(), time.process_time()
    pieces = run()
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    digest = hashlib.sha256("\n".join(pieces).encode()).hexdigest()[:12]
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"seconds": seconds, "busy": busy, "pieces": len(pieces), "digest": digest, "megabytes": megabytes}


def lexport_wordpiece(text: Path, size: int) -> Callable[[], list[str]]:
    """From the file to a stored vocabulary."""
    from lexport.corpus import Source
    from lexport.corpus.subword import build_wordpiece

    return lambda: [str(piece) for piece in build_wordpiece("pieces", Source(text, format="text"), size=size)]


def lexport_bpe(text: Path, size: int) -> Callable[[], list[str]]:
    """From the file to a stored BPE model."""
    from lexport.corpus import Source
    from lexport.corpus.subword import build_sentencepiece

    return lambda: list(build_sentencepiece("p", Source(text, format="text"), size=size, kind="bpe").pieces)


def lexport_unigram(text: Path, size: int) -> Callable[[], list[str]]:
    """From the file to a stored unigram model."""
    from lexport.corpus import Source
    from lexport.corpus.subword import build_sentencepiece

    return lambda: list(build_sentencepiece("p", Source(text, format="text"), size=size).pieces)


def huggingface(text: Path, size: int, *, wordpiece: bool) -> Callable[[], list[str]]:
    """Hugging Face's trainers with `##` and the normalisation of BERT."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer: Any = Tokenizer(models.WordPiece(unk_token="[UNK]") if wordpiece else models.BPE(unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer if wordpiece else trainers.BpeTrainer
    options = trainer(vocab_size=size, special_tokens=RESERVED, continuing_subword_prefix="##", show_progress=False)

    def run() -> list[str]:
        tokenizer.train([str(text)], options)
        vocabulary = tokenizer.get_vocab()
        return sorted(vocabulary, key=vocabulary.__getitem__)

    return run


def tensorflow_text(text: Path, size: int) -> Callable[[], list[str]]:
    """The learner of tensorflow-text, from the file to pieces."""
    import tensorflow as tf
    from tensorflow_text.tools.wordpiece_vocab.bert_vocab_from_dataset import bert_vocab_from_dataset

    lines = tf.data.TextLineDataset(str(text)).batch(1024)
    return lambda: list(bert_vocab_from_dataset(lines, size, RESERVED, {"lower_case": True}))


WORK: dict[str, Callable[[Path, int], Callable[[], list[str]]]] = {
    "lexport-wordpiece": lexport_wordpiece,
    "lexport-bpe": lexport_bpe,
    "lexport-unigram": lexport_unigram,
    "huggingface-wordpiece": lambda text, size: huggingface(text, size, wordpiece=True),
    "huggingface-bpe": lambda text, size: huggingface(text, size, wordpiece=False),
    "tensorflow-text": tensorflow_text,
}

if __name__ == "__main__":
    main()
