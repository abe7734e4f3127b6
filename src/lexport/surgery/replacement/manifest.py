"""`describe_replaced`: the manifest of a SavedModel whose vocabulary was replaced."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lexport.errors import AssetError, PublishError
from lexport.publish import Manifest, VocabularyEntry, make_manifest
from lexport.run.asset_paths import asset_paths
from lexport.run.places import BASELINE
from lexport.savedmodel import read_inventory
from lexport.savedmodel.assets import ASSETS
from lexport.savedmodel.digest import read_digest
from lexport.surgery.replacement.plan import ReplacementPlan
from lexport.surgery.replacement.proof import Conditions
from lexport.verify import Baseline, VerificationReport

__all__ = ["describe_replaced", "export_name", "replaced_entries", "replacement_record", "write_answers"]

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


def export_name(plan: ReplacementPlan) -> str:
    """Gives the name of the new export: that of the old one, or of the directory above the versions.

    Args:
        plan: what is replaced.

    Raises:
        AssetError: the directory has another name than an export can have.
    """
    if plan.manifest is not None:
        return plan.manifest.name
    path = plan.directory.resolve()
    named = path.parent.name if path.name.isdecimal() else path.name
    if not NAME.fullmatch(named):
        raise AssetError(
            f"cannot name an export after {path}: required letters, digits, '_', '.' and '-', at most 128 and neither "
            f"'.' nor '-' the first; received {named!r}. Rename the directory"
        )
    return named


def replaced_entries(plan: ReplacementPlan) -> dict[str, VocabularyEntry]:
    """Gives the vocabularies of the new manifest: those of the old one, and what was replaced.

    Args:
        plan: what is replaced.
    """
    entries = dict(plan.manifest.vocabularies) if plan.manifest else {}
    by_path = {f"{ASSETS}/{asset}": one for asset, one in plan.files.items()}
    named = {name: by_path[entry.asset] for name, entry in entries.items() if entry.asset in by_path}
    # Of other SavedModels the names of files are all that is known; those of an export stay as they are.
    listed = {one.target.asset for one in named.values()}
    named |= {name: one for name, one in plan.replacements.items() if one.target.asset not in listed}
    new = {
        name: VocabularyEntry(f"{ASSETS}/{one.asset}", one.new.sha256, len(one.new.terms), one.target.dtype)
        for name, one in named.items()
    }
    return {**entries, **new}


def describe_replaced(plan: ReplacementPlan, staged: Path, name: str) -> Manifest:
    """Makes the manifest, with the digest of every file that is there.

    Args:
        plan: what was replaced.
        staged: what is to be published, complete but for the manifest.
        name: what it is called.
    """
    inventory = read_inventory(staged)
    old = plan.manifest
    return make_manifest(
        staged,
        name=name,
        vocabularies=replaced_entries(plan),
        assets=asset_paths(inventory),
        signatures=inventory.signatures,
        config_sha256=old.config_sha256 if old else None,
        metrics=old.metrics if old else {},
        versions=old.versions if old else None,
        canonical_digest=read_digest(staged).sha256,
    )


def write_answers(staged: Path, baseline: Baseline, limit: int) -> None:
    """Writes the answers that travel with the export.

    Args:
        staged: what is to be published.
        baseline: all answers.
        limit: the most bytes of tensors that may travel.

    Raises:
        PublishError: they cannot be written, as on a full disk.
        VerificationError: what must travel is larger.
    """
    path = staged / BASELINE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        baseline.fitting(limit).write(path, max_bytes=limit)
    except OSError as error:
        raise PublishError(f"cannot write {path}: {error.strerror}. Nothing is published") from error


def replacement_record(plan: ReplacementPlan, conditions: Conditions, report: VerificationReport) -> dict[str, Any]:
    """Gives what the manifest keeps of the verification: the report, the settings for a later one, what was replaced.

    Args:
        plan: what was replaced.
        conditions: against what was compared.
        report: what came of it.
    """
    tolerances = {"rtol": conditions.rtol, "atol": conditions.atol}
    content: dict[str, Any] = json.loads(report.to_json())
    replaced: Mapping[str, Any] = {
        "canonical_digest": plan.manifest.canonical_digest if plan.manifest else read_digest(plan.directory).sha256,
        "vocabularies": {name: one.target.sha256 for name, one in plan.replacements.items()},
    }
    return {**tolerances, **conditions.settings.to_json(), "report": content, "replaced": dict(replaced)}
