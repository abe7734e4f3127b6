"""Large SavedModels of plain TensorFlow, made in processes of their own, for the benchmarks of what reads them."""

import subprocess
import sys
from pathlib import Path

TERM_BYTES = 26  # 16 of the term, two that protocol buffers put before it, and 8 of its id

INLINED = """
import sys
import tensorflow as tf
count, directory = int(sys.argv[1]), sys.argv[2]
keys = tf.constant([f"term{number:012d}" for number in range(count)])
module = tf.Module()
initializer = tf.lookup.KeyValueTensorInitializer(keys, tf.range(count, dtype=tf.int64))
module.table = tf.lookup.StaticHashTable(initializer, -1)
module.serve = tf.function(
    lambda words: {"ids": module.table.lookup(words)}, input_signature=[tf.TensorSpec([None], tf.string)]
)
tf.saved_model.save(module, directory, signatures={"serving_default": module.serve})
"""
VARIABLES = """
import sys
import tensorflow as tf
rows, directory = int(sys.argv[1]), sys.argv[2]
module = tf.Module()
generator = tf.random.Generator.from_seed(1)
module.layers = [tf.Variable(generator.normal([rows, 64]), name=f"rows_{number}") for number in range(8)]
module.serve = tf.function(
    lambda ids: {"rows": sum(tf.gather(layer, ids) for layer in module.layers)},
    input_signature=[tf.TensorSpec([None], tf.int64)],
)
tf.saved_model.save(module, directory, signatures={"serving_default": module.serve})
"""


def save_inlined(directory: Path, megabytes: int) -> int:
    """Saves a table from a list of terms, as every Keras layer has it after `adapt()` or a reload.

    Returns:
        How many terms `saved_model.pb` of that size has.
    """
    count = megabytes * 1_000_000 // TERM_BYTES
    subprocess.run([sys.executable, "-c", INLINED, str(count), str(directory)], check=True, stderr=subprocess.DEVNULL)
    return count


def save_variables(directory: Path, megabytes: int) -> int:
    """Saves eight embeddings.

    Returns:
        How many rows each has.
    """
    rows = megabytes * 1_000_000 // (8 * 64 * 4)
    subprocess.run([sys.executable, "-c", VARIABLES, str(rows), str(directory)], check=True, stderr=subprocess.DEVNULL)
    return rows
