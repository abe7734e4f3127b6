"""The check that the directory holds one SavedModel and nothing else."""

from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.checks.finding import StaticFinding, finding
from lexport.savedmodel.inventory import Inventory
from lexport.savedmodel.stale_files import stale_files

__all__ = ["check_stale_files"]


def check_stale_files(inventory: Inventory) -> StaticFinding:
    """Checks `no-stale-files`: no file is left from an older save, or was put there by hand.

    `tf.saved_model.save` writes into a directory that holds something already and cleans up nothing. What lies in
    `assets/` is checked by `no-orphan-files`.
    """
    problems = [
        f"{path}: {why}. Save into an empty directory, or delete it" for path, why in stale_files(inventory.files)
    ]
    return finding("no-stale-files", problems, f"{counted(len(inventory.files), 'file')}, each part of the SavedModel")
