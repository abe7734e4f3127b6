"""`repair`: a copy of a SavedModel without what can be mended for certain, proven to answer as before."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lexport.doctor import DoctorReport, Finding, examine
from lexport.doctor.examine import report_on
from lexport.doctor.subject import Subject, read_subject
from lexport.errors import AssetError, Problem, PublishError, VerificationError
from lexport.publish import Staging, check_files, read_manifest
from lexport.publish.manifest_schema import MANIFEST
from lexport.savedmodel.saved_model_file import read_saved_model
from lexport.surgery.edited_copy import write_edited_copy
from lexport.surgery.free_space import check_free_space, temporary_folder
from lexport.surgery.repairs.edit import Edit, LeftAlone, Repair
from lexport.surgery.repairs.ignored_files import leave_ignored_files_out
from lexport.surgery.repairs.leaked_paths import scrub_paths
from lexport.surgery.repairs.proof import prove
from lexport.surgery.repairs.shared_storage import store_once
from lexport.surgery.repairs.spare_variables import drop_spare_variables
from lexport.surgery.repairs.table_files import fill_tables_from_files
from lexport.surgery.repairs.unrestored_variables import restore_what_is_read
from lexport.verify import CheckResult
from lexport.verify.candidates import CANDIDATES

__all__ = ["RepairReport", "repair"]

REPAIRS: tuple[Callable[[Subject, Edit], None], ...] = (
    fill_tables_from_files,
    leave_ignored_files_out,
    scrub_paths,
    store_once,
    drop_spare_variables,
    restore_what_is_read,
)
# What may reach beyond the graph, or beyond the directory: such a SavedModel is not run to prove anything.
UNSAFE = frozenset({"LX602", "LX603", "LX604", "LX605", "LX607"})
FILES = "LX2"


@dataclass(frozen=True)
class RepairReport:
    """What was repaired.

    Attributes:
        before: what the doctor found in the SavedModel.
        after: what it finds in the copy; what it found before where nothing was repaired.
        repairs: what was done; empty where nothing could be.
        left_alone: what was not repaired although its kind is, and why.
        checks: the proof.
        out: where the copy stands; None where nothing was repaired, so that there is none.
    """

    before: DoctorReport
    after: DoctorReport
    repairs: tuple[Repair, ...]
    left_alone: tuple[LeftAlone, ...]
    checks: tuple[CheckResult, ...]
    out: Path | None


def repair(
    directory: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    examples: str | os.PathLike[str] | None = None,
) -> RepairReport:
    """Writes a repaired copy of a SavedModel, once other processes have proven that it answers as before.

    Repaired is what is certain: vocabularies in the graph become assets (LX101), files in `assets/` that nothing refers
    to are left out (LX201), variables that signatures read are restored (LX401), paths in the names of tables and in
    debug information are scrubbed (LX501), and variables that are stored twice lie there once (LX701).

    Args:
        directory: the SavedModel; not trusted, and not changed.
        out: the directory of the copy; it must not exist, or be empty.
        examples: a file of rows to ask both beside the probes, one JSON object a line with the inputs of a signature as
            keys; needed where a signature takes more than terms and numbers, such as serialized examples or images.

    Returns:
        The report; without a copy where there is nothing to repair.

    Raises:
        AssetError: it is no SavedModel, is damaged, may do more than compute, or is an export of lexport whose files
            are no longer those of its manifest.
        PublishError: the copy cannot be written.
        SignatureError: the examples do not fit the signatures.
        VerificationError: it cannot be proven that the copy answers as before; then there is no copy.

    Example:
        >>> import tempfile
        >>> repair(tempfile.mkdtemp(), "repaired")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        lexport.errors.AssetError: ... is not a SavedModel: it has no saved_model.pb
    """
    root, target = Path(directory), Path(out)
    if target.resolve().is_relative_to(root.resolve()):
        raise PublishError(f"{target} is within {root}, which stays as it is. Give another directory")
    # Also where there is nothing to repair: what stands there would be taken for the copy.
    Staging.single(target).check()
    subject = read_subject(root)
    before = report_on(subject)
    edit = Edit(read_saved_model(root, subject.inventory.files))
    for one in REPAIRS:
        one(subject, edit)
    if edit.is_empty:
        return RepairReport(before, before, (), tuple(edit.left_alone), (), None)
    _check_safe(root, before)
    size = sum(file.size for file in subject.inventory.files)
    # Files are copied whole, holes and all: into the copy, and for each process that serves one of the two.
    check_free_space([(target, size), (temporary_folder(), size * len(CANDIDATES))])
    checks = _written(subject, edit, target, None if examples is None else Path(examples))
    return RepairReport(before, examine(target), tuple(edit.repairs), tuple(edit.left_alone), checks, target)


def _written(subject: Subject, edit: Edit, target: Path, examples: Path | None) -> tuple[CheckResult, ...]:
    with Staging.single(target) as staging:
        write_edited_copy(
            subject.directory,
            subject.inventory.files,
            staging.path,
            saved_model=edit.saved_model if edit.touched else None,
            without=edit.without,
            written=edit.written,
        )
        _check_manifest(subject, staging.path)
        checks = prove(subject.directory, staging.path, examples)
        failed = [Problem(check.name, check.detail) for check in checks if check.passed is False]
        if failed:
            raise VerificationError(
                f"the repaired copy does not answer as {subject.directory} does, so nothing is written", failed
            )
        staging.commit()
    return checks


def _check_safe(root: Path, report: DoctorReport) -> None:
    unsafe = [Problem(one.where, one.message) for one in report.errors if _is_unsafe(one)]
    if unsafe:
        raise AssetError(
            f"{root} would have to be served to prove a repair, and is not sound enough for that. Mend this first",
            unsafe,
        )


def _is_unsafe(finding: Finding) -> bool:
    return finding.code.name in UNSAFE or finding.code.name.startswith(FILES)


def _check_manifest(subject: Subject, copy: Path) -> None:
    """A manifest vouches for each byte, so that a repaired graph has none."""
    if not subject.has(MANIFEST):
        return
    problems = check_files(copy, read_manifest(copy))
    if problems:
        raise AssetError(
            f"{subject.directory} was published by lexport, whose manifest does not fit the repaired copy. "
            "Export the model again",
            problems,
        )
