"""Writes an export into a directory and verifies it there; publishes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lexport.run.announcer import Announcer
from lexport.run.baseline import record_answers
from lexport.run.places import BASELINE, places_to_hide
from lexport.run.plan import ExportPlan
from lexport.run.told_devices import told_devices
from lexport.run.warmup_requests import with_warmup
from lexport.savedmodel import ExpectedSignature, TensorSpec
from lexport.serving.exact_floats import exact_floats
from lexport.serving.export_vocabularies import export_vocabularies
from lexport.serving.model_root import check_reading, serving_root
from lexport.serving.served_signatures import ServedSignature, served_signatures
from lexport.serving.signature import Signature
from lexport.serving.writing import write_saved_model
from lexport.verify import Baseline, CandidatePool, VerificationReport, verify_export
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["WrittenExport", "verify_written", "write_export"]


@dataclass(frozen=True)
class WrittenExport:
    """What was written, and what it is to be verified against.

    Attributes:
        baseline: all requests, and the answers of the model in memory.
        vocabularies: those that must be assets, by name.
        signatures: those that must be served.
        files: the sha256 of further files that layers own and that must be assets, by name.
        travelling: how many of the requests travel with the export; empty where all do.
    """

    baseline: Baseline
    vocabularies: Mapping[str, Vocabulary | SentencePieceModel]
    signatures: Mapping[str, ExpectedSignature]
    files: Mapping[str, str] = field(default_factory=dict)
    travelling: str = ""


def write_export(model: Any, plan: ExportPlan, directory: Path, announcer: Announcer) -> WrittenExport:
    """Saves a model, and its answers beside it.

    Args:
        model: a built `keras.Model`.
        plan: how to serve it and how to verify it.
        directory: empty.
        announcer: hears of each step.
    """
    announcer.step("tracing the signatures")
    root = serving_root(model, plan.signatures)
    check_reading(root, plan.vocabularies)
    # Written before it is asked: a model that counts its calls is published as it was handed over.
    announcer.step("writing the SavedModel")
    write_saved_model(root, directory)
    announcer.step("asking the model in memory")
    with exact_floats():
        baseline = record_answers(root, model, plan)
        if plan.warmup:
            announcer.step("writing the warm-up requests")
            baseline = with_warmup(baseline, root, directory, plan, plan.warmup)
    fitting = baseline.fitting(plan.settings.baseline_limit)
    (directory / BASELINE).parent.mkdir(parents=True)
    fitting.write(directory / BASELINE, max_bytes=plan.settings.baseline_limit)
    expected = _expected(plan.signatures, served_signatures(root))
    owned = export_vocabularies(model, plan.signatures)
    read = {name: owned[name] for name in root.vocabularies}
    return WrittenExport(baseline, read, expected, root.files, fitting.travelling)


def verify_written(
    written: WrittenExport, plan: ExportPlan, directory: Path, pool: CandidatePool, announcer: Announcer
) -> VerificationReport:
    """Lets other processes repeat the model's answers.

    Args:
        written: what `write_export` gave.
        plan: how to verify it.
        directory: where it was written.
        pool: the processes, which may have been started long before.
        announcer: hears of the step.

    Returns:
        The report, whether or not it passed.
    """
    announcer.step("verifying in other processes")
    report = verify_export(
        directory,
        written.baseline,
        vocabularies={name: one.digest for name, one in written.vocabularies.items()} | dict(written.files),
        signatures=written.signatures,
        rtol=plan.rtol,
        atol=plan.atol,
        gpu_tolerance=plan.settings.gpu_tolerance,
        built_on=plan.settings.built_on,
        allowed_ops=plan.settings.allow_ops,
        allowed_strings=plan.settings.allow_strings,
        allow_unreached=plan.settings.allow_unreached,
        allow_state=plan.settings.allow_state,
        require=plan.settings.require,
        pool=pool,
        forbidden_prefixes=places_to_hide(plan.directory, *([plan.project] if plan.project else [])),
    )
    if written.travelling:
        report = replace(report, facts={**report.facts, "baseline": written.travelling})
    return told_devices(report, requested=plan.requested_device, used=plan.device, built_on=plan.settings.built_on)


def _expected(declared: Mapping[str, Signature], served: Mapping[str, ServedSignature]) -> dict[str, ExpectedSignature]:
    return {
        name: ExpectedSignature(
            {key: TensorSpec(dtype, shape) for key, (dtype, shape) in signature.served.inputs.items()},
            {key: TensorSpec(*served[name].outputs[key]) for key in signature.outputs or served[name].outputs},
        )
        for name, signature in declared.items()
    }
