"""`Inspection`: what `lexport inspect` found in a directory."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lexport.errors import AssetError, Problem
from lexport.publish.manifest_schema import MANIFEST
from lexport.savedmodel import Inventory, check_inventory, read_inventory
from lexport.savedmodel.term_ends import TermEnds, read_term_ends

if TYPE_CHECKING:
    from lexport.publish import Manifest

__all__ = ["Inspection", "inspect_directory"]


@dataclass(frozen=True)
class Inspection:
    """A SavedModel as data, and what is wrong with it.

    Attributes:
        inventory: what its files hold.
        manifest: what lexport wrote beside it; None where there is none, or none that can be read.
        vocabularies: the first and the last terms of each.
        problems: of the static checks that hold for any SavedModel, and of the manifest. The files are not
            compared with the manifest: that reads all of them, and `lexport verify` does it.
    """

    inventory: Inventory
    manifest: "Manifest | None"
    vocabularies: tuple[TermEnds, ...]
    problems: tuple[Problem, ...]

    def vocabularies_of(self, asset: str) -> tuple[str, ...]:
        """Gives the vocabularies that the manifest says an asset holds.

        Args:
            asset: its name below `assets/`.
        """
        entries = self.manifest.vocabularies if self.manifest else {}
        return tuple(name for name, entry in entries.items() if entry.asset == f"assets/{asset}")

    @property
    def versions(self) -> dict[str, str]:
        """What wrote the SavedModel: TensorFlow says so in the graph, the rest is from the manifest."""
        written = {"tensorflow (graph)": self.inventory.tensorflow_version or "unknown"}
        return written | dict(self.manifest.versions if self.manifest else {})


def inspect_directory(directory: Path) -> Inspection:
    """Reads a SavedModel that nobody vouches for; see `lexport.savedmodel.read_inventory`.

    Args:
        directory: what holds `saved_model.pb`.

    Raises:
        AssetError: it is not a SavedModel, or is damaged.
    """
    inventory = read_inventory(directory)
    problems = [Problem(found.check, found.detail) for found in check_inventory(inventory) if not found.passed]
    manifest = None
    if any(file.path == MANIFEST for file in inventory.files):
        # Only a directory that lexport wrote needs the reader of manifests.
        from lexport.publish import read_manifest

        try:
            manifest = read_manifest(directory)
        except AssetError as error:
            problems += [Problem("manifest", error.summary), *error.problems]
    return Inspection(inventory, manifest, read_term_ends(inventory), tuple(problems))
