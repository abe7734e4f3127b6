"""The lines of a vocabulary file, in either format of tensorflow_transform."""

import gzip
import zlib
from pathlib import Path

from lexport.errors import AssetError, VocabularyError
from lexport.savedmodel.tree import open_inside
from lexport.tfformats.tf_record import read_records
from lexport.transform.vocabulary_files import RECORDS

__all__ = ["read_lines"]


def read_lines(saved_model: Path, file: str) -> list[bytes]:
    """Reads what tensorflow_transform stored for each term, in the order of their ids.

    Args:
        saved_model: the directory `transform_fn`.
        file: the name of the file in `assets/`; not trusted. What ends with `.tfrecord.gz` is the format
            `"tfrecord_gzip"`, all else is `"text"`.

    Raises:
        AssetError: the file is missing, or is or goes through a link.
        VocabularyError: it is damaged.
    """
    where = saved_model / "assets" / file
    try:
        with open_inside(saved_model, f"assets/{file}") as opened:
            if not file.endswith(RECORDS):
                return _split(opened.read())
            with gzip.open(opened) as records:
                return list(read_records(records))  # type: ignore[arg-type]
    except (gzip.BadGzipFile, EOFError, zlib.error, ValueError) as error:
        remedy = "Copy the output again, or run the Transform again"
        raise VocabularyError(f"{where} is no compressed TFRecord file, or a damaged one: {error}. {remedy}") from error
    except OSError as error:
        raise AssetError(f"cannot read {where}: {error.strerror}") from error


def _split(data: bytes) -> list[bytes]:
    return data.removesuffix(b"\n").split(b"\n") if data else []
