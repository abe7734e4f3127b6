"""Prints how many rows a second `TextVectorization` makes ids of: lexport's, Keras's, and tensorflow-text's tokenizers.

Run it with `.venv/bin/python benchmarks/text_vectorization.py`. The rows are the descriptions of Debian's packages, the
vocabulary the most frequent words in them. All ways are asked in turns: eagerly, in the map of a `tf.data.Dataset`, and
through the C++ loader of TensorFlow Serving, in a process without TensorFlow's Python. lexport's ids, and those of
"split first", have to be Keras's, or the script fails; tensorflow-text also splits at whitespace that is not ASCII, and
word pieces are another vocabulary.

"split first" looks tokens up as they stand, and standardizes those only that are no term: exact where terms are in
lower case and have no punctuation. The floor is what the ops take that no way can do without: split, look up, pad.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
BATCHES = (1, 64, 1024, 16_384)
LENGTH = 32
KERAS = "Keras"
EXACT = ("lexport", "split first")
PUNCTUATION = r"[!-/:-@\[-`{-~]"
# In one turn: enough for some hundredths of a second, where a row takes microseconds.
ROWS, CALLS = 32_768, 200

Way = Callable[[Any], Any]
Timed = dict[str, Callable[[], object]]
Seconds = dict[str, list[float]]


def main() -> None:
    """Measures, and prints a table a place."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9, help="how often each way has its turn (default: 9)")
    parser.add_argument("--terms", type=int, default=20_000, help="size of the vocabulary (default: 20000)")
    parser.add_argument("--only", choices=["eager", "tf.data", "served"], help="one of the tables")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LEXPORT_HOME"] = folder
        _measure(Path(folder), options)


def _measure(folder: Path, options: argparse.Namespace) -> None:
    from pipelines.debian_sections.data import read_packages

    texts = [text for part in read_packages() for text in part.inputs["description"]]
    ways, tables = _ways(folder, texts, options.terms)
    _compare(ways, texts)
    words = sum(len(text.split()) for text in texts) / len(texts)
    print(f"{len(texts)} rows of {words:.1f} words, {options.terms} terms, {os.cpu_count()} cores")
    print(f"rows a second, median of {options.rounds} rounds in turns; in parentheses, how many times Keras's,")
    print("by the clock, and by the time that the processors worked, on which other programs have less influence")
    for place, timed in {"eager": _eager, "tf.data": _in_dataset}.items():
        if options.only in (None, place):
            _print(place, {size: _in_turns(timed(ways, texts, size), options.rounds) for size in BATCHES}, texts)
    if options.only in (None, "served"):
        _print("served by the C++ loader", _served(folder, ways, tables, texts, options.rounds), texts)


# -- the ways ---------------------------------------------------------------------------------------------------


def _ways(folder: Path, texts: list[Any], terms: int) -> tuple[dict[str, Way], list[Any]]:
    """Gives functions from a batch of texts to ids, and the tables that they look up in."""
    import keras
    import tensorflow as tf
    import tensorflow_text

    import lexport
    import lexport.layers

    learner = keras.layers.TextVectorization(max_tokens=terms)
    learner.adapt(tf.data.Dataset.from_tensor_slices(texts).batch(4096))
    words = lexport.Vocabulary.from_terms("words", [str(term) for term in learner.get_vocabulary()[2:]])
    path = str(words.write(folder / "words.txt"))
    stock = keras.layers.TextVectorization(vocabulary=path, output_sequence_length=LENGTH)
    ours = lexport.layers.TextVectorization(vocabulary=words, output_sequence_length=LENGTH)
    table = stock._lookup_layer.lookup_table
    whitespace = tensorflow_text.WhitespaceTokenizer()
    pieces = tensorflow_text.FastWordpieceTokenizer(["[UNK]", *words.terms], support_detokenization=False)

    def split_by_text(batch: Any) -> Any:
        return table.lookup(whitespace.tokenize(_standardized(batch))).to_tensor(shape=[None, LENGTH])

    def word_pieces(batch: Any) -> Any:
        return pieces.tokenize(tf.strings.lower(batch)).to_tensor(shape=[None, LENGTH])

    def floor(batch: Any) -> Any:
        places, tokens, shape = tf.raw_ops.StringSplitV2(input=batch, sep="")
        return _dense(table.lookup(tokens), places[:, 0], shape[0])

    ways = {"lexport": ours, KERAS: stock, "split first": partial(_split_first, table)}
    ways |= {"WhitespaceTokenizer, looked up": split_by_text, "FastWordpieceTokenizer": word_pieces, "floor": floor}
    return ways, [table, ours._lookup_layer.lookup_table]


def _standardized(texts: Any) -> Any:
    import tensorflow as tf

    return tf.strings.regex_replace(tf.strings.lower(texts), PUNCTUATION, "")


