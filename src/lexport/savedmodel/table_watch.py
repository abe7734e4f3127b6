"""`read_table_watch`: which tables a SavedModel has, who looks up in them, and how to watch that."""

import os
from dataclasses import dataclass
from pathlib import Path

from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.lookup_watch import LookupWatch, watch_lookups
from lexport.savedmodel.lookups import Lookup, read_lookups, watched_tables
from lexport.savedmodel.saved_model_file import check_directory, read_saved_model, serving_graph
from lexport.savedmodel.tables import Table, read_tables
from lexport.savedmodel.tree import read_tree

__all__ = ["TableWatch", "read_table_watch"]


@dataclass(frozen=True)
class TableWatch:
    """The tables of the graph that is served.

    Attributes:
        tables: all of them.
        lookups: the nodes that look something up in one while a signature is served.
        watch: how to see what they find.
    """

    tables: tuple[Table, ...]
    lookups: tuple[Lookup, ...]
    watch: LookupWatch

    @property
    def watched(self) -> tuple[Table, ...]:
        """The tables in which something is looked up that can be seen; `watch` counts them so."""
        return watched_tables(self.lookups)

    @property
    def unwatched(self) -> dict[Table, str]:
        """The tables that a signature takes, and nobody can see what for, each with the reason."""
        watched = set(self.watched)
        return {one.table: one.obstacle for one in self.lookups if one.table not in watched}

    @property
    def unserved(self) -> tuple[Table, ...]:
        """The tables that no signature takes."""
        taken = {lookup.table for lookup in self.lookups}
        return tuple(table for table in self.tables if table not in taken)

    def signatures(self, table: Table) -> tuple[str, ...]:
        """Gives the names of the signatures that take a table."""
        return tuple(sorted({name for one in self.lookups if one.table == table for name in one.signatures}))


def read_table_watch(directory: str | os.PathLike[str]) -> TableWatch:
    """Reads the tables and lookups of a SavedModel; runs no graph.

    Args:
        directory: a SavedModel whose static checks have passed.

    Raises:
        AssetError: it is not a SavedModel, or is damaged.

    Example:
        >>> import tempfile, tensorflow as tf
        >>> directory = tempfile.mkdtemp()
        >>> tf.saved_model.save(tf.Module(), directory)
        >>> read_table_watch(directory).tables
        ()
    """
    root = Path(directory)
    check_directory(root)
    meta_graph = serving_graph(read_saved_model(root, read_tree(root)))
    flow = Dataflow(meta_graph)
    tables = read_tables(flow, [asset.filename for asset in meta_graph.asset_file_def])
    lookups = read_lookups(meta_graph, flow, tables)
    return TableWatch(tables, lookups, watch_lookups(meta_graph, flow, lookups))
