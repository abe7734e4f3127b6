"""The check that every lookup table gets its content from an asset."""

from collections.abc import Iterator

from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.checks.finding import StaticFinding, finding
from lexport.savedmodel.inventory import Inventory
from lexport.savedmodel.tables import ContentKind, Table, TableContent

__all__ = ["check_tables", "is_small"]

INLINE_BYTES_PER_TERM = 256


def check_tables(inventory: Inventory, inline_limit: int = 16) -> StaticFinding:
    """Checks `tables-from-assets`: no table reads another file, and none has a vocabulary in the graph.

    A table whose content is in the variables passes: mutable tables of training state are saved there, with a
    checksum, and travel with the model.

    Args:
        inventory: the SavedModel.
        inline_limit: how many terms a table may have as constants, of 256 bytes each on average.
    """
    problems = [problem for table in inventory.tables for problem in _problems(table, inline_limit)]
    from_assets = sum(any(item.kind is ContentKind.ASSET for item in table.content) for table in inventory.tables)
    return finding(
        "tables-from-assets", problems, f"{from_assets} of {counted(len(inventory.tables), 'table')} filled from assets"
    )


def _problems(table: Table, inline_limit: int) -> Iterator[str]:
    if not table.content:
        yield f"nothing in the graph fills {table}"
    for item in table.content:
        if item.kind is ContentKind.INLINED and is_small(item, inline_limit):
            continue
        if item.kind not in (ContentKind.ASSET, ContentKind.CHECKPOINT):
            remedy = "Build the layer from a vocabulary file, such as with lexport.layers"
            yield f"{table} is filled from {item}, not from an asset. {remedy}"


def is_small(content: TableContent, inline_limit: int) -> bool:
    """Says whether constants are few enough to be the model's own, such as its labels.

    Args:
        content: that of a table, as constants.
        inline_limit: how many terms, of 256 bytes each on average.
    """
    # Bytes too: one long constant that the graph splits into terms is a vocabulary as well.
    terms, size = content.terms or 0, content.size or 0
    return terms <= inline_limit and size <= inline_limit * INLINE_BYTES_PER_TERM
