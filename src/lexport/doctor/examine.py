"""`examine`: everything that is wrong with a SavedModel or a `.keras` file, whoever made it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lexport.doctor.asset_files import assets, other_files
from lexport.doctor.checkpoint import checkpoint
from lexport.doctor.embeddings import embeddings
from lexport.doctor.extras import FINGERPRINT, WARMUP, fingerprint, manifest, signatures, warmup
from lexport.doctor.finding import Finding
from lexport.doctor.inlined_content import inlined_content
from lexport.doctor.keras_layers import keras_findings, stored_vocabularies
from lexport.doctor.machine import compiled_functions, device_pins, leaked_paths
from lexport.doctor.op_uses import op_libraries, op_uses
from lexport.doctor.report import DoctorReport
from lexport.doctor.session_state import session_state, uncaptured_resources
from lexport.doctor.subject import Subject, read_subject
from lexport.doctor.vocabulary_content import vocabulary_content
from lexport.doctor.vocabulary_sources import file_reads, graph_size, table_contents
from lexport.doctor.vocabulary_use import vocabulary_uses
from lexport.kerasfile.archive import KerasArchive
from lexport.publish.manifest_schema import MANIFEST
from lexport.savedmodel.saved_model_file import GRAPH_FILE

__all__ = ["examine", "report_on"]

EXAMINERS: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    table_contents,
    graph_size,
    file_reads,
    embeddings,
    assets,
    other_files,
    checkpoint,
    vocabulary_content,
    inlined_content,
    session_state,
    uncaptured_resources,
    leaked_paths,
    device_pins,
    compiled_functions,
    op_libraries,
    op_uses,
    signatures,
    warmup,
    manifest,
    fingerprint,
)


def examine(path: str | os.PathLike[str]) -> DoctorReport:
    """Examines a SavedModel or a `.keras` file; runs nothing, follows no link, and does not import TensorFlow.

    Args:
        path: the directory that holds `saved_model.pb`, or a `.keras` file. Nothing in it is trusted.

    Raises:
        AssetError: it is neither, or is too damaged to be read.

    Example:
        >>> import tempfile, tensorflow as tf
        >>> directory = tempfile.mkdtemp()
        >>> tf.saved_model.save(tf.Module(), directory)
        >>> _ = (Path(directory) / "assets" / "labels.txt").write_text("cat")
        >>> [(one.code.name, one.where) for one in examine(directory).findings]
        [('LX201', 'assets/labels.txt'), ('LX703', 'saved_model.pb')]
    """
    root = Path(path)
    if root.is_file() and root.name != GRAPH_FILE:
        return _examine_keras(root)
    return report_on(read_subject(root))


def report_on(subject: Subject) -> DoctorReport:
    """Examines a SavedModel that is read already.

    Args:
        subject: the SavedModel.
    """
    found = {finding: None for examiner in EXAMINERS for finding in examiner(subject)}
    return DoctorReport(
        str(subject.directory), "SavedModel", _ordered(found), vocabulary_uses(subject), facts=_facts(subject)
    )


def _examine_keras(path: Path) -> DoctorReport:
    with KerasArchive(path) as archive:
        findings = _ordered(dict.fromkeys(keras_findings(archive)))
        stored = tuple(stored_vocabularies(archive))
        facts = {"size": path.stat().st_size, "keras_version": archive.metadata.get("keras_version", "unknown")}
    return DoctorReport(str(path), "Keras file", findings, stored=stored, facts=facts)


def _ordered(found: dict[Finding, None]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda one: (one.code.severity, one.code.name)))


def _facts(subject: Subject) -> dict[str, Any]:
    inventory = subject.inventory
    return {
        "tensorflow_version": inventory.tensorflow_version or "unknown",
        "tags": inventory.tags,
        "signatures": tuple(inventory.signatures),
        "sizes": asdict(inventory.sizes) | {"total": inventory.sizes.total},
        "files": len(inventory.files),
        "object_graph": any(graph.meta_graph.object_graph_def.nodes for graph in subject.graphs),
        "warmup": subject.has(WARMUP),
        "manifest": subject.has(MANIFEST),
        "fingerprint": subject.has(FINGERPRINT),
    }
