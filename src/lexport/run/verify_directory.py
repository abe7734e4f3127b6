"""`verify_directory`: verifies a published export again, from what travels with it."""

import os
import sys
from pathlib import Path
from typing import Any, TypeGuard

from lexport.errors import AssetError
from lexport.publish import Manifest
from lexport.run.checked_manifest import checked_manifest
from lexport.run.places import BASELINE
from lexport.run.told_devices import told_devices
from lexport.run.untrusted_ops import check_untrusted_ops
from lexport.run.verification_settings import VerificationSettings
from lexport.savedmodel import ExpectedSignature
from lexport.verify import Baseline, VerificationReport, verify_export
from lexport.verify.baseline import MAX_BASELINE_BYTES
from lexport.verify.device_choice import choose_device

__all__ = ["tolerances_of", "verify_directory"]


def verify_directory(directory: str | os.PathLike[str], *, device: str = "cpu") -> VerificationReport:
    """Checks a published export against its manifest, then lets another process repeat the model's answers.

    Neither the model's code nor its data is needed: the requests and the answers travel with the export.

    Args:
        directory: a version directory that lexport published, wherever it is now.
        device: `"cpu"`; `"gpu"` verifies on a GPU as well; `"auto"` does so where there is one. Where the model was
            built does not matter.

    Returns:
        The report, whether or not it passed.

    Raises:
        AssetError: the directory is not what its manifest says, was never verified, or may do more than this machine
            can forbid; TensorFlow has not read any of it.
        DeviceError: a GPU is requested and TensorFlow sees none; nothing has been read by then.
    """
    used = choose_device(device)
    root = Path(directory)
    manifest = checked_manifest(root)
    if str(BASELINE) not in manifest.files:
        raise AssetError(
            f"{root} holds no answers to compare with: it was saved by lexport.save, which verifies nothing. "
            "Publish with lexport.export"
        )
    rtol, atol = tolerances_of(manifest)
    settings = VerificationSettings.of_manifest(manifest.verification or {})
    check_untrusted_ops(root, settings.allow_ops)
    report = verify_export(
        root,
        Baseline.read(root / BASELINE, max_bytes=2 * max(settings.baseline_limit, MAX_BASELINE_BYTES)),
        require=settings.require,
        vocabularies={name: entry.sha256 for name, entry in manifest.vocabularies.items()},
        signatures={
            name: ExpectedSignature(signature.inputs, signature.outputs)
            for name, signature in manifest.signatures.items()
        },
        rtol=rtol,
        atol=atol,
        gpu_tolerance=settings.gpu_tolerance,
        device=used,
        built_on=settings.built_on,
        allowed_ops=settings.allow_ops,
        allowed_strings=settings.allow_strings,
        allow_unreached=settings.allow_unreached,
        allow_state=settings.allow_state,
    )
    return told_devices(report, requested=device, used=used, built_on=settings.built_on)


def tolerances_of(manifest: Manifest) -> tuple[float, float]:
    """Gives the relative and the absolute tolerance with which an export was verified.

    Raises:
        AssetError: its manifest does not tell them, or tells what would let any answer pass.
    """
    verification = manifest.verification or {}
    rtol, atol = verification.get("rtol"), verification.get("atol")
    if _is_tolerance(rtol) and _is_tolerance(atol):
        return float(rtol), float(atol)
    raise AssetError(
        f"the manifest must say with which rtol and atol to compare; received rtol {rtol!r} and atol {atol!r}"
    )


def _is_tolerance(value: Any) -> TypeGuard[float]:
    # An infinite tolerance would let any answer pass.
    return type(value) in (int, float) and 0 <= value <= sys.float_info.max
