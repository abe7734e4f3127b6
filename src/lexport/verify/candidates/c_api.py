"""Serves an export through `TF_LoadSessionFromSavedModel`, the C++ loader of TensorFlow Serving.

TensorFlow's Python package is never imported here: the C API of the shared library in its wheel does all.
"""

from typing import Any

from lexport.tfformats.protos import parse_message
from lexport.verify.c_api.devices import session_devices
from lexport.verify.c_api.library import find_library, open_library
from lexport.verify.c_api.saved_model import CSavedModel, knows_op, load_op_library
from lexport.verify.c_api.status import StatusError
from lexport.verify.candidates.errors import shortened, shown
from lexport.verify.candidates.gpu_work import GPU_FACT, gpu_work_facts
from lexport.verify.candidates.lookup_observer import observe_lookups
from lexport.verify.candidates.op_libraries import make_ops_known
from lexport.verify.candidates.signature_names import feeds, fetches, find_signature
from lexport.verify.exchange import Answer, Answers, Task
from lexport.verify.request import Request

__all__ = ["placed", "serve"]

try:
    LIBRARY, PROBLEM = open_library(find_library()), None
except OSError as error:
    LIBRARY, PROBLEM = None, str(error)


def serve(task: Task) -> Answers:
    """Loads the export into a C++ session, and asks it every request of the task."""
    if LIBRARY is None:
        return Answers((), unable=PROBLEM)
    facts = {"tensorflow": LIBRARY.TF_Version().decode()}
    try:
        libraries = make_ops_known(
            task.ops, lambda op: knows_op(LIBRARY, op), lambda path: load_op_library(LIBRARY, path)
        )
        facts |= {"op libraries": ", ".join(libraries)} if libraries else {}
        with CSavedModel(LIBRARY, task.export) as saved_model:
            gpus = [name for name, kind in session_devices(LIBRARY, saved_model.session) if kind == "GPU"]
            facts |= {GPU_FACT: ", ".join(gpus)} if gpus else {}
            meta_graph = parse_message("MetaGraphDef", saved_model.meta_graph)
            answers = tuple(_answer(saved_model, meta_graph, request) for request in task.requests)
            if gpus:
                facts |= gpu_work_facts(task.requests, answers, lambda one: placed(saved_model, meta_graph, one))
            # Not before: what is verified is the graph as it was loaded.
            answered = [request for request, one in zip(task.requests, answers, strict=True) if one.error is None]
            watch = task.watch
            observation = observe_lookups(saved_model, meta_graph, answered, watch) if watch else None
    except StatusError as error:
        return Answers((), shortened(str(error)), facts)
    return Answers(answers, None, facts, observation=observation)


def placed(saved_model: CSavedModel, meta_graph: Any, request: Request) -> list[Any]:
    """Asks a request and gives, instead of the answer, the graph that each device had to run."""
    signature = find_signature(meta_graph, request.signature)
    return saved_model.placed(feeds(signature, request), list(fetches(signature).values()))


def _answer(saved_model: CSavedModel, meta_graph: Any, request: Request) -> Answer:
    try:
        signature = find_signature(meta_graph, request.signature)
        names = fetches(signature)
        outputs = saved_model.run(feeds(signature, request), list(names.values()))
        return Answer(dict(zip(names, outputs, strict=True)))
    except StatusError as error:
        return Answer(None, shortened(str(error)))
    except ValueError as error:
        return Answer(None, shown(error))
