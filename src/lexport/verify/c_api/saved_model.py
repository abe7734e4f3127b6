"""`CSavedModel`: a SavedModel as TensorFlow Serving has it, loaded and run by the C++ session."""

import ctypes
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from ctypes import c_char_p, c_void_p
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lexport.verify.c_api.graph_import import import_graph
from lexport.verify.c_api.library import Buffer, Output
from lexport.verify.c_api.run_metadata import PARTITION_GRAPHS, partition_graphs
from lexport.verify.c_api.status import NOT_FOUND, StatusError, checked_status
from lexport.verify.c_api.tensor import array_of, lent_tensor
from lexport.verify.tensors import Tensor

__all__ = ["CSavedModel", "knows_op", "load_op_library"]

SERVE_TAG = b"serve"


class CSavedModel:
    """A loaded SavedModel; its init op has run. Closes its session at the end of a `with` block.

    Args:
        library: TensorFlow's.
        directory: the SavedModel.

    Attributes:
        meta_graph: the serialized `MetaGraphDef` that was loaded.
        session: the `TF_Session`.

    Raises:
        StatusError: it does not load.
    """

    def __init__(self, library: Any, directory: Path) -> None:
        self._library = library
        self._graph = library.TF_NewGraph()
        options = library.TF_NewSessionOptions()
        tags = (c_char_p * 1)(SERVE_TAG)
        try:
            with _new_buffer(library) as buffer:
                with checked_status(library) as status:
                    self.session = library.TF_LoadSessionFromSavedModel(
                        *(options, None, os.fsencode(directory), tags, len(tags), self._graph, buffer, status)
                    )
                self.meta_graph = _bytes_of(buffer)
        finally:
            library.TF_DeleteSessionOptions(options)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with checked_status(self._library) as status:
            self._library.TF_CloseSession(self.session, status)
        with checked_status(self._library) as status:
            self._library.TF_DeleteSession(self.session, status)
        self._library.TF_DeleteGraph(self._graph)

    def extend(self, data: bytes, inputs: Sequence[str]) -> None:
        """Adds nodes and functions to the graph.

        Args:
            data: a serialized `GraphDef`.
            inputs: the names of the tensors of the graph that its nodes take.

        Raises:
            StatusError: it cannot be added.
            ValueError: the graph has no tensor of such a name.
        """
        import_graph(self._library, self._graph, data, {name: self._output(name) for name in inputs})

    def run(self, feeds: Mapping[str, Tensor], fetches: Sequence[str]) -> list[Tensor]:
        """Runs the graph once.

        Args:
            feeds: arrays by the name of the tensor that they take the place of, such as `serving_default_word:0`.
            fetches: the names of the tensors to compute.

        Raises:
            StatusError: the graph raised.
            ValueError: the graph has no tensor of such a name, or one has a dtype that answers cannot have.
        """
        with self._computed(feeds, fetches) as values:
            return [array_of(self._library, value) for value in values if value]

    def compute(self, feeds: Mapping[str, Tensor], fetches: Sequence[str]) -> None:
        """Runs the graph once, as `run` does, and looks at nothing that it gives."""
        with self._computed(feeds, fetches):
            pass

    def placed(self, feeds: Mapping[str, Tensor], fetches: Sequence[str]) -> list[Any]:
        """Runs the graph once, for the graphs that its devices had to run: a `GraphDef` each.

        Args:
            feeds: as for `run`.
            fetches: as for `run`.

        Raises:
            StatusError: the graph raised.
            ValueError: the graph has no tensor of such a name.
        """
        data = ctypes.create_string_buffer(PARTITION_GRAPHS, len(PARTITION_GRAPHS))
        options = Buffer(ctypes.cast(data, c_void_p), len(PARTITION_GRAPHS), None)
        with _new_buffer(self._library) as metadata:
            with self._computed(feeds, fetches, ctypes.byref(options), metadata):
                pass
            return partition_graphs(_bytes_of(metadata))

    @contextmanager
    def _computed(
        self, feeds: Mapping[str, Tensor], fetches: Sequence[str], options: Any = None, metadata: Any = None
    ) -> Iterator[Any]:
        inputs = (Output * len(feeds))(*map(self._output, feeds))
        outputs = (Output * len(fetches))(*map(self._output, fetches))
        values = (c_void_p * len(fetches))()
        with ExitStack() as stack:
            lent = [stack.enter_context(lent_tensor(self._library, array)) for array in feeds.values()]
            stack.callback(self._delete, values)
            with checked_status(self._library) as status:
                self._library.TF_SessionRun(
                    *(self.session, options, inputs, (c_void_p * len(lent))(*lent), len(lent)),
                    *(outputs, values, len(fetches), None, 0, metadata, status),
                )
            yield values

    def _output(self, name: str) -> Output:
        operation, _, index = name.partition(":")
        found = self._library.TF_GraphOperationByName(self._graph, operation.encode())
        if not found or int(index or 0) >= self._library.TF_OperationNumOutputs(found):
            raise ValueError(f"the graph has no tensor {name!r}")
        return Output(found, int(index or 0))

    def _delete(self, tensors: Any) -> None:
        for tensor in tensors:
            if tensor:
                self._library.TF_DeleteTensor(tensor)


def knows_op(library: Any, op: str) -> bool:
    """Whether an op is known, by TensorFlow itself or from a library that was loaded."""
    graph = library.TF_NewGraph()
    try:
        with _new_buffer(library) as buffer, checked_status(library) as status:
            library.TF_GraphGetOpDef(graph, op.encode(), buffer, status)
    except StatusError as error:
        if error.code == NOT_FOUND:
            return False
        raise
    finally:
        library.TF_DeleteGraph(graph)
    return True


def load_op_library(library: Any, path: Path) -> None:
    """Makes the ops of a shared library known.

    Raises:
        StatusError: it cannot be loaded.
    """
    with checked_status(library) as status:
        library.TF_LoadLibrary(os.fsencode(path), status)


@contextmanager
def _new_buffer(library: Any) -> Iterator[Any]:
    buffer = library.TF_NewBuffer()
    try:
        yield buffer
    finally:
        library.TF_DeleteBuffer(buffer)


def _bytes_of(buffer: "ctypes._Pointer[Buffer]") -> bytes:
    return ctypes.string_at(buffer.contents.data, buffer.contents.length)
