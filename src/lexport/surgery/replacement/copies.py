"""The copies of a SavedModel whose vocabulary is replaced: the one to publish, and the one that tells its answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lexport.errors import AssetError
from lexport.publish import MANIFEST
from lexport.run.places import BASELINE
from lexport.savedmodel.assets import ASSETS
from lexport.savedmodel.checks.content_named import NAMED
from lexport.savedmodel.saved_model_file import GRAPH_FILE, PROTO_LIMIT
from lexport.savedmodel.tree import open_inside, read_content
from lexport.surgery.edited_copy import write_edited_copy
from lexport.surgery.fingerprint import FINGERPRINT
from lexport.surgery.replacement.graph_edits import AttributeEdit, Edit, apply_edits, check_edits
from lexport.surgery.replacement.plan import ReplacementPlan
from lexport.surgery.scrubbed_names import all_nodes
from lexport.tfformats.protos import parse_message

__all__ = ["write_exchanged_copy", "write_replaced_copy"]

OWN = (str(MANIFEST), str(BASELINE))


def write_replaced_copy(plan: ReplacementPlan, out: Path) -> None:
    """Writes the SavedModel with the new vocabularies, without a manifest and a baseline, and reads it back.

    Args:
        plan: what is replaced.
        out: an empty directory.

    Raises:
        AssetError: what was written differs from the original in more than what was to be replaced.
    """
    old = {f"{ASSETS}/{asset}" for asset in plan.files}
    written = {f"{ASSETS}/{one.asset}": one.new.data for one in plan.files.values()}
    _write(plan, out, plan.edits.all, written=written, without=[*OWN, *(old - written.keys())])
    edited = _graph(out)
    _check_names(plan, edited)
    check_edits(_graph(plan.directory), edited, plan.edits.all)
    _check_files(plan, out, {*OWN, *old, *written, GRAPH_FILE, FINGERPRINT})


def write_exchanged_copy(plan: ReplacementPlan, out: Path) -> None:
    """Writes the original with nothing but the bytes of its vocabulary files exchanged, under their old names.

    Its answers are what those of the replaced copy must be. Where tables read so many lines as the old file had, the
    numbers are those of the new one here, too.

    Args:
        plan: what is replaced.
        out: an empty directory.
    """
    written = {f"{ASSETS}/{asset}": one.new.data for asset, one in plan.files.items()}
    _write(plan, out, plan.edits.sizes, written=written, without=[*OWN, FINGERPRINT])


def _write(
    plan: ReplacementPlan, out: Path, edits: Sequence[Edit], *, written: dict[str, bytes], without: Sequence[str]
) -> None:
    saved_model = _graph(plan.directory) if edits else None
    if edits:
        apply_edits(saved_model, edits)
    files = plan.subject.inventory.files
    write_edited_copy(plan.directory, files, out, saved_model=saved_model, without=without, written=written)


def _graph(directory: Path) -> Any:
    """Reads the graph as it is; `read_saved_model` would fill in what TensorFlow 1 wrote elsewhere."""
    try:
        with open_inside(directory, GRAPH_FILE) as file:
            return parse_message("SavedModel", file.read(PROTO_LIMIT + 1))
    except (OSError, ValueError) as error:
        raise AssetError(f"{directory / GRAPH_FILE} was changed while it was read: {error}") from error


def _check_names(plan: ReplacementPlan, edited: Any) -> None:
    """Looks for names of the old content that nobody has planned to change; tables that keep it keep its name."""
    old = {one.old for one in plan.edits.names if isinstance(one, AttributeEdit) and isinstance(one.old, bytes)}
    data = edited.SerializeToString()
    for name in sorted(name for name in old if NAMED.fullmatch(name.decode(errors="replace"))):
        nodes = (node for graph in edited.meta_graphs for node in all_nodes(graph))
        holding = sum("shared_name" in node.attr and node.attr["shared_name"].s == name for node in nodes)
        if data.count(name) != holding:
            raise AssetError(f"the graph has {name.decode()!r}, a name of the old content, where lexport knows none")


def _check_files(plan: ReplacementPlan, out: Path, changed: set[str]) -> None:
    """Compares all other files with the manifest once more: they could have changed while they were copied."""
    entries = plan.manifest.files if plan.manifest else {}
    for path, entry in entries.items():
        if path not in changed and read_content(out, path).sha256 != entry.sha256:
            raise AssetError(f"{plan.directory / path} was changed while it was copied. Nothing is published")
