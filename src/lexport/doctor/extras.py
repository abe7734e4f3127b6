"""LX702 to LX706: names for clients, and what lies beside the graph: warm-up, manifest, fingerprint."""

import importlib
import re
from collections.abc import Iterator
from typing import Any

from lexport.doctor.finding import Finding, at_file
from lexport.doctor.subject import Subject
from lexport.errors import AssetError, VerificationError
from lexport.publish.manifest_schema import MANIFEST
from lexport.savedmodel.saved_model_file import GRAPH_FILE
from lexport.savedmodel.tree import open_inside
from lexport.tfformats.protos import wheel_pool

__all__ = ["FINGERPRINT", "WARMUP", "fingerprint", "manifest", "signatures", "warmup"]

FINGERPRINT = "fingerprint.pb"
WARMUP = "assets.extra/tf_serving_warmup_requests"
UNNAMED = re.compile(r"output_\d+")
VERSION = re.compile(r"(\d+)\.(\d+)")
WRITES_FINGERPRINT = (2, 13)
FINGERPRINT_LIMIT = 1 << 20


def signatures(subject: Subject) -> Iterator[Finding]:
    """Finds that there is no signature, and outputs that TensorFlow had to number."""
    found = subject.inventory.signatures
    if not found:
        yield at_file("LX703", GRAPH_FILE, "it defines no signature")
    for name, signature in found.items():
        unnamed = [output for output in signature.outputs if UNNAMED.fullmatch(output)]
        if unnamed:
            yield at_file("LX702", GRAPH_FILE, f"the signature {name!r} gives {', '.join(map(repr, unnamed))}")


def warmup(subject: Subject) -> Iterator[Finding]:
    """Reads the warm-up requests as a server does, and compares each with its signature."""
    if not subject.has(WARMUP):
        return
    # Reading tensors takes NumPy, which a SavedModel without requests need not wait for.
    from lexport.verify.warmup_file import read_warmup

    try:
        records = read_warmup(subject.directory) or ()
    except VerificationError as error:
        yield at_file("LX704", WARMUP, str(error))
        return
    if not records:
        yield at_file("LX704", WARMUP, "it holds no request")
    for number, record in enumerate(records):
        asked = record.request
        signature = subject.inventory.signatures.get(asked.signature)
        if signature is None:
            yield at_file(
                "LX704", WARMUP, f"record {number} asks the signature {asked.signature!r}, which is not there"
            )
        elif not set(asked.inputs) <= set(signature.inputs):
            unknown = ", ".join(map(repr, sorted(set(asked.inputs) - set(signature.inputs))))
            yield at_file("LX704", WARMUP, f"record {number} gives {asked.signature!r} the unknown inputs {unknown}")


def manifest(subject: Subject) -> Iterator[Finding]:
    """Compares every file with the manifest that lexport wrote, where there is one."""
    if not subject.has(MANIFEST):
        return
    # Only a directory that lexport wrote needs the reader of manifests.
    from lexport.publish import check_files, read_manifest

    try:
        for problem in check_files(subject.directory, read_manifest(subject.directory)):
            yield at_file("LX705", problem.where, problem.message)
    except AssetError as error:
        for told in error.problems or (error.summary,):
            yield at_file("LX705", MANIFEST, str(told))


def fingerprint(subject: Subject) -> Iterator[Finding]:
    """Finds that TensorFlow did not come to write its fingerprint, or that it is damaged."""
    if subject.has(FINGERPRINT):
        try:
            with open_inside(subject.directory, FINGERPRINT) as file:
                _parse_fingerprint(file.read(FINGERPRINT_LIMIT))
        except (OSError, AssetError, ValueError) as error:
            yield at_file("LX706", FINGERPRINT, f"it cannot be read: {error}")
        return
    match = VERSION.match(subject.inventory.tensorflow_version)
    # The builder of TensorFlow 1, which has no object graph, writes none.
    objects = any(graph.meta_graph.object_graph_def.nodes for graph in subject.graphs)
    if match and objects and (int(match[1]), int(match[2])) >= WRITES_FINGERPRINT:
        told = f"TensorFlow {subject.inventory.tensorflow_version} writes one, and there is none"
        yield at_file("LX706", FINGERPRINT, told)


def _parse_fingerprint(data: bytes) -> Any:
    factory, message = (importlib.import_module(f"google.protobuf.{one}") for one in ("message_factory", "message"))
    pool = wheel_pool("tensorflow/core/protobuf/fingerprint.proto")
    try:
        parsed = factory.GetMessageClass(pool.FindMessageTypeByName("tensorflow.FingerprintDef")).FromString(data)
    except message.DecodeError as error:
        raise ValueError(str(error)) from error
    if not parsed.saved_model_checksum:
        raise ValueError("it holds no checksum")
    return parsed
