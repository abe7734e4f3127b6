"""`ExportedSide`: what is read of each of two SavedModels that are compared."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lexport.compare.vocabulary_content import VocabularyContent, read_vocabularies
from lexport.savedmodel import Inventory, read_inventory
from lexport.savedmodel.checkpoint import read_checkpoint
from lexport.savedmodel.checkpoint_objects import variable_names
from lexport.savedmodel.digest import CanonicalDigest, read_digest
from lexport.savedmodel.digest.attribute_values import AttributeValue, attribute_values
from lexport.savedmodel.saved_model_file import read_saved_model, serving_graph

__all__ = ["ExportedSide", "read_side"]


@dataclass(frozen=True)
class ExportedSide:
    """One of two SavedModels that are compared.

    Attributes:
        inventory: what it holds.
        digest: what it is.
        variables: what each tensor of the checkpoint is called, by its key.
        vocabularies: the terms of its tables, by the name of the file or of the table.
        attributes: how often which attribute of which op has which value.
        meta_graph: the `MetaGraphDef` that is served.
    """

    inventory: Inventory
    digest: CanonicalDigest
    variables: Mapping[str, str]
    vocabularies: Mapping[str, VocabularyContent]
    attributes: Counter[AttributeValue]
    meta_graph: Any


def read_side(directory: Path) -> ExportedSide:
    """Reads a SavedModel; nothing in it is trusted.

    Args:
        directory: what holds `saved_model.pb`.

    Raises:
        AssetError: it is not a SavedModel, or is damaged.
    """
    inventory, digest = read_inventory(directory), read_digest(directory)
    meta_graph = serving_graph(read_saved_model(directory, inventory.files))
    checkpoint = read_checkpoint(directory, inventory.files)
    names, vocabularies = variable_names(meta_graph, checkpoint), read_vocabularies(inventory, meta_graph)
    return ExportedSide(inventory, digest, names, vocabularies, attribute_values(meta_graph), meta_graph)
