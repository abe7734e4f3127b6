"""`run_export`: from a config to a published version, in one straight line."""

from contextlib import ExitStack
from dataclasses import replace

from lexport.adoption import adopted
from lexport.config import ExportConfig
from lexport.publish import Staging, write_manifest
from lexport.run.announcer import Announcer, SilentAnnouncer
from lexport.run.early_checks import check_early
from lexport.run.export_report import ExportReport
from lexport.run.manifest import describe, verification_record
from lexport.run.plan import ExportPlan
from lexport.run.verified_export import verify_written, write_export
from lexport.run.vocabularies import build_vocabularies
from lexport.serving.backends.backend import check_backend
from lexport.serving.built_model import BuiltModel
from lexport.serving.device import select_device
from lexport.serving.model_root import check_ownership
from lexport.serving.model_source import model_from_factory, model_from_file
from lexport.verify import CandidatePool

__all__ = ["build", "publish_model", "run_export"]


def run_export(config: ExportConfig, announcer: Announcer | None = None) -> ExportReport:
    """Builds, saves, verifies and publishes what a config describes.

    Args:
        config: as `lexport.config.load_config` gives it.
        announcer: hears of each step.

    Raises:
        LexportError: something is wrong; nothing was published then.
    """
    announcer = announcer or SilentAnnouncer()
    # First of all: the user's modules may use TensorFlow when they are imported, and then it is too late to choose.
    check_backend()
    device = select_device(config.device)
    # A version that exists already is better found before the training than after it.
    Staging(config.publish.directory, config.publish.version).check()
    check_early(config)
    # The candidates import their loaders while the model is being built.
    # Files of counts are there once the export is published, so that whoever tries again adds to the old ones.
    with CandidatePool(device=device, hermetic=config.verify.hermetic) as pool, ExitStack() as counts:
        built, plan = build(config, device, announcer, counts)
        return publish_model(built, plan, pool, announcer)


def build(
    config: ExportConfig, device: str, announcer: Announcer, counts: ExitStack | None = None
) -> tuple[BuiltModel, ExportPlan]:
    """Builds the vocabularies, then the model; gives it with the plan of its export."""
    vocabularies = build_vocabularies(config, announcer, counts=counts)
    # What is wrong with the signatures is better found before the training than after it.
    plan = ExportPlan.of_config(config, vocabularies, device)
    announcer.step("building the model")
    if config.model.file:
        built = model_from_file(config.model.file)
    else:
        factory = config.model.factory or ""
        built = model_from_factory(factory, vocabularies, config.model.arguments, config.project)
    announcer.figures(built.metrics)
    return built, plan


def publish_model(built: BuiltModel, plan: ExportPlan, pool: CandidatePool, announcer: Announcer) -> ExportReport:
    """Saves a model beside the published versions, verifies it there, and publishes it by a rename."""
    # Keras's own layers own their vocabulary while they are exported; the model goes back as it was handed over.
    with adopted(built.model, plan.vocabularies_of_terms):
        check_ownership(built.model, plan.vocabularies_of_layers)
        with Staging(plan.directory, plan.version) as staging:
            written = write_export(built.model, plan, staging.path, announcer)
            # Taken before the verification, and compared with the files once more when they are published.
            manifest = describe(staging.path, plan, written.vocabularies, built.metrics)
            report = verify_written(written, plan, staging.path, pool, announcer)
            report.raise_if_failed()
            announcer.step("publishing")
            manifest = replace(manifest, verification=verification_record(plan, report))
            write_manifest(staging.path, manifest)
            path = staging.commit(manifest)
    return ExportReport(path, int(path.name), report, built.metrics)
