"""`verify_directory`: verifies a published export again, from what travels with it."""

import os
from pathlib import Path

from lexport.errors import AssetError
from lexport.publish import Manifest
from lexport.run.load import checked_manifest
from lexport.run.places import BASELINE
from lexport.run.verification_settings import VerificationSettings
from lexport.savedmodel import ExpectedSignature
from lexport.verify import Baseline, VerificationReport, verify_export
from lexport.verify.baseline import MAX_BASELINE_BYTES

__all__ = ["verify_directory"]


def verify_directory(directory: str | os.PathLike[str], *, device: str = "cpu") -> VerificationReport:
    """Checks a published export against its manifest, then lets another process repeat the model's answers.

    Neither the model's code nor its data is needed: the requests and the answers travel with the export.

    Args:
        directory: a version directory that lexport published, wherever it is now.
        device: `"cpu"`; `"gpu"` verifies on a GPU as well; `"auto"` does so where there is one.

    Returns:
        The report, whether or not it passed.

    Raises:
        AssetError: the directory is not what its manifest says, or was never verified; TensorFlow has not read
            any of it.
    """
    root = Path(directory)
    manifest = checked_manifest(root)
    if str(BASELINE) not in manifest.files:
        raise AssetError(
            f"{root} holds no answers to compare with: it was saved by lexport.save, which verifies nothing. "
            "Publish with lexport.export"
        )
    rtol, atol = _tolerances(manifest)
    settings = VerificationSettings.of_manifest(manifest.verification or {})
    return verify_export(
        root,
        Baseline.read(root / BASELINE, max_bytes=2 * max(settings.baseline_limit, MAX_BASELINE_BYTES)),
        vocabularies={name: entry.sha256 for name, entry in manifest.vocabularies.items()},
        signatures={
            name: ExpectedSignature(signature.inputs, signature.outputs)
            for name, signature in manifest.signatures.items()
        },
        rtol=rtol,
        atol=atol,
        gpu_tolerance=settings.gpu_tolerance,
        device=device,
        built_on=settings.built_on,
        allowed_ops=settings.allow_ops,
        allowed_strings=settings.allow_strings,
        allow_unreached=settings.allow_unreached,
    )


def _tolerances(manifest: Manifest) -> tuple[float, float]:
    verification = manifest.verification or {}
    rtol, atol = verification.get("rtol"), verification.get("atol")
    if isinstance(rtol, int | float) and isinstance(atol, int | float) and min(rtol, atol) >= 0:
        return float(rtol), float(atol)
    raise AssetError(
        f"the manifest must say with which rtol and atol to compare; received rtol {rtol!r} and atol {atol!r}"
    )
