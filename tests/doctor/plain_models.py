"""What plain TensorFlow users build, and what the doctor finds in it."""

from pathlib import Path
from typing import Any

import tensorflow as tf

from lexport.doctor import Finding, examine

__all__ = ["STRINGS", "TERMS", "Named", "found", "looking_up"]

STRINGS = [tf.TensorSpec([None], tf.string)]
TERMS = [f"term{index}" for index in range(30)]


def found(path: Path) -> dict[str, list[Finding]]:
    """Examines, and gives the findings by code."""
    by_code: dict[str, list[Finding]] = {}
    for finding in examine(path).findings:
        by_code.setdefault(finding.code.name, []).append(finding)
    return by_code


class Named(tf.lookup.TextFileInitializer):
    """A table that is named without the path of its file, filled from whole lines."""

    def __init__(self, path: Path, **options: Any) -> None:
        whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
        self._table = f"table_of_{path.parent.name}"
        super().__init__(str(path), tf.string, whole, tf.int64, number, **options)

    @property
    def _shared_name(self) -> str:
        return self._table


def looking_up(initializer: Any, **options: Any) -> tf.Module:
    """A module that gives the ids of words."""
    module = tf.Module()
    module.table = tf.lookup.StaticHashTable(initializer, -1, **options)
    module.serve = tf.function(
        lambda words: {"ids": module.table.lookup(words)}, input_signature=STRINGS, autograph=False
    )
    return module
