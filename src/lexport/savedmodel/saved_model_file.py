"""From a directory to its parsed `saved_model.pb`, with an error for everything that is not a SavedModel."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lexport.errors import AssetError, Problem
from lexport.savedmodel.collected_assets import take_collected_assets
from lexport.savedmodel.tree import TreeFile, open_inside
from lexport.tfformats.protos import parse_message

__all__ = [
    "GRAPH_FILE",
    "INDEX",
    "PROTO_LIMIT",
    "SERVE",
    "SHARD",
    "check_directory",
    "check_variables",
    "lost_variables",
    "read_saved_model",
    "serving_graph",
]

GRAPH_FILE = "saved_model.pb"
SERVE = "serve"
KERAS = ".keras"
PROTO_LIMIT = 2**31 - 1  # protocol buffers refuse a larger message
INDEX = "variables/variables.index"
SHARD = re.compile(r"variables/variables\.data-(\d{5})-of-(\d{5})")


def check_directory(directory: Path) -> None:
    """Checks that there is a directory.

    Raises:
        AssetError: there is none, or it is a file.
    """
    if not directory.exists():
        raise AssetError(f"{directory} does not exist. Give the directory of a SavedModel")
    if directory.name == GRAPH_FILE and not directory.is_dir():
        raise AssetError(f"{directory} is a file. Give the directory that holds it: {directory.parent}")
    if directory.suffix == KERAS and not directory.is_dir():
        remedy = "lexport doctor says what is in it; all else is asked of what was exported of the model"
        raise AssetError(f"{directory} is a {KERAS} file, not a SavedModel: {remedy}")
    if not directory.is_dir():
        raise AssetError(f"{directory} is a file. Give the directory that holds {GRAPH_FILE}")


def read_saved_model(directory: Path, files: tuple[TreeFile, ...]) -> Any:
    """Parses `saved_model.pb`.

    Args:
        directory: the SavedModel.
        files: what `read_tree` found in it.

    Returns:
        A `SavedModel` message with at least one meta graph.

    Raises:
        AssetError: the file is missing, a link, in another format, too large or damaged.
    """
    found = {file.path: file for file in files}
    if GRAPH_FILE not in found:
        raise AssetError(_missing_graph(directory, set(found)))
    _check_regular(directory, found[GRAPH_FILE])
    if found[GRAPH_FILE].size > PROTO_LIMIT:
        raise AssetError(
            f"{directory / GRAPH_FILE} has {found[GRAPH_FILE].size} bytes; the limit is {PROTO_LIMIT}. "
            "Vocabularies were probably written into the graph; save them as assets"
        )
    try:
        with open_inside(directory, GRAPH_FILE) as file:
            data = file.read(PROTO_LIMIT + 1)
    except OSError as error:
        raise AssetError(f"cannot read {directory / GRAPH_FILE}: {error.strerror}") from error
    return _parse(directory, data)


def serving_graph(saved_model: Any) -> Any:
    """Gives the meta graph that loaders take for the tag `serve`: the first with that tag alone.

    Where none has it alone, the first that has it among others; else the first of all.
    """
    graphs = saved_model.meta_graphs
    exact = (graph for graph in graphs if set(graph.meta_info_def.tags) == {SERVE})
    tagged = (graph for graph in graphs if SERVE in graph.meta_info_def.tags)
    return next(exact, next(tagged, graphs[0]))


def _parse(directory: Path, data: bytes) -> Any:
    try:
        saved_model = parse_message("SavedModel", data)
        for meta_graph in saved_model.meta_graphs:
            take_collected_assets(meta_graph)
    except ValueError as error:
        raise AssetError(
            f"{directory / GRAPH_FILE} is damaged: {error}. Copy the SavedModel again, or export it again"
        ) from error
    if not saved_model.meta_graphs:
        raise AssetError(f"{directory / GRAPH_FILE} holds no graph. Export the model again")
    return saved_model


def _missing_graph(directory: Path, found: set[str]) -> str:
    if "saved_model.pbtxt" in found:
        return (
            f"{directory} holds saved_model.pbtxt, the text format, which lexport does not read. "
            "Save the model with tf.saved_model.save, which writes saved_model.pb"
        )
    if "saved_model.cpb" in found:
        return (
            f"{directory} holds saved_model.cpb, a split graph, which lexport does not read. "
            "Save without SaveOptions(experimental_image_format=True)"
        )
    inside = sorted(path for path in found if path.count("/") == 1 and path.endswith(f"/{GRAPH_FILE}"))
    hint = f". Did you mean {directory / inside[-1].removesuffix(f'/{GRAPH_FILE}')}?" if inside else ""
    return f"{directory} is not a SavedModel: it has no {GRAPH_FILE}{hint}"


def check_variables(directory: Path, files: tuple[TreeFile, ...], saved_model: Any) -> None:
    """Checks that the variables that the graph restores are on disk, shard by shard.

    The C++ loader reports success without them.

    Raises:
        AssetError: the index or a shard is missing or is a link, or the shards are those of several checkpoints.
    """
    if not any(graph.saver_def.filename_tensor_name for graph in saved_model.meta_graphs):
        return
    found = {file.path: file for file in files}
    problems = list(lost_variables(set(found)))
    if problems:
        remedy = "Copy the SavedModel again, or export it again"
        raise AssetError(f"{directory} does not hold its variables. {remedy}", problems)
    for path, file in found.items():
        if path.startswith("variables/"):
            _check_regular(directory, file)


def lost_variables(found: set[str]) -> Iterator[Problem]:
    """Tells which files of the variables are missing.

    Args:
        found: the paths of the files in the directory.
    """
    counts = sorted({int(match[2]) for path in found if (match := SHARD.fullmatch(path))}) or [1]
    if INDEX not in found:
        yield Problem(INDEX, "it is missing")
    if len(counts) > 1:
        told = ", ".join(map(str, counts[:5])) + (", ..." if len(counts) > 5 else "")
        yield Problem("variables", f"the names of the shards must agree on how many there are; received {told}")
        return
    # A hostile name promises 99999 shards, so only the first that is missing is looked for.
    shards = (f"variables/variables.data-{shard:05}-of-{counts[0]:05}" for shard in range(counts[0]))
    lost = next((path for path in shards if path not in found), None)
    if lost is not None:
        yield Problem(lost, "it is missing")


def _check_regular(directory: Path, file: TreeFile) -> None:
    if file.kind != "file":
        what = "a symbolic link" if file.kind == "symlink" else "not a regular file"
        raise AssetError(
            f"{os.fspath(directory / file.path)} is {what}; it is not followed. Copy the directory with `cp -RL`"
        )
