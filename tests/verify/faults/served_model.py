"""The model that the faults are planted in: two words in, their ids and a score out.

A subclass that overrides one of its methods is the same model, built wrongly in that one respect.
"""

import hashlib
from pathlib import Path
from typing import Any

import tensorflow as tf

# More than may be inlined, and among them what other readers would split or strip.
TERMS = ("the", "of", "and", "naïve", "a\u2028b", " spaced ", *(f"term{number}" for number in range(20)), "last")
# A row for each id, the last of them for unknown words; and some that no id reaches.
WEIGHTS = tuple(number / 8 - 1 for number in range(len(TERMS) + 5))
WORD = tf.TensorSpec([None], tf.string, name="word")
OTHER = tf.TensorSpec([None], tf.string, name="other")


class PathlessInitializer(tf.lookup.TextFileInitializer):
    """Names its table by content, where TensorFlow would put this machine's path into the graph."""

    def __init__(self, path: Path) -> None:
        whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
        super().__init__(str(path), tf.string, whole, tf.int64, number)
        self._digest = hashlib.sha256(path.read_bytes()).hexdigest()

    @property
    def _shared_name(self) -> str:
        return f"words_{self._digest}"


class ServedModel(tf.Module):
    """Looks words up in a vocabulary file, and the score of the first in a variable.

    Args:
        vocabulary: the file, which becomes an asset.
    """

    def __init__(self, vocabulary: Path) -> None:
        super().__init__()
        self.table = self.make_table(vocabulary)
        self.scores = self.make_scores()

    def make_table(self, vocabulary: Path) -> Any:
        """Makes the table from the file."""
        return tf.lookup.StaticHashTable(PathlessInitializer(vocabulary), default_value=len(TERMS))

    def make_scores(self) -> Any:
        """Makes the row of each id."""
        return tf.Variable(WEIGHTS, dtype=tf.float32)

    def answer(self, word: Any, other: Any) -> dict[str, Any]:
        """Gives the ids of both and the score of the first, each of shape [batch]."""
        ids = self.table.lookup(word)
        return {"id": ids, "other_id": self.table.lookup(other), "score": tf.gather(self.scores, ids)}

    @tf.function(input_signature=[WORD, OTHER])
    def serve(self, word: Any, other: Any) -> dict[str, Any]:
        """Is the signature."""
        return self.answer(word, other)


def write_vocabulary(folder: Path, terms: tuple[str, ...] = TERMS) -> Path:
    """Writes the vocabulary as it lies on the machine that trains."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "words.txt").write_bytes("".join(f"{term}\n" for term in terms).encode())
    return folder / "words.txt"


def save_model(model: tf.Module, directory: Path) -> None:
    """Saves a model with its one signature."""
    tf.saved_model.save(model, str(directory), signatures={"serving_default": model.serve})
