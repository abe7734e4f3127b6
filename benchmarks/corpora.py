"""Makes the corpora that the benchmarks count: text of about a million distinct words, and a column of ids.

    python benchmarks/corpora.py text out.txt --megabytes 200
    python benchmarks/corpora.py ids out.csv --rows 20000000        (or out.parquet)
    python benchmarks/corpora.py distinct out.txt --terms 10000000

The text follows Zipf's law, with mixed case, punctuation and some letters that are not ASCII; frequent words are
shorter than rare ones. The same arguments give the same bytes.
"""

import argparse
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

SEED = 1
WORDS = 1_000_000
TOKENS_AT_A_TIME = 2_000_000
NOT_ASCII = "éßñäçøžλжあ漢字🙂"
TEXT = pa.large_string()
# How often a word stands plain, capitalised, in capitals, before a comma, before a full stop, both, in quotes.
FORMS = (0.74, 0.10, 0.01, 0.07, 0.05, 0.01, 0.02)


def main() -> None:
    """Makes one corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["text", "ids", "distinct"])
    parser.add_argument("path", type=Path)
    parser.add_argument("--megabytes", type=int, default=200, help="of text (default: 200)")
    parser.add_argument("--rows", type=int, default=20_000_000, help="of ids (default: 20000000)")
    parser.add_argument("--terms", type=int, default=10_000_000, help="how many distinct ones (default: 10000000)")
    options = parser.parse_args()
    if options.kind == "text":
        write_text(options.path, options.megabytes * 1_000_000)
    elif options.kind == "ids":
        write_ids(options.path, options.rows)
    else:
        write_distinct(options.path, options.terms)
    print(f"{options.path}: {options.path.stat().st_size:,} bytes")


def write_text(path: Path, size: int) -> None:
    """Writes lines of words, of at most so many bytes together."""
    random = np.random.default_rng(SEED)
    forms = _forms(_words(random))
    rank = np.cumsum(1 / np.arange(1, WORDS + 1))
    with path.open("wb") as file:
        left = size
        while left > 0:
            block = _lines(forms, rank / rank[-1], random)[:left]
            block = block[: block.rfind(b"\n") + 1]
            if not block:
                break
            file.write(block)
            left -= len(block)


def write_ids(path: Path, rows: int) -> None:
    """Writes one column, `id`, of about a million distinct ids, as CSV or Parquet by the name of the file."""
    random = np.random.default_rng(SEED)
    rank = np.cumsum(1 / np.arange(1, WORDS + 1) ** 0.8)
    ids = pa.array([f"user_{number * 7919 % 10_000_019:08d}" for number in range(WORDS)])
    schema = pa.schema([("id", pa.string())])
    with _column_writer(path, schema) as writer:
        for start in range(0, rows, TOKENS_AT_A_TIME):
            chosen = np.searchsorted(rank / rank[-1], random.random(min(TOKENS_AT_A_TIME, rows - start)))
            writer.write_table(pa.table([ids.take(pa.array(chosen))], schema=schema))


def write_distinct(path: Path, terms: int) -> None:
    """Writes twice as many words as there are distinct ones, each distinct one twice, far apart."""
    with path.open("wb") as file:
        for _ in range(2):
            for start in range(0, terms, TOKENS_AT_A_TIME):
                numbers = np.arange(start, min(start + TOKENS_AT_A_TIME, terms))
                words = pc.binary_join_element_wise(
                    "w", pa.array(numbers * 2_654_435_761 % 2**40).cast(pa.string()), ""
                )
                lists = pa.ListArray.from_arrays(pa.array(range(0, len(words) + 1, 10), pa.int32()), words)
                text = pa.ListArray.from_arrays(pa.array([0, len(lists)], pa.int32()), pc.binary_join(lists, " "))
                file.write(pc.binary_join(text, "\n")[0].as_buffer().to_pybytes() + b"\n")


def _column_writer(path: Path, schema: Any) -> Any:
    if path.suffix == ".parquet":
        return pyarrow.parquet.ParquetWriter(path, schema)
    return pyarrow.csv.CSVWriter(path, schema, write_options=pyarrow.csv.WriteOptions(quoting_style="none"))


def _words(random: Any) -> list[str]:
    letters = np.frombuffer(b"etaoinshrdlucmfwypvbgkjqxz", np.uint8)
    shares = 1 / np.arange(1, 27) ** 0.8
    ranks = np.arange(WORDS) + 2
    length = np.clip(np.round(1.5 + 0.34 * np.log2(ranks) + random.normal(0, 1.6, WORDS)), 1, 24)
    length = np.maximum(length, np.ceil(np.log(ranks) / np.log(20))).astype(int)
    text = random.choice(letters, int(length.sum()), p=shares / shares.sum())
    return list(_distinct(text.tobytes().decode(), np.cumsum(length), random))


def _distinct(text: str, ends: Any, random: Any) -> Iterator[str]:
    known: set[str] = set()
    start = 0
    for number, end in enumerate(ends.tolist()):
        word, start = text[start:end], end
        if number % 37 == 36:
            word = word[:-1] + NOT_ASCII[number // 37 % len(NOT_ASCII)]
        while word in known:
            word += string.ascii_lowercase[int(random.integers(26))]
        known.add(word)
        yield word


def _forms(words: list[str]) -> Any:
    plain = pa.array(words, TEXT)
    capital = pc.utf8_capitalize(plain)
    empty, quote = pa.scalar("", TEXT), pa.scalar('"', TEXT)
    every = [
        *(plain, capital, pc.utf8_upper(plain)),
        *(pc.binary_join_element_wise(plain, pa.scalar(end, TEXT), empty) for end in ",."),
        pc.binary_join_element_wise(capital, pa.scalar(",", TEXT), empty),
        pc.binary_join_element_wise(quote, plain, quote, empty),
    ]
    return pa.concat_arrays(every)


def _lines(forms: Any, shares: Any, random: Any) -> bytes:
    rank = np.searchsorted(shares, random.random(TOKENS_AT_A_TIME))
    form = random.choice(len(FORMS), TOKENS_AT_A_TIME, p=FORMS)
    tokens = forms.take(pa.array(rank + form * WORDS))
    ends = np.cumsum(random.integers(4, 24, TOKENS_AT_A_TIME // 8))
    offsets = np.concatenate([[0], ends[ends < TOKENS_AT_A_TIME], [TOKENS_AT_A_TIME]]).astype(np.int32)
    lines = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), tokens), pa.scalar(" ", TEXT))
    whole = pa.ListArray.from_arrays(pa.array([0, len(lines)], pa.int32()), lines)
    return bytes(pc.binary_join(whole, pa.scalar("\n", TEXT))[0].as_buffer().to_pybytes()) + b"\n"


if __name__ == "__main__":
    main()
