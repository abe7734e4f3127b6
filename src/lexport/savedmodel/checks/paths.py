"""Checks of the paths in the graph: none of the machine that wrote it, none read but those of assets."""

import re
from collections.abc import Collection, Iterator, Sequence

from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.checks.finding import StaticFinding, finding
from lexport.savedmodel.inventory import Inventory

__all__ = ["check_absolute_paths", "check_file_reads"]

REMEDY = (
    "use lexport.FileAsset for a file that the model reads, and name the whole of a string that is no path in "
    "verify.allow_strings"
)


def check_absolute_paths(
    inventory: Inventory, forbidden_prefixes: Sequence[str] = (), allowed_strings: Collection[str] = ()
) -> StaticFinding:
    """Checks `no-absolute-path`: no string in the graph is a path of the machine that wrote it.

    What counts as one is said in `lexport.savedmodel.path_mentions`.

    Args:
        inventory: the SavedModel.
        forbidden_prefixes: absolute paths that must not even occur within another string.
        allowed_strings: strings to let pass.
    """
    forbidden = _forbidden(forbidden_prefixes)
    problems = {
        str(mention): None
        for mention in inventory.path_mentions
        if mention.text not in allowed_strings
        and (mention.absolute or (forbidden is not None and forbidden.search(mention.text)))
    }
    sound = f"none in {inventory.sizes.graph} bytes of graph"
    unknown = sorted(set(allowed_strings) - {mention.text for mention in inventory.path_mentions})
    notes = [REMEDY] if problems else []
    if unknown:
        told = ", ".join(map(repr, unknown))
        notes.append(f"allow_strings names {told}, and no string of the graph that looks like a path is that")
    return finding("no-absolute-path", problems, sound, "; ".join(notes))


def _forbidden(prefixes: Sequence[str]) -> re.Pattern[str] | None:
    """Matches the prefixes as whole components: `/home/ann` in `_/home/ann/x`, not in `/home/anna`."""
    stripped = [prefix.rstrip("/\\") for prefix in prefixes]
    alternatives = "|".join(re.escape(prefix) for prefix in stripped if prefix)
    return re.compile(rf"(?<![A-Za-z0-9])(?:{alternatives})(?![\w.-])") if alternatives else None


def check_file_reads(inventory: Inventory) -> StaticFinding:
    """Checks `reads-from-assets`: an op reads a file only where an asset, or the caller, names it.

    A relative constant is a problem too: it is looked up in the working directory of whoever loads the model. So is
    a name that a variable, a table or another file holds, since nobody can tell which file that is. A name that the
    caller gives, such as to a model that takes paths of images, is none.
    """
    problems = list(_reads_of_others(inventory))
    number = len(inventory.file_reads)
    sound = f"{counted(number, 'op')} {'reads' if number == 1 else 'read'} files, none by a constant name"
    return finding("reads-from-assets", problems, sound)


def _reads_of_others(inventory: Inventory) -> Iterator[str]:
    remedy = "Use lexport.FileAsset, or a tf.saved_model.Asset that the saved object tracks"
    for read in inventory.file_reads:
        for path in read.paths:
            yield f"{read.place} reads the file {path!r}, which is not an asset. {remedy}"
        for other in read.others:
            yield f"{read.place} reads a file whose name comes from {other}, and is not that of an asset. {remedy}"
