"""`read_inventory`: everything that lexport wants to know about a SavedModel, without running it."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lexport.errors import AssetError
from lexport.savedmodel.assets import ASSETS, Asset, asset_readers, read_asset
from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.device_pins import DevicePin, read_device_pins
from lexport.savedmodel.file_reads import FileRead, read_file_reads
from lexport.savedmodel.file_resources import FileResource, read_file_resources
from lexport.savedmodel.graph import Place
from lexport.savedmodel.id_gathers import IdGather, read_id_gathers
from lexport.savedmodel.named_assets import read_named_assets
from lexport.savedmodel.op_uses import OpUse, read_op_uses
from lexport.savedmodel.path_mentions import PathMention, graph_mentions, message_mentions, other_mentions
from lexport.savedmodel.piece_counts import piece_counter
from lexport.savedmodel.saved_model_file import check_directory, check_variables, read_saved_model, serving_graph
from lexport.savedmodel.session_runs import SessionRuns
from lexport.savedmodel.session_state import SessionState, read_session_state
from lexport.savedmodel.signature import Signature, read_signatures
from lexport.savedmodel.sizes import Sizes, read_sizes
from lexport.savedmodel.tables import ContentKind, Table, TableContent, read_tables
from lexport.savedmodel.tree import TreeFile, open_inside, read_tree
from lexport.tfformats.protos import parse_message

__all__ = ["Inventory", "inventory_of", "read_inventory"]

DEBUG_INFO = "debug/saved_model_debug_info.pb"


@dataclass(frozen=True)
class Inventory:
    """A SavedModel as data.

    Attributes:
        directory: where it was read.
        tags: the tags of each meta graph; nearly always one graph, tagged `serve`.
        tensorflow_version: what wrote it.
        signatures: by name, of the graph that is tagged `serve`.
        assets: by file name, each once however many tensors it feeds.
        named_assets: the file name of each asset that the root's `assets` attribute names, by its key there.
        tables: the lookup tables and what fills each.
        file_reads: the nodes that read files by themselves.
        op_counts: how often each op stands in the graph and in the bodies of its functions.
        path_mentions: strings that are, or may hold, paths.
        files: what lies in the directory.
        orphans: the files in `assets/` that the graph does not know.
        sizes: bytes on disk.
        op_uses: the nodes that do more than compute, but for the saver's own and those that read assets.
        device_pins: the nodes that are bound to a device which not every machine has.
        session_state: what the graph that is tagged `serve` reads and session loaders never fill.
        id_gathers: rows that are taken by the ids of a table or model, such as those of an embedding.
        file_resources: variables that are filled from assets when the SavedModel is loaded.
    """

    directory: Path
    tags: tuple[tuple[str, ...], ...]
    tensorflow_version: str
    signatures: Mapping[str, Signature]
    assets: tuple[Asset, ...]
    named_assets: Mapping[str, str]
    tables: tuple[Table, ...]
    file_reads: tuple[FileRead, ...]
    op_counts: Mapping[str, int]
    path_mentions: tuple[PathMention, ...]
    files: tuple[TreeFile, ...]
    orphans: tuple[str, ...]
    sizes: Sizes
    op_uses: tuple[OpUse, ...]
    device_pins: tuple[DevicePin, ...]
    session_state: SessionState
    id_gathers: tuple[IdGather, ...]
    file_resources: tuple[FileResource, ...] = ()

    def asset(self, name: str) -> Asset | None:
        """Finds an asset by its file name."""
        return next((asset for asset in self.assets if asset.name == name), None)


def read_inventory(directory: str | os.PathLike[str]) -> Inventory:
    """Reads a SavedModel; runs no graph, follows no link, and opens nothing outside of the directory.

    Args:
        directory: what `tf.saved_model.save` or `model.export` wrote. Nothing in it is trusted.

    Raises:
        AssetError: it is not a SavedModel, is damaged, or lacks its variables. An asset that is missing or
            refused is no error here: its `problem` says what is wrong.

    Example:
        >>> import tempfile, tensorflow as tf
        >>> directory, root = tempfile.mkdtemp(), tf.Module()
        >>> source = Path(tempfile.mkdtemp()) / "labels.txt"
        >>> _ = source.write_text("cat")
        >>> root.labels = tf.saved_model.Asset(str(source))
        >>> tf.saved_model.save(root, directory)
        >>> [asset.name for asset in read_inventory(directory).assets]
        ['labels.txt']
    """
    root = Path(directory)
    check_directory(root)
    files = read_tree(root)
    saved_model = read_saved_model(root, files)
    check_variables(root, files, saved_model)
    return inventory_of(root, files, saved_model)


def inventory_of(root: Path, files: tuple[TreeFile, ...], saved_model: Any) -> Inventory:
    """Reads a SavedModel whose graph is parsed already; whether its variables are there is not looked at.

    Args:
        root: the directory.
        files: what `read_tree` found in it.
        saved_model: what `read_saved_model` gave.

    Raises:
        AssetError: the graph hides a part of itself, or its debug information is damaged.
    """
    graphs = [_read_graph(root, graph, files) for graph in saved_model.meta_graphs]
    serving = serving_graph(saved_model)
    assets = {asset.name: asset for graph in graphs for asset in graph.assets}
    return Inventory(
        directory=root,
        tags=tuple(tuple(graph.meta_info_def.tags) for graph in saved_model.meta_graphs),
        tensorflow_version=serving.meta_info_def.tensorflow_version,
        signatures=read_signatures(serving),
        assets=tuple(assets[name] for name in sorted(assets)),
        named_assets=read_named_assets(serving),
        tables=tuple(table for graph in graphs for table in graph.tables),
        file_reads=tuple(read for graph in graphs for read in graph.file_reads),
        op_counts=_sorted(sum((graph.op_counts for graph in graphs), Counter())),
        path_mentions=(*(one for graph in graphs for one in graph.mentions), *_debug_mentions(root, files)),
        files=files,
        orphans=_orphans(files, set(assets)),
        sizes=read_sizes(files),
        op_uses=tuple(use for graph in graphs for use in graph.op_uses),
        device_pins=tuple(pin for graph in graphs for pin in graph.device_pins),
        session_state=next(one for one in graphs if one.tags == tuple(serving.meta_info_def.tags)).session_state,
        id_gathers=tuple(gather for graph in graphs for gather in graph.id_gathers),
        file_resources=tuple(one for graph in graphs for one in graph.file_resources),
    )


@dataclass(frozen=True)
class _Graph:
    assets: tuple[Asset, ...]
    tables: tuple[Table, ...]
    file_reads: tuple[FileRead, ...]
    mentions: tuple[PathMention, ...]
    op_counts: Counter[str]
    tags: tuple[str, ...]
    op_uses: tuple[OpUse, ...]
    device_pins: tuple[DevicePin, ...]
    session_state: SessionState
    id_gathers: tuple[IdGather, ...]
    file_resources: tuple[FileResource, ...]


def _read_graph(directory: Path, meta_graph: Any, files: tuple[TreeFile, ...]) -> _Graph:
    flow = Dataflow(meta_graph)
    runs = SessionRuns(meta_graph, flow)
    names = [asset.filename for asset in meta_graph.asset_file_def]
    tables, file_reads = read_tables(flow, names), read_file_reads(flow, names)
    resources = read_file_resources(flow, names)
    content = [item for table in tables for item in table.content]
    terms = {place for item in content if item.kind is ContentKind.INLINED for place in item.constants}
    filenames = {place for item in content if item.kind is ContentKind.PATH for place in item.constants}
    filenames |= {place for read in file_reads for place in read.constants}
    told = {item.place for item in content if item.kind in (ContentKind.PATH, ContentKind.UNKNOWN)}
    told |= {read.place for read in file_reads if read.paths or read.others}
    mentions = (
        *graph_mentions(flow, terms=terms, filenames=filenames),
        *other_mentions(meta_graph),
    )
    return _Graph(
        assets=tuple(_assets(directory, meta_graph, _readers(flow, names, content, file_reads), files)),
        tables=tables,
        file_reads=file_reads,
        mentions=mentions,
        op_counts=Counter(node.op for body in flow.bodies.values() for node in body.nodes.values()),
        tags=tuple(meta_graph.meta_info_def.tags),
        op_uses=read_op_uses(flow, runs, told),
        device_pins=read_device_pins(flow),
        session_state=read_session_state(flow, runs),
        id_gathers=read_id_gathers(flow, names, resources, piece_counter(directory)),
        file_resources=resources,
    )


def _readers(
    flow: Dataflow, names: list[str], content: list[TableContent], file_reads: tuple[FileRead, ...]
) -> dict[str, set[Place]]:
    """Gives the nodes that receive an asset's path, and those that read the file further on, by file name."""
    readers: dict[str, set[Place]] = {name: set() for name in names}
    for index, places in asset_readers(flow).items():
        if 0 <= index < len(names):
            readers[names[index]] |= set(places)
    for item in content:
        if item.asset is not None:
            readers[item.asset].add(item.place)
    for read in file_reads:
        for name in read.assets:
            readers[name].add(read.place)
    return readers


