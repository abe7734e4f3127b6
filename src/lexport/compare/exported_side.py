"""`ExportedSide`: what is read of each of two SavedModels that are compared."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lexport.compare.vocabulary_content import VocabularyContent, read_vocabularies
from lexport.savedmodel import Inventory, read_inventory
from lexport.savedmodel.checkpoint import Checkpoint, read_checkpoint
from lexport.savedmodel.checkpoint_objects import variable_names
from lexport.savedmodel.digest import CanonicalDigest, read_digest
from lexport.savedmodel.digest.attribute_values import AttributeValue, attribute_values
from lexport.savedmodel.saved_model_file import read_saved_model, serving_graph

__all__ = ["ExportedSide", "read_side"]


@dataclass(frozen=True)
class ExportedSide:
    """One of two SavedModels that are compared; what only one that differs is asked for is read when it is.

    Attributes:
        inventory: what it holds.
        digest: what it is.
        meta_graph: the `MetaGraphDef` that is served.
        checkpoint: its tensors.
    """

    inventory: Inventory
    digest: CanonicalDigest
    meta_graph: Any
    checkpoint: Checkpoint

    @cached_property
    def variables(self) -> Mapping[str, str]:
        """What each tensor of the checkpoint is called, by its key."""
        return variable_names(self.meta_graph, self.checkpoint)

    @cached_property
    def vocabularies(self) -> Mapping[str, VocabularyContent]:
        """The terms of its tables, by the name of the file or of the table."""
        return read_vocabularies(self.inventory, self.meta_graph)

    @cached_property
    def attributes(self) -> Counter[AttributeValue]:
        """How often which attribute of which op has which value."""
        return attribute_values(self.meta_graph)


def read_side(directory: Path) -> ExportedSide:
    """Reads a SavedModel; nothing in it is trusted.

    Args:
        directory: what holds `saved_model.pb`.

    Raises:
        AssetError: it is not a SavedModel, or is damaged.
    """
    inventory, digest = read_inventory(directory), read_digest(directory)
    meta_graph = serving_graph(read_saved_model(directory, inventory.files))
    return ExportedSide(inventory, digest, meta_graph, read_checkpoint(directory, inventory.files))
