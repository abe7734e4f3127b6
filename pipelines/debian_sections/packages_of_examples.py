"""`packages_of_examples`: the rows that ExampleGen made of the table."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from pipelines.debian_sections.data import INPUTS, Packages

__all__ = ["packages_of_examples"]

PACKAGE, SECTION = "package", "section"
NUMBERS = ("installed_kib",)
BATCH = 4096


def packages_of_examples(files: Sequence[str]) -> Packages:
    """Reads packages from TFRecords of `tf.Example`s.

    Args:
        files: globs of gzipped files.

    Returns:
        The packages in the order of their names, as that of the files depends on how Beam has cut its work.
    """
    names = (PACKAGE, *INPUTS, SECTION)
    paths = [path for pattern in files for path in sorted(tf.io.gfile.glob(pattern))]
    records = tf.data.TFRecordDataset(paths, compression_type="GZIP").batch(BATCH)
    # ExampleGen writes an empty cell as a feature without a value.
    features = {name: tf.io.RaggedFeature(tf.int64 if name in NUMBERS else tf.string) for name in names}
    batches = [tf.io.parse_example(batch, features) for batch in records]
    columns = {name: np.concatenate([_cells(batch[name]) for batch in batches]) for name in names}
    order = np.argsort(columns[PACKAGE], kind="stable")
    return Packages({name: columns[name][order] for name in INPUTS}, columns[SECTION][order])


def _cells(feature: Any) -> npt.NDArray[Any]:
    number = feature.dtype == tf.int64
    cells = feature.to_tensor(0 if number else "", shape=[None, 1])[:, 0].numpy()
    return cells if number else np.array([cell.decode() for cell in cells], object)
