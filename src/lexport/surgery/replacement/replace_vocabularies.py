"""`replace_vocabularies`: a SavedModel with other vocabularies, without the model's code."""

import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from lexport.errors import AssetError, Problem, PublishError
from lexport.publish import MANIFEST, Manifest, Staging, write_manifest
from lexport.run.announcer import Announcer, SilentAnnouncer
from lexport.run.places import BASELINE
from lexport.run.untrusted_ops import check_untrusted_ops
from lexport.run.verification_settings import VerificationSettings
from lexport.run.verify_directory import tolerances_of
from lexport.savedmodel import Expectations, Inventory, check_inventory
from lexport.surgery.free_space import check_free_space, temporary_folder
from lexport.surgery.replacement.copies import write_exchanged_copy, write_replaced_copy
from lexport.surgery.replacement.manifest import (
    describe_replaced,
    export_name,
    replaced_entries,
    replacement_record,
    write_answers,
)
from lexport.surgery.replacement.old_terms import find_old_terms
from lexport.surgery.replacement.plan import ReplacementPlan, plan_replacement
from lexport.surgery.replacement.proof import Conditions, Proof, ReplacementPools, check_statically, prove
from lexport.surgery.replacement.report import ReplacementReport
from lexport.surgery.replacement.requests import ReplacementRequests, input_specs, replacement_requests
from lexport.surgery.replacement.table_readers import read_table_readers
from lexport.verify import Baseline, CandidatePool, Request, example_requests, read_examples
from lexport.verify.baseline import MAX_BASELINE_BYTES, WARMUP_CASES
from lexport.verify.candidates import CANDIDATES
from lexport.verify.warmup_file import read_warmup

__all__ = ["replace_vocabularies"]

RTOL, ATOL = 1e-5, 1e-6
SEED = 20260101
# What must hold before any process of TensorFlow is given the original; the rest is asked of what is published.
SAFE = frozenset(
    {"asset-names", "asset-present", "tables-from-assets", "reads-from-assets", "content-named", "allowed-ops"}
)


def replace_vocabularies(
    directory: str | os.PathLike[str],
    vocabularies: Sequence[tuple[str, Path]],
    out: str | os.PathLike[str],
    *,
    version: int | None = None,
    allow_moved: bool = False,
    examples: Path | None = None,
    announcer: Announcer | None = None,
) -> ReplacementReport:
    """Puts vocabularies into a copy of a SavedModel, verifies it in other processes, and publishes it as a version.

    A new vocabulary has as many terms as the one that it replaces; or it begins with all of its terms, and every use
    of its ids is known to have room for more. What is published differs from the original in the files of the
    vocabularies, in the names of their tables, which tell the content, and in what describes it.

    Args:
        directory: any SavedModel; an export is compared with its manifest first. It is not changed.
        vocabularies: names, each with the file of its new terms. Of an export those in its manifest, of any other
            SavedModel the names of asset files, with or without their endings.
        out: the directory of the model; versions are its children.
        version: by default the time in seconds, and above every version that is there.
        allow_moved: whether terms may have another id than in training, as where the old file was wrong.
        examples: rows to ask beside the probes, one JSON object a line; needed where no probe finds a term of some
            table.
        announcer: hears of each step.

    Returns:
        What was published, and what changed.

    Raises:
        VocabularyError: a vocabulary cannot be replaced by its file; everything that is wrong is named.
        AssetError: the SavedModel is not what its manifest says, may do more than compute, or its directory has a name
            that no export can have.
        VerificationError: other processes do not give the answers of the original with the new vocabulary, or other
            answers to what was kept. Nothing is published.
        PublishError: the version exists, or the directory cannot be written, is within the original, or has no room.
    """
    announcer = announcer or SilentAnnouncer()
    root, target = Path(directory), Path(out).absolute()
    if target.resolve().is_relative_to(root.resolve()):
        raise PublishError(
            f"{out} is within {directory}, which stays as it is. Give another directory for the versions"
        )
    Staging(target, version).check()
    announcer.step("reading the SavedModel and the new vocabularies")
    plan = plan_replacement(root, vocabularies, allow_moved=allow_moved)
    name = export_name(plan)
    conditions = _conditions(plan, target)
    _check_safe(plan, conditions.settings)
    requests, seed = _requests(plan, conditions.settings, examples)
    _check_free_space(plan, target)
    with Staging(target, version) as staging, ExitStack() as stack:
        pools = _pools(stack)
        announcer.step("writing the copy")
        write_replaced_copy(plan, staging.path)
        check_statically(staging.path, conditions)
        exchanged = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lexport-replace-")))
        write_exchanged_copy(plan, exchanged)
        announcer.step("asking the original and the copy in other processes")
        proof = prove(plan, requests, (staging.path, exchanged), pools, conditions, seed)
        proof.report.raise_if_failed()
        announcer.step("publishing")
        path = staging.commit(_described(plan, proof, conditions, staging.path, name))
    return _report(plan, proof, path)