def _split_first(table: Any, texts: Any) -> Any:
    import tensorflow as tf

    places, tokens, shape = tf.raw_ops.StringSplitV2(input=texts, sep="")
    ids = table.lookup(tokens)
    missed = tf.where(tf.equal(ids, 1))
    standardized = _standardized(tf.gather_nd(tokens, missed))
    # Tokens of nothing but punctuation are none; no id is negative.
    found = tf.where(
        tf.equal(tf.strings.length(standardized), 0), tf.constant(-1, tf.int64), table.lookup(standardized)
    )
    ids = tf.tensor_scatter_nd_update(ids, missed, found)
    kept = tf.where(tf.greater_equal(ids, 0))
    return _dense(tf.gather_nd(ids, kept), tf.gather_nd(places[:, 0], kept), shape[0])


def _dense(ids: Any, rows: Any, count: Any) -> Any:
    import tensorflow as tf

    return tf.raw_ops.RaggedTensorToTensor(
        shape=tf.constant([-1, LENGTH], tf.int64),
        values=ids,
        default_value=tf.constant(0, tf.int64),
        row_partition_tensors=[count, rows],
        row_partition_types=["FIRST_DIM_SIZE", "VALUE_ROWIDS"],
    )


def _compare(ways: dict[str, Way], texts: list[Any]) -> None:
    import numpy as np
    import tensorflow as tf

    for start in range(0, len(texts), 4096):
        batch = tf.constant(texts[start : start + 4096])
        expected = ways[KERAS](batch)
        for name in EXACT:
            np.testing.assert_array_equal(ways[name](batch), expected, name)


def _batches(texts: list[Any], size: int) -> list[list[Any]]:
    """Gives as many batches of other rows each as are asked in one turn."""
    count = max(2, min(CALLS, ROWS // size))
    return [[texts[(number * size + row) % len(texts)] for row in range(size)] for number in range(count)]


# -- the places -------------------------------------------------------------------------------------------------


def _eager(ways: dict[str, Way], texts: list[Any], size: int) -> Timed:
    import tensorflow as tf

    batches = [tf.constant(batch) for batch in _batches(texts, size)]
    return {name: lambda way=way: [way(batch) for batch in batches] for name, way in ways.items()}


def _in_dataset(ways: dict[str, Way], texts: list[Any], size: int) -> Timed:
    """Maps in parallel, as one does: what counts is how much of all processors a row takes."""
    import tensorflow as tf

    batches = tf.data.Dataset.from_tensor_slices(_batches(texts, size)).cache()
    mapped = {name: batches.map(way, num_parallel_calls=tf.data.AUTOTUNE) for name, way in ways.items()}
    return {name: lambda dataset=dataset: [0 for _ in dataset] for name, dataset in mapped.items()}


def _served(folder: Path, ways: dict[str, Way], tables: list[Any], texts: list[Any], rounds: int) -> dict[int, Seconds]:
    """Saves all, and has them timed by a process that has TensorFlow's shared library only."""
    import tensorflow as tf
    import tensorflow_text

    exports = {name: str(folder / str(number)) for number, name in enumerate(ways)}
    for name, way in ways.items():
        root = tf.Module()
        root.tables = tables
        root.serve = tf.function(way, input_signature=[tf.TensorSpec([None], tf.string, name="text")])
        tf.saved_model.save(root, exports[name], signatures=root.serve)
    ops = (Path(tensorflow_text.__file__).parent / "python/ops").glob("*_tokenizer*.so")
    batches = {size: _batches(texts, size) for size in BATCHES}
    task = {"exports": exports, "libraries": sorted(map(str, ops)), "batches": batches, "rounds": rounds}
    path = folder / "task.json"
    path.write_text(json.dumps(task))
    script = Path(__file__).with_name("served_texts.py")
    done = subprocess.run([sys.executable, str(script), str(path)], check=True, stdout=subprocess.PIPE, text=True)
    return {int(size): seconds for size, seconds in json.loads(done.stdout).items()}


# -- times ------------------------------------------------------------------------------------------------------


def _in_turns(timed: Timed, rounds: int) -> Seconds:
    """Gives the medians of the clock's and of the processors' seconds."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in timed}
    for turn in range(rounds + 1):
        for name, work in timed.items():
            clock, worked = time.perf_counter(), time.process_time()
            work()
            if turn:  # the first one traces and warms up
                seconds[name].append((time.perf_counter() - clock, time.process_time() - worked))
    return {name: list(map(statistics.median, zip(*times, strict=True))) for name, times in seconds.items()}


def _print(place: str, seconds: dict[int, Seconds], texts: list[Any]) -> None:
    print(f"\n{place:<32}" + "".join(f"{f'batch {size:,}':>24}" for size in BATCHES))
    for name in seconds[BATCHES[0]]:
        cells = []
        for size in BATCHES:
            mine, theirs = seconds[size][name], seconds[size][KERAS]
            rows = size * len(_batches(texts, size))
            cells.append(f"{rows / mine[0]:>9,.0f} ({theirs[0] / mine[0]:.2f}, {theirs[1] / mine[1]:.2f})")
        print(f"{name:<32}" + "".join(f"{cell:>24}" for cell in cells))


if __name__ == "__main__":
    main()
