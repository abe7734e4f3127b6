"""Times SavedModels that take texts, in turns, through the C++ loader of TensorFlow Serving; prints seconds as JSON.

    python benchmarks/served_texts.py TASK.json

`text_vectorization.py` starts it: TensorFlow's Python is not imported here. The task has `exports` (directories by
name, each with one input and one output), `libraries` to load first, `batches` (lists of lists of texts, by size) and
`rounds`. Tensors are made before the clock runs; the seconds are the clock's, then the processors'.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from ctypes import c_void_p
from pathlib import Path
from typing import Any

import numpy as np

from lexport.tfformats.protos import parse_message
from lexport.verify.c_api.library import Output, find_library, open_library
from lexport.verify.c_api.saved_model import CSavedModel, load_op_library
from lexport.verify.c_api.status import checked_status
from lexport.verify.c_api.tensor import lent_tensor

SIGNATURE = "serving_default"


def main() -> None:
    """Loads all exports, and prints how long each takes for the batches of each size: the medians of all rounds."""
    task = json.loads(Path(sys.argv[1]).read_text())
    library = open_library(find_library())
    for path in task["libraries"]:
        load_op_library(library, Path(path))
    with ExitStack() as stack:
        loaded = {name: stack.enter_context(CSavedModel(library, Path(path))) for name, path in task["exports"].items()}
        print(json.dumps({size: _timed(library, loaded, texts, task) for size, texts in task["batches"].items()}))


def _timed(library: Any, loaded: dict[str, CSavedModel], texts: list[list[str]], task: dict[str, Any]) -> Any:
    with ExitStack() as stack:
        arrays = [np.array([text.encode() for text in batch], dtype=object) for batch in texts]
        tensors = [stack.enter_context(lent_tensor(library, array)) for array in arrays]
        calls = {name: _call(library, model) for name, model in loaded.items()}
        seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
        for turn in range(task["rounds"] + 1):
            for name, call in calls.items():
                clock, worked = time.perf_counter(), time.process_time()
                for tensor in tensors:
                    call(tensor)
                if turn:  # the first one warms up
                    seconds[name].append((time.perf_counter() - clock, time.process_time() - worked))
    return {name: list(map(statistics.median, zip(*times, strict=True))) for name, times in seconds.items()}


def _call(library: Any, model: CSavedModel) -> Callable[[int], None]:
    """Gives a function that runs the signature on a tensor; nothing is copied into Python's arrays, or out of them."""
    meta_graph = parse_message("MetaGraphDef", model.meta_graph)
    signature = meta_graph.signature_def[SIGNATURE]
    [taken], [given] = ([info.name for info in side.values()] for side in (signature.inputs, signature.outputs))
    feed, fetch = ((Output * 1)(_output(library, model, name)) for name in (taken, given))

    def call(tensor: int) -> None:
        answer = (c_void_p * 1)()
        with checked_status(library) as status:
            library.TF_SessionRun(
                *(model.session, None, feed, (c_void_p * 1)(tensor), 1),
                *(fetch, answer, 1, None, 0, None, status),
            )
        library.TF_DeleteTensor(answer[0])

    return call


def _output(library: Any, model: CSavedModel, name: str) -> Output:
    operation, _, index = name.partition(":")
    return Output(library.TF_GraphOperationByName(model._graph, operation.encode()), int(index or 0))


if __name__ == "__main__":
    main()
