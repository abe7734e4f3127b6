"""The check that an embedding has a row for each id of its vocabulary."""

from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.checks.finding import StaticFinding, finding
from lexport.savedmodel.inventory import Inventory

__all__ = ["check_embedding_rows"]


def check_embedding_rows(inventory: Inventory) -> StaticFinding:
    """Checks `embedding-rows`: no variable has fewer rows than the table or model gives ids whose rows are taken.

    Only what the graph tells for certain counts: the table or model is filled from an asset, or the table from
    constants, and its ids reach the variable as they are. An id without a row is an error on a CPU, and a row of zeros
    on a GPU.
    """
    problems = []
    for gather in inventory.id_gathers:
        asset = inventory.asset(gather.asset)
        lines = asset.content.lines if asset and asset.content else 0
        kind, unit = ("table", "line") if gather.pieces is None else ("model", "piece")
        number = lines if gather.pieces is None else gather.pieces
        if gather.ids(lines) > gather.rows:
            missing = gather.ids(lines) - gather.rows
            source = f"{counted(number, unit)} of {gather.asset!r}" if gather.asset else "constants in the graph"
            problems.append(
                f"the variable {gather.variable!r} has {counted(gather.rows, 'row')}, and the {kind} "
                f"{gather.table.node!r} gives {counted(gather.ids(lines), 'id')}, from {source}: "
                f"{'the last one has' if missing == 1 else f'the last {missing} have'} no row. Build the Embedding "
                "with input_dim=lookup.vocabulary_size(), which counts mask and out-of-vocabulary ids too"
            )
    return finding(
        "embedding-rows", problems, f"{counted(len(inventory.id_gathers), 'embedding')} by ids of a vocabulary"
    )
