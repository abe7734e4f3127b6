"""`rehearse`: everything that an export does, but for the publication."""

import tempfile
from pathlib import Path

from lexport.adoption import adopted
from lexport.config import ExportConfig
from lexport.run.announcer import Announcer, SilentAnnouncer
from lexport.run.early_checks import check_early
from lexport.run.run_export import build
from lexport.run.verified_export import verify_written, write_export
from lexport.serving.backends.backend import check_backend
from lexport.serving.device import select_device
from lexport.serving.model_root import check_ownership
from lexport.verify import CandidatePool, VerificationReport

__all__ = ["rehearse"]


def rehearse(config: ExportConfig, announcer: Announcer | None = None) -> VerificationReport:
    """Builds, saves and verifies what a config describes, in a temporary place, and publishes nothing.

    Args:
        config: as `lexport.config.load_config` gives it.
        announcer: hears of each step.

    Returns:
        The report, whether or not it passed.

    Raises:
        LexportError: there is nothing to verify, because something before it is wrong.
    """
    announcer = announcer or SilentAnnouncer()
    check_backend()
    device = select_device(config.device)  # before the user's modules, which may use TensorFlow, are imported
    check_early(config)
    with (
        CandidatePool(device=device, hermetic=config.verify.hermetic) as pool,
        tempfile.TemporaryDirectory(prefix="lexport-rehearsal-") as folder,
    ):
        built, plan = build(config, device, announcer)
        with adopted(built.model, plan.vocabularies_of_terms):
            check_ownership(built.model, plan.vocabularies_of_layers)
            directory = Path(folder) / "export"
            written = write_export(built.model, plan, directory, announcer)
            return verify_written(written, plan, directory, pool, announcer)
