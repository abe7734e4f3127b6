"""SavedModels whose vocabularies are replaced: plain TensorFlow's, and exports of lexport."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

import lexport
from lexport import Vocabulary
from lexport.layers import StringLookup

WORDS, LABELS = ("the", "of", "cat", "dog"), ("red", "green", "blue")
EXAMPLES = [{"word": "cat"}, {"word": "the"}, {"word": "nobody"}]
ROWS = 8
WHOLE, NUMBER = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
STRINGS = [tf.TensorSpec([None], tf.string, name="word")]


def lines(*terms: str) -> bytes:
    """Gives the bytes of a vocabulary file."""
    return "".join(f"{term}\n" for term in terms).encode()


def labelled(words: tuple[str, ...] = WORDS, labels: tuple[str, ...] = LABELS) -> Any:
    """A model that names a class for a word: ids, an embedding with rows to spare, and ids to terms."""
    keras.utils.set_random_seed(1)
    word = keras.Input((), dtype="string", name="word")
    ids = StringLookup(vocabulary=Vocabulary.from_terms("words", words))(word)
    score = keras.layers.Dense(len(labels), activation="softmax")(keras.layers.Embedding(ROWS, 4)(ids))
    names = StringLookup(vocabulary=Vocabulary.from_terms("labels", labels), invert=True, num_oov_indices=0)
    return keras.Model(word, {"id": ids, "score": score, "label": names(keras.ops.argmax(score, -1))})


def exported(folder: Path, words: tuple[str, ...] = WORDS, labels: tuple[str, ...] = LABELS) -> Path:
    """Publishes the model, with requests for a server to warm up with."""
    model = labelled(words, labels)
    return lexport.export(model, folder, examples=EXAMPLES, version=1, warmup=lexport.Warmup(2)).path


def initializer(path: Path, **options: Any) -> Any:
    """Fills a table by whole lines; TensorFlow names the table after the path."""
    return tf.lookup.TextFileInitializer(str(path), tf.string, WHOLE, tf.int64, NUMBER, **options)


def saved(folder: Path, serve: Callable[[Any, Any], dict[str, Any]], **tables: Any) -> Path:
    """Saves a module of plain TensorFlow that answers words by its tables."""
    module = tf.Module()
    for name, table in tables.items():
        setattr(module, name, table)
    module.rows = tf.Variable(tf.reshape(tf.range(ROWS * 2, dtype=tf.float32), [ROWS, 2]))
    function = tf.function(lambda word: serve(module, word), input_signature=STRINGS, autograph=False)
    module.serve = function
    tf.saved_model.save(module, str(folder), signatures={"serving_default": function})
    return folder


def plain(folder: Path, terms: tuple[str, ...] = WORDS, **options: Any) -> Path:
    """Saves what looks rows up by words, with an id below those of the terms for all others."""
    (folder / "from").mkdir(parents=True)
    (folder / "from" / "words.txt").write_bytes(lines(*terms))
    table = tf.lookup.StaticHashTable(initializer(folder / "from" / "words.txt", value_index_offset=1, **options), 0)
    return saved(
        folder / "model", lambda module, word: {"row": tf.gather(module.rows, module.words.lookup(word))}, words=table
    )


def keras_export(folder: Path) -> Path:
    """Exports a model of Keras alone, with two vocabularies by the paths of their files."""
    files = {"words": WORDS, "labels": LABELS}
    (folder / "from").mkdir(parents=True)
    for name, terms in files.items():
        (folder / "from" / f"{name}.txt").write_bytes(lines(*terms))
    keras.utils.set_random_seed(1)
    word = keras.Input((), dtype="string", name="word")
    ids = keras.layers.StringLookup(vocabulary=str(folder / "from" / "words.txt"))(word)
    score = keras.layers.Dense(len(LABELS))(keras.layers.Embedding(ROWS, 4)(ids))
    labels = keras.layers.StringLookup(vocabulary=str(folder / "from" / "labels.txt"), invert=True, num_oov_indices=0)
    label = labels(keras.ops.argmax(score, -1))
    keras.Model(word, {"id": ids, "score": score, "label": label}).export(str(folder / "model"), verbose=False)
    return folder / "model"


def of_sessions(folder: Path) -> Path:
    """Saves a graph of TensorFlow 1, which keeps the path of the words in a constant and in the name of a table."""
    v1 = tf.compat.v1
    (folder / "from").mkdir(parents=True)
    (folder / "from" / "words.txt").write_bytes(lines(*WORDS))
    with tf.Graph().as_default(), v1.Session() as session:
        word = v1.placeholder(tf.string, [None], name="word")
        row = tf.lookup.StaticHashTable(initializer(folder / "from" / "words.txt"), -1).lookup(word)
        session.run(v1.tables_initializer())
        v1.saved_model.simple_save(
            session, str(folder / "model"), {"word": word}, {"row": row}, legacy_init_op=v1.tables_initializer()
        )
    return folder / "model"
