"""Checks of the asset files: present, named safely, and none too many."""

from collections.abc import Iterator, Mapping

from lexport.savedmodel.assets import ASSETS
from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.checks.finding import StaticFinding, finding
from lexport.savedmodel.inventory import Inventory

__all__ = ["check_asset_names", "check_asset_present", "check_orphan_files"]


def check_asset_present(inventory: Inventory, vocabularies: Mapping[str, str]) -> StaticFinding:
    """Checks `asset-present`: every asset is on disk, and every vocabulary is one, unchanged and read.

    Args:
        inventory: the SavedModel.
        vocabularies: the expected sha256, by the vocabulary's name.
    """
    problems = [
        f"the asset {asset.name!r} is referenced but {asset.problem}"
        for asset in inventory.assets
        if asset.problem and not asset.refused
    ]
    problems += [
        problem for name, digest in vocabularies.items() for problem in _vocabulary_problems(inventory, name, digest)
    ]
    among = f"{counted(len(vocabularies), 'vocabulary')} among them"
    return finding("asset-present", problems, f"{counted(len(inventory.assets), 'asset')} on disk, {among}")


def _vocabulary_problems(inventory: Inventory, name: str, digest: str) -> Iterator[str]:
    same = [asset for asset in inventory.assets if asset.content and asset.content.sha256 == digest.lower()]
    if any(asset.readers for asset in same):
        return
    if same:
        yield f"the vocabulary {name!r} is the asset {same[0].name!r}, but nothing in the graph reads it"
        return
    named = inventory.asset(f"{name}.txt") or inventory.asset(name)
    if named is None or named.content is None:
        yield f"the vocabulary {name!r} is not an asset (required: sha256 {digest})"
    else:
        received = named.content.sha256
        yield f"the asset {named.name!r} is not the vocabulary {name!r}: required sha256 {digest}, received {received}"


def check_asset_names(inventory: Inventory) -> StaticFinding:
    """Checks `asset-names`: no asset's name leaves the directory, is absolute or goes through a link."""
    problems = [
        f"the asset name {asset.name!r} is refused: {asset.problem}" for asset in inventory.assets if asset.refused
    ]
    problems += [
        f"{file.path} is {'a symbolic link' if file.kind == 'symlink' else 'not a regular file'}"
        for file in inventory.files
        if file.kind != "file" and not any(file.path == f"{ASSETS}/{asset.name}" for asset in inventory.assets)
    ]
    number = len(inventory.assets)
    return finding(
        "asset-names", problems, f"{counted(number, 'name')} {'stays' if number == 1 else 'stay'} inside the directory"
    )


def check_orphan_files(inventory: Inventory) -> StaticFinding:
    """Checks `no-orphan-files`: the graph references each file in `assets/`."""
    problems = [
        f"{path} is not referenced by the graph. Register it with lexport.save(..., assets_dir=...), or delete it"
        for path in inventory.orphans
    ]
    return finding("no-orphan-files", problems, f"each file in {ASSETS}/ is referenced")
