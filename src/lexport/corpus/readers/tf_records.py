"""TFRecord files of `tf.Example`s, read without TensorFlow."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from lexport.corpus.progress import FileMeter
from lexport.corpus.readers.diagnosis import SHOWN_NAMES, UnreadableSource, missing_columns
from lexport.corpus.readers.stream import open_stream
from lexport.corpus.readers.typed_rows import typed_rows
from lexport.corpus.rows import Rows
from lexport.corpus.source_file import SourceFile
from lexport.tfformats.tf_example import example_class
from lexport.tfformats.tf_record import read_records

__all__ = ["read_tf_records"]

BATCH_BYTES = 8 << 20
MOST_ROWS = 1 << 15


def read_tf_records(file: SourceFile, columns: tuple[str, ...], meter: FileMeter) -> Iterator[Rows]:
    """Reads features in batches; each example is a row, and a feature of several values is a list.

    Raises:
        UnreadableSource: a record is damaged, cut off or no `tf.Example`, text is not UTF-8, a list of floats was
            asked for, or no example of the file has a feature.
    """
    if not columns:
        raise missing_columns([], [])
    missing, names, number = set(columns), dict[str, None](), 0
    with open_stream(file, meter) as stream:
        for records in _batches(_checked(stream)):
            features = [_features(record, row) for row, record in enumerate(records, number)]
            for found in features if missing else ():
                missing.difference_update(found)
                if len(names) <= SHOWN_NAMES:
                    names.update(dict.fromkeys(found))
            cells = {name: [_value(found, name) for found in features] for name in columns}
            yield from typed_rows(cells, range(number, number + len(records)), "record {}")
            number += len(records)
    if not number:
        raise UnreadableSource("the file is empty")
    if missing:
        raise missing_columns([name for name in columns if name in missing], sorted(names))


def _batches(records: Iterator[bytes]) -> Iterator[list[bytes]]:
    while batch := list(_until_full(islice(records, MOST_ROWS))):
        yield batch


def _until_full(records: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for record in records:
        yield record
        size += len(record)
        if size > BATCH_BYTES:
            return


def _checked(stream: Any) -> Iterator[bytes]:
    try:
        yield from read_records(stream)
    except ValueError as error:
        remedy = "Copy or write the file again, whole; the name of a compressed one must end in .gz"
        raise UnreadableSource(f"the file is not a TFRecord file, or is damaged: {error}", remedy) from None


def _features(record: bytes, number: int) -> Any:
    try:
        return example_class().FromString(record).features.feature
    except Exception as error:
        raise UnreadableSource(f"record {number} is no tf.Example: {error}") from None


def _value(features: Any, name: str) -> Any:
    # A lookup of what is not there would add it.
    if name not in features:
        return None
    feature = features[name]
    kind = feature.WhichOneof("kind")
    values = getattr(feature, kind).value if kind else ()
    if len(values) < 2:
        return values[0] if values else None
    return list(values)
