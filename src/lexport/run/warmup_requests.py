"""Writes the warm-up requests of TensorFlow Serving, and asks the live model what is read back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import tensorflow as tf

from lexport.errors import Problem, SignatureError
from lexport.run.example_rows import example_rows, input_specs
from lexport.run.plan import ExportPlan
from lexport.run.signature_requests import served_rows
from lexport.run.warmup import Warmup
from lexport.savedmodel.prediction_log import prediction_log_class
from lexport.serving.serving_root import ServingRoot
from lexport.serving.signature import Signature
from lexport.verify import Baseline, Case, Request
from lexport.verify.batching import Batching, Row
from lexport.verify.warmup_file import MAX_RECORDS, WARMUP_FILE, read_warmup

__all__ = ["warmup_requests", "with_warmup"]


def with_warmup(baseline: Baseline, root: ServingRoot, directory: Path, plan: ExportPlan, warmup: Warmup) -> Baseline:
    """Writes the warm-up file, reads it back, and adds every request to the baseline, so that it is replayed.

    Args:
        baseline: the cases so far.
        root: answers in memory.
        directory: the export.
        plan: the name, the signatures and the examples.
        warmup: how many of them to take.

    Raises:
        SignatureError: no example fits a signature, there are more requests than a server takes, or the live model
            raises on one: a server would not load the export.
    """
    _write(directory / WARMUP_FILE, plan.name, warmup_requests(plan, warmup))
    cases, problems = [], []
    for record in read_warmup(directory) or ():
        try:
            cases.append(_answered(record.request, root))
        except Exception as error:
            message = f"the model in memory raises, so a server would not load the export: {error}"
            problems.append(Problem(f"signatures.{record.request.signature}, {record.request.name}", message[:500]))
    if problems:
        raise SignatureError("the model does not answer its warm-up requests", problems)
    return replace(baseline, cases=(*baseline.cases, *cases))


def warmup_requests(plan: ExportPlan, warmup: Warmup) -> list[Request]:
    """Makes one request of each row, or of as many as make a batch where its size is fixed.

    Args:
        plan: the signatures and the examples.
        warmup: how many of them to take.

    Raises:
        SignatureError: as `with_warmup` says.
    """
    rows = example_rows(plan.examples, plan.signatures, from_code=plan.examples_from_code)
    chosen = warmup.signatures or tuple(plan.signatures)
    made = {name: _requests(name, plan.signatures[name], rows[name][: warmup.rows]) for name in chosen if name in rows}
    problems = [Problem(f"signatures.{name}", why) for name in chosen if (why := _missing(name, made, plan))]
    requests = [request for name in chosen for request in made.get(name, ())]
    if len(requests) > MAX_RECORDS:
        why = f"must be at most {MAX_RECORDS} requests, or no server loads the export; received {len(requests)}"
        problems.append(Problem("warmup", why, "Take fewer rows or signatures"))
    if problems:
        raise SignatureError("the warm-up requests cannot be written", problems)
    return requests


def _requests(name: str, signature: Signature, rows: Sequence[Row]) -> list[Request]:
    batching = Batching(input_specs(signature.served))
    served = served_rows(signature, rows)
    groups = [served] if batching.size else [[row] for row in served]
    return [Request(name, name, batch) for group in groups for batch in batching.batches(group)]


def _missing(name: str, made: Mapping[str, Sequence[Request]], plan: ExportPlan) -> str:
    if name not in made:
        return f"is to be warmed up and must be one of the signatures {list(plan.signatures)}"
    return "" if made[name] else "no example fits, so that no warm-up request can be made"


def _write(path: Path, name: str, requests: list[Request]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tf.io.TFRecordWriter(str(path)) as writer:
        for request in requests:
            writer.write(_serialized(name, request))


def _serialized(name: str, request: Request) -> bytes:
    log = prediction_log_class()()
    predict = log.predict_log.request
    predict.model_spec.name = name
    predict.model_spec.signature_name = request.signature
    for key, value in request.inputs.items():
        message = tf.make_tensor_proto(value, dtype=tf.string if value.dtype.kind == "O" else value.dtype)
        predict.inputs[key].ParseFromString(message.SerializeToString())
    # Maps have no order of their own; so the same requests make the same file.
    return bytes(log.SerializeToString(deterministic=True))


def _answered(request: Request, root: ServingRoot) -> Case:
    return Case(request.name, request.signature, request.inputs, root.ask(request.signature, request.inputs))
