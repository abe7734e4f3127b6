"""The warm-up requests of an export, read back as a server reads them."""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lexport.errors import AssetError, VerificationError
from lexport.savedmodel.prediction_log import parse_prediction_log
from lexport.savedmodel.tree import open_inside
from lexport.tfformats.tf_record import read_records
from lexport.verify.baseline import WARMUP_CASES
from lexport.verify.request import Request
from lexport.verify.tensor_proto import tensor_of

__all__ = ["MAX_RECORDS", "WARMUP_FILE", "WarmupRecord", "read_warmup"]

WARMUP_FILE = "assets.extra/tf_serving_warmup_requests"
# TensorFlow Serving loads no model that has more (`saved_model_warmup_util.h`).
MAX_RECORDS = 1000
MAX_BYTES = 64 << 20


@dataclass(frozen=True)
class WarmupRecord:
    """One request that a server makes before it serves.

    Attributes:
        model: the name of the model, as the request has it.
        request: what is asked.
    """

    model: str
    request: Request


def read_warmup(directory: str | os.PathLike[str]) -> tuple[WarmupRecord, ...] | None:
    """Reads the warm-up file of an export; safe on a file from anywhere.

    Args:
        directory: the export.

    Returns:
        The records in order; None where there is no file.

    Raises:
        VerificationError: the file is damaged, holds something else than predict requests, or more than a server
            takes.
    """
    try:
        with open_inside(directory, WARMUP_FILE) as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except (AssetError, OSError) as error:
        raise VerificationError(f"cannot read {WARMUP_FILE}: {error}") from error
    if len(data) > MAX_BYTES:
        raise VerificationError(f"{WARMUP_FILE} must have at most {MAX_BYTES} bytes")
    try:
        return tuple(_records(data))
    except ValueError as error:
        raise VerificationError(f"{WARMUP_FILE} is not what a server reads: {error}") from error


def _records(data: bytes) -> Iterator[WarmupRecord]:
    for number, record in enumerate(read_records(io.BytesIO(data))):
        if number == MAX_RECORDS:
            raise ValueError(f"it has more than {MAX_RECORDS} records, with which no server loads the model")
        log = parse_prediction_log(record)
        if not log.HasField("predict_log"):
            raise ValueError(f"record {number} is no predict request")
        yield _record(number, log.predict_log.request)


def _record(number: int, request: Any) -> WarmupRecord:
    try:
        inputs = {name: tensor_of(tensor) for name, tensor in sorted(request.inputs.items())}
    except ValueError as error:
        raise ValueError(f"record {number}: {error}") from error
    signature = request.model_spec.signature_name or "serving_default"
    return WarmupRecord(request.model_spec.name, Request(f"{WARMUP_CASES}{number}]", signature, inputs))
