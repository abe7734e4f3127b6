"""`Subject`: a SavedModel as the doctor looks at it, read once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.graph import Place
from lexport.savedmodel.inventory import Inventory, inventory_of
from lexport.savedmodel.saved_model_file import check_directory, read_saved_model
from lexport.savedmodel.session_runs import SessionRuns
from lexport.savedmodel.tree import read_tree

__all__ = ["GraphView", "Subject", "read_subject"]


@dataclass(frozen=True)
class GraphView:
    """One meta graph, and what is worked out of it once.

    Attributes:
        meta_graph: a `MetaGraphDef`.
        flow: its edges.
        runs: what a session loader runs of it.
    """

    meta_graph: Any
    flow: Dataflow
    runs: SessionRuns


@dataclass(frozen=True)
class Subject:
    """A SavedModel on disk.

    Attributes:
        directory: where it is.
        inventory: what its files hold.
        graphs: its meta graphs.
    """

    directory: Path
    inventory: Inventory
    graphs: tuple[GraphView, ...]

    def signatures(self, place: Place) -> tuple[str, ...]:
        """Gives the names of the signatures that run a node, directly or not."""
        return tuple(
            sorted({name for one in self.graphs for name, run in one.runs.signatures.items() if run.holds(place)})
        )

    def has(self, path: str) -> bool:
        """Says whether something lies at a path below the directory."""
        return any(file.path == path for file in self.inventory.files)


def read_subject(directory: Path) -> Subject:
    """Reads a SavedModel that nobody vouches for; missing variables are no error here.

    Args:
        directory: what holds `saved_model.pb`.

    Raises:
        AssetError: it is not a SavedModel, or its graph is damaged.
    """
    check_directory(directory)
    files = read_tree(directory)
    saved_model = read_saved_model(directory, files)
    graphs = []
    for meta_graph in saved_model.meta_graphs:
        flow = Dataflow(meta_graph)
        graphs.append(GraphView(meta_graph, flow, SessionRuns(meta_graph, flow)))
    return Subject(directory, inventory_of(directory, files, saved_model), tuple(graphs))
