"""Serves an export through `tf.saved_model.load`, which rebuilds the model from its object graph."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import tensorflow as tf

from lexport.verify.candidates.dense_tensors import refuse_composite
from lexport.verify.candidates.errors import shown
from lexport.verify.candidates.gpu_work import GPU_FACT, gpu_work, work_fact
from lexport.verify.candidates.python_tensorflow import prepare
from lexport.verify.candidates.signature_defaults import recorded_defaults
from lexport.verify.candidates.traced_graphs import traced_graphs
from lexport.verify.exchange import Answer, Answers, Task
from lexport.verify.request import Request
from lexport.verify.tensors import Tensor

__all__ = ["serve"]


def serve(task: Task) -> Answers:
    """Loads the export and asks it every request of the task."""
    facts = prepare(task)
    try:
        loaded = tf.saved_model.load(str(task.export))
    except Exception as error:
        return Answers((), shown(error), facts)
    placed: dict[str, list[Any]] = {}
    answers = []
    for request in task.requests:
        # TensorFlow tells where it places a function when that is called for the first time, and never again.
        unplaced = GPU_FACT in facts and not placed.get(request.signature)
        trace: AbstractContextManager[list[Any]] = traced_graphs() if unplaced else nullcontext([])
        with trace as graphs:
            answers.append(_answer(loaded.signatures, _completed(request, task.export)))
        placed.setdefault(request.signature, []).extend(graphs)
    work = {work_fact(name): done for name, graphs in placed.items() if (done := gpu_work(graphs))}
    return Answers(tuple(answers), None, facts | work)


def _completed(request: Request, export: Path) -> Request:
    defaults = recorded_defaults(export).get(request.signature, {})
    return replace(request, inputs={**defaults, **request.inputs})


def _answer(signatures: Mapping[str, Any], request: Request) -> Answer:
    function = signatures.get(request.signature)
    if function is None:
        return Answer(None, f"the export has no signature {request.signature!r}; it has {sorted(signatures)}")
    try:
        outputs = function(**{name: _constant(value) for name, value in request.inputs.items()})
        # A ragged tensor whose rows happen to be of one length would pass for a dense one.
        refuse_composite("output", [name for name, value in outputs.items() if not isinstance(value, tf.Tensor)])
        return Answer({name: value.numpy() for name, value in outputs.items()})
    except Exception as error:
        return Answer(None, shown(error))


def _constant(value: Tensor) -> Any:
    # An empty object array does not say that it means strings.
    return tf.constant(value, dtype=tf.string if value.dtype.kind == "O" else None)
