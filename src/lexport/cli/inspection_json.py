"""An `Inspection` as JSON."""

from dataclasses import asdict
from typing import Any

from lexport.cli.inspection import Inspection
from lexport.savedmodel import Asset, Signature, Table, TensorSpec
from lexport.savedmodel.term_ends import TermEnds

__all__ = ["inspection_json"]


def inspection_json(inspection: Inspection) -> dict[str, Any]:
    """Gives everything that the tree shows, and the whole manifest."""
    inventory, manifest = inspection.inventory, inspection.manifest
    return {
        "directory": inventory.directory,
        "tags": inventory.tags,
        "signatures": {name: _signature(signature) for name, signature in inventory.signatures.items()},
        "assets": [_asset(asset, inspection.vocabularies_of(asset.name)) for asset in inventory.assets],
        "vocabularies": [_vocabulary(ends) for ends in inspection.vocabularies],
        "tables": [_table(table) for table in inventory.tables],
        "file_reads": [
            {"place": asdict(read.place), "assets": read.assets, "paths": read.paths, "from_caller": read.from_caller}
            for read in inventory.file_reads
        ],
        "ops": inventory.op_counts,
        "versions": inspection.versions,
        "sizes": asdict(inventory.sizes) | {"total": inventory.sizes.total},
        "files": [asdict(file) for file in inventory.files],
        "orphans": inventory.orphans,
        "problems": [asdict(problem) for problem in inspection.problems],
        "manifest": manifest.to_json() if manifest else None,
    }


def _signature(signature: Signature) -> dict[str, Any]:
    return {
        "inputs": {name: _spec(spec) for name, spec in signature.inputs.items()},
        "outputs": {name: _spec(spec) for name, spec in signature.outputs.items()},
        "method": signature.method,
    }


def _spec(spec: TensorSpec) -> dict[str, Any]:
    return {"dtype": spec.dtype, "shape": spec.shape}


def _asset(asset: Asset, vocabularies: tuple[str, ...]) -> dict[str, Any]:
    content = asdict(asset.content) if asset.content else {"size": None, "sha256": None, "lines": None}
    readers = [asdict(place) for place in asset.readers]
    return {"name": asset.name, **content, "vocabularies": vocabularies, "readers": readers, "problem": asset.problem}


def _vocabulary(ends: TermEnds) -> dict[str, Any]:
    first, last = (
        [{"id": number, "term": term.decode(errors="backslashreplace")} for number, term in terms]
        for terms in (ends.first, ends.last)
    )
    return {
        "name": ends.name,
        "asset": ends.asset,
        "table": ends.table,
        "terms": ends.count,
        "first": first,
        "last": last,
    }


def _table(table: Table) -> dict[str, Any]:
    content = [
        {"kind": item.kind, "asset": item.asset, "path": item.path, "terms": item.terms, "size": item.size}
        for item in table.content
    ]
    return {
        "shared_name": table.shared_name,
        "key_dtype": table.key_dtype,
        "value_dtype": table.value_dtype,
        "places": [asdict(place) for place in table.places],
        "content": content,
    }
