"""Serves an export through `tf.compat.v1.saved_model.load`: a session, as session-based servers have it."""

from collections.abc import Iterable
from typing import Any

import tensorflow as tf

from lexport.verify.candidates.errors import shown
from lexport.verify.candidates.gpu_work import GPU_FACT, gpu_work_facts
from lexport.verify.candidates.python_tensorflow import prepare
from lexport.verify.candidates.signature_names import feeds, fetches, find_signature
from lexport.verify.exchange import Answer, Answers, Task
from lexport.verify.request import Request

__all__ = ["placed", "serve"]

SERVE_TAG = "serve"


def serve(task: Task) -> Answers:
    """Loads the export into a session, which feeds the assets and runs the init op, and asks it every request."""
    facts = prepare(task)
    with tf.compat.v1.Session(graph=tf.Graph()) as session:
        try:
            meta_graph = tf.compat.v1.saved_model.load(session, [SERVE_TAG], str(task.export))
        except Exception as error:
            return Answers((), shown(error), facts)
        answers = tuple(_answer(session, meta_graph, request) for request in task.requests)
        if GPU_FACT in facts:
            facts |= gpu_work_facts(task.requests, answers, lambda request: placed(session, meta_graph, request))
        return Answers(answers, None, facts)


def placed(session: Any, meta_graph: Any, request: Request) -> Iterable[Any]:
    """Asks a request and gives, instead of the answer, the graph that each device had to run."""
    signature = find_signature(meta_graph, request.signature)
    options, metadata = tf.compat.v1.RunOptions(output_partition_graphs=True), tf.compat.v1.RunMetadata()
    session.run(fetches(signature), feeds(signature, request), options=options, run_metadata=metadata)
    graphs: Iterable[Any] = metadata.partition_graphs
    return graphs


def _answer(session: Any, meta_graph: Any, request: Request) -> Answer:
    try:
        signature = find_signature(meta_graph, request.signature)
        return Answer(session.run(fetches(signature), feeds(signature, request)))
    except Exception as error:
        return Answer(None, shown(error))
