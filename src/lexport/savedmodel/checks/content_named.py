"""The check that what is named after a content is filled from a file of that content."""

import re
from collections.abc import Iterator

from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.checks.finding import StaticFinding, finding
from lexport.savedmodel.inventory import Inventory

__all__ = ["check_content_named"]

# The layers of lexport name what they hold in memory so: a table, an automaton, a SentencePiece model.
NAMED = re.compile(r"lexport_([0-9a-f]{64})(_[0-9a-z_]*)?")


def check_content_named(inventory: Inventory) -> StaticFinding:
    """Checks `content-named`: the file behind a name with a digest has that digest.

    The graph itself so tells the content of each file that a layer owned when it was exported, also of those that no
    manifest lists as a vocabulary, and whoever writes the manifest anew does not change that.
    """
    named = list(_named(inventory))
    problems = []
    for what, digest, name in named:
        asset = inventory.asset(name)
        received = asset.content.sha256 if asset and asset.content else None
        # What is missing is told by `asset-present`.
        if received is not None and received != digest:
            problems.append(
                f"the {what} was made of a file with sha256 {digest}; the asset {name!r} that fills it has {received}"
            )
    verb = "tells" if len(named) == 1 else "tell"
    return finding("content-named", problems, f"{counted(len(named), 'name')} {verb} a content, and each file has it")


def _named(inventory: Inventory) -> Iterator[tuple[str, str, str]]:
    """Gives each table and each model, the digest in its name, and the asset that fills it, once."""
    found = [
        ("table", table.shared_name, content.asset)
        for table in inventory.tables
        for content in table.content
        if content.asset is not None
    ]
    found += [("model in memory", one.shared_name, one.asset) for one in inventory.file_resources]
    for what, shared_name, asset in dict.fromkeys(found):
        name = NAMED.fullmatch(shared_name)
        if name is not None:
            yield what, name[1], asset