def _report(plan: ReplacementPlan, proof: Proof, path: Path) -> ReplacementReport:
    changes = {name: one.changes for name, one in plan.replacements.items()}
    left = {name: found for name, one in plan.replacements.items() if (found := find_old_terms(plan.subject, one))}
    readers = {name: read_table_readers(plan.subject, one.target.asset) for name, one in plan.replacements.items()}
    return ReplacementReport(
        path,
        int(path.name),
        changes,
        proof.kept,
        proof.answers,
        proof.report,
        proof.unlike,
        left,
        {name: places for name, places in readers.items() if places},
    )


def _conditions(plan: ReplacementPlan, out: Path) -> Conditions:
    vocabularies = {name: entry.sha256 for name, entry in replaced_entries(plan).items()}
    if plan.manifest is None or plan.manifest.verification is None:
        # What somebody else has saved goes on answering as it does, by chance as well.
        return Conditions(VerificationSettings(allow_state=True), RTOL, ATOL, vocabularies, out)
    settings = VerificationSettings.of_manifest(plan.manifest.verification)
    # A CPU answers here, wherever the model was built.
    return Conditions(replace(settings, built_on="cpu"), *tolerances_of(plan.manifest), vocabularies, out)


def _check_safe(plan: ReplacementPlan, settings: VerificationSettings) -> None:
    check_untrusted_ops(plan.directory, settings.allow_ops)
    expectations = Expectations(
        allowed_ops=frozenset(settings.allow_ops), allowed_strings=frozenset(settings.allow_strings)
    )
    findings = check_inventory(plan.subject.inventory, expectations)
    problems = [Problem(one.check, one.detail) for one in findings if not one.passed and one.check in SAFE]
    if problems:
        raise AssetError(f"{plan.directory} is not self-contained, so TensorFlow was not given it", problems)


def _requests(
    plan: ReplacementPlan, settings: VerificationSettings, examples: Path | None
) -> tuple[ReplacementRequests, int]:
    inventory, baseline = plan.subject.inventory, Baseline(())
    if plan.subject.has(str(BASELINE)):
        most = 2 * max(settings.baseline_limit, MAX_BASELINE_BYTES)
        baseline = Baseline.read(plan.directory / BASELINE, max_bytes=most)
    old = [case.request for case in baseline.cases]
    if not any(one.name.startswith(WARMUP_CASES) for one in old):
        old += [record.request for record in read_warmup(plan.directory) or ()]
    old += _asked(inventory, examples) if examples else []
    seed = SEED if baseline.seed is None else baseline.seed
    known = [one for one in old if one.signature in inventory.signatures]
    return replacement_requests(inventory, known, list(plan.files.values()), seed), seed


def _asked(inventory: Inventory, examples: Path) -> list[Request]:
    """Makes requests of the user's rows; their names tell those of another file apart that travelled."""
    specs = {name: specs for name, one in inventory.signatures.items() if (specs := input_specs(one))}
    rows = read_examples(examples, specs)
    requests = [one for name, mine in rows.items() if mine for one in example_requests(name, specs[name], mine)]
    return [replace(one, name=f"{one.name}, given") for one in requests]


def _pools(stack: ExitStack) -> ReplacementPools:
    """Starts the processes, which import their loaders while the copies are written."""
    first = CANDIDATES[:1]
    pools = [CandidatePool(first), CandidatePool(first), CandidatePool()]
    return ReplacementPools(*(stack.enter_context(pool) for pool in pools))


def _check_free_space(plan: ReplacementPlan, out: Path) -> None:
    """Files are copied whole, holes and all: one copy to publish, all others in the directory of temporary files."""
    files = plan.subject.inventory.files
    served = sum(file.size for file in files if file.path not in (str(MANIFEST), str(BASELINE)))
    # The exchanged one, and what each process gets: of the original, of the exchanged one, of what is to be published.
    temporary = served * (1 + 1 + 1 + len(CANDIDATES))
    check_free_space([(out, sum(file.size for file in files)), (temporary_folder(), temporary)])


def _described(plan: ReplacementPlan, proof: Proof, conditions: Conditions, staged: Path, name: str) -> Manifest:
    write_answers(staged, proof.baseline, conditions.settings.baseline_limit)
    manifest = describe_replaced(plan, staged, name)
    manifest = replace(manifest, verification=replacement_record(plan, conditions, proof.report))
    write_manifest(staged, manifest)
    return manifest
