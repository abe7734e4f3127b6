"""What the manifest of an export says, beside the digests of its files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lexport.publish import Manifest, VocabularyEntry, make_manifest
from lexport.run.asset_paths import asset_paths
from lexport.run.plan import ExportPlan
from lexport.savedmodel import Inventory, read_inventory
from lexport.savedmodel.digest import read_digest
from lexport.verify import VerificationReport
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["describe", "describe_saved", "verification_record"]

ASSETS = "assets"


def describe(
    directory: Path,
    plan: ExportPlan,
    vocabularies: Mapping[str, Vocabulary | SentencePieceModel],
    metrics: Mapping[str, float],
) -> Manifest:
    """Makes the manifest of an export that is to be verified.

    Args:
        directory: the export, complete but for the manifest.
        plan: its name and the digest of its config.
        vocabularies: those that its model owns, by name.
        metrics: the figures that the model's factory reported.
    """
    inventory = read_inventory(directory)
    return make_manifest(
        directory,
        name=plan.name,
        vocabularies=_entries(vocabularies, inventory),
        assets=asset_paths(inventory),
        signatures=inventory.signatures,
        config_sha256=plan.config_digest,
        metrics=metrics,
        canonical_digest=read_digest(directory).sha256,
    )


def verification_record(plan: ExportPlan, report: VerificationReport) -> dict[str, Any]:
    """Gives what the manifest keeps of a verification: the report, and the settings for a later one."""
    tolerances = {"rtol": plan.rtol, "atol": plan.atol}
    return {**tolerances, **plan.settings.to_json(), "report": json.loads(report.to_json())}


def describe_saved(
    inventory: Inventory, name: str, vocabularies: Mapping[str, Vocabulary | SentencePieceModel]
) -> Manifest:
    """Makes the manifest of what `lexport.save` saved: nothing was replayed.

    Args:
        inventory: the SavedModel.
        name: what it is called.
        vocabularies: those that the object owns, by name.
    """
    return make_manifest(
        inventory.directory,
        name=name,
        vocabularies=_entries(vocabularies, inventory),
        assets=asset_paths(inventory),
        signatures=inventory.signatures,
        canonical_digest=read_digest(inventory.directory).sha256,
    )


def _entries(
    vocabularies: Mapping[str, Vocabulary | SentencePieceModel], inventory: Inventory
) -> dict[str, VocabularyEntry]:
    return {
        name: VocabularyEntry(
            f"{ASSETS}/{_file(name, vocabulary, inventory)}",
            vocabulary.digest,
            len(vocabulary),
            vocabulary.dtype,
        )
        for name, vocabulary in vocabularies.items()
    }


def _file(name: str, vocabulary: Vocabulary | SentencePieceModel, inventory: Inventory) -> str:
    """Finds a vocabulary's file by its content: TensorFlow numbers files whose names collide, in any order."""
    same = [asset.name for asset in inventory.assets if asset.content and asset.content.sha256 == vocabulary.digest]
    usual = f"{name}.txt" if isinstance(vocabulary, Vocabulary) else f"{name}.model"
    return usual if usual in same or not same else same[0]
