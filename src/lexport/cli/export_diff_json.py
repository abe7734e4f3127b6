"""An `ExportComparison` as JSON."""

from dataclasses import asdict
from typing import Any

from lexport.cli.comparison_tree import changes_json
from lexport.compare.export_comparison import ExportComparison, SignatureChange, VocabularyChange

__all__ = ["export_diff_json"]


def export_diff_json(compared: ExportComparison, limit: int) -> dict[str, Any]:
    """Gives everything that differs; of the terms of a vocabulary the first.

    Args:
        compared: two SavedModels.
        limit: how many terms of each kind to give.
    """
    return {
        "noticed": compared.noticed,
        "a": {"canonical_digest": compared.old},
        "b": {"canonical_digest": compared.new},
        "vocabularies": [_vocabulary(change, limit) for change in compared.vocabularies],
        "weights": [asdict(change) for change in compared.weights],
        "signatures": [_signature(change) for change in compared.signatures],
        "ops": [asdict(change) for change in compared.ops],
        "attributes": [asdict(change) for change in compared.attributes],
        "assets": [asdict(change) for change in compared.assets],
        "graph": compared.graph,
        "parts": [asdict(change) for change in compared.parts],
        "unnoticed": [asdict(change) for change in compared.unnoticed],
    }


def _vocabulary(change: VocabularyChange, limit: int) -> dict[str, Any]:
    terms = change.terms
    if terms is None:
        kinds = None
    else:
        found = {"added": terms.added, "removed": terms.removed, "moved": terms.moved}
        kinds = {
            kind: {"count": len(getattr(terms.places, kind)), "terms": changes_json(first(limit))}
            for kind, first in found.items()
        }
    return {"name": change.name, "old": change.old, "new": change.new, "new_name": change.new_name, "terms": kinds}


def _signature(change: SignatureChange) -> dict[str, Any]:
    return {"name": change.name, "old": change.old, "new": change.new}