def _assets(
    directory: Path, meta_graph: Any, readers: dict[str, set[Place]], files: tuple[TreeFile, ...]
) -> Iterator[Asset]:
    by_path = {file.path: file for file in files}
    tensors: dict[str, list[str]] = {}
    for asset in meta_graph.asset_file_def:
        tensors.setdefault(asset.filename, []).append(asset.tensor_info.name)
    for name, fed in tensors.items():
        yield read_asset(directory, name, fed, readers[name], by_path)


def _debug_mentions(directory: Path, files: tuple[TreeFile, ...]) -> Iterator[PathMention]:
    """Reads the stack traces that `SaveOptions(save_debug_info=True)` adds: they name source files."""
    if not any(file.path == DEBUG_INFO and file.kind == "file" for file in files):
        return
    try:
        with open_inside(directory, DEBUG_INFO) as file:
            info = parse_message("GraphDebugInfo", file.read())
    except (OSError, ValueError) as error:
        raise AssetError(f"{directory / DEBUG_INFO} is damaged: {error}. Delete it, or export again") from error
    yield from message_mentions(info, DEBUG_INFO)


def _orphans(files: tuple[TreeFile, ...], names: set[str]) -> tuple[str, ...]:
    known = {f"{ASSETS}/{name}" for name in names}
    return tuple(file.path for file in files if file.path.startswith(f"{ASSETS}/") and file.path not in known)


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))
