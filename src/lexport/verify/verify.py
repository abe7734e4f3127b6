"""`verify_export`: static checks, then replay through every loader."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from lexport.errors import AssetError
from lexport.savedmodel import Expectations, ExpectedSignature, Inventory
from lexport.savedmodel.saved_model_file import GRAPH_FILE
from lexport.savedmodel.table_watch import read_table_watch
from lexport.savedmodel.tree import read_content
from lexport.verify.asked_again import ask_again
from lexport.verify.asked_terms import AskedTerms
from lexport.verify.baseline import Baseline
from lexport.verify.candidate_facts import candidate_facts
from lexport.verify.candidate_pool import TIMEOUT_S, CandidatePool
from lexport.verify.candidates import C_API, CANDIDATES, Candidate, required_names
from lexport.verify.devices import GPU_TOLERANCE, Tolerance
from lexport.verify.judge import replay_check_name
from lexport.verify.judging_facts import judging_facts
from lexport.verify.report import CheckResult, VerificationReport
from lexport.verify.static import static_checks
from lexport.verify.table_names import TableNames
from lexport.verify.tables_reached import TABLES_CHECK, tables_check
from lexport.verify.warmup import warmup_check

__all__ = ["verify_export"]

NOT_LOADED = "a static check failed, so the graph was not loaded"


def verify_export(
    directory: str | os.PathLike[str],
    baseline: Baseline,
    *,
    vocabularies: Mapping[str, str] | None = None,
    signatures: Mapping[str, ExpectedSignature] | None = None,
    rtol: float = 1e-5,
    atol: float = 1e-6,
    gpu_tolerance: Tolerance = GPU_TOLERANCE,
    device: str = "cpu",
    built_on: str = "cpu",
    forbidden_prefixes: Sequence[str] = (),
    allowed_strings: Collection[str] = (),
    allowed_ops: Collection[str] = (),
    allow_unreached: Collection[str] = (),
    allow_state: bool = False,
    candidates: Sequence[Candidate] = CANDIDATES,
    require: Collection[str] | None = None,
    hermetic: bool = True,
    timeout_s: float = TIMEOUT_S,
    pool: CandidatePool | None = None,
) -> VerificationReport:
    """Verifies an export: it must be sound on disk, and give the live model's answers to other processes.

    Where a static check fails nothing is replayed: a graph that may be hostile never reaches TensorFlow. The
    replay is then reported as not run. Every signature of the export must be replayed.

    Args:
        directory: the export.
        baseline: requests with the live model's answers.
        vocabularies: the sha256 of each vocabulary that must be an asset, by name.
        signatures: the exact signatures; None where any will do.
        rtol: relative tolerance of floats, at least 0; `|a - b| <= atol + rtol * |b|`, `b` from the baseline.
        atol: absolute tolerance of floats, at least 0.
        gpu_tolerance: the tolerances instead of these where a GPU calculated one side or both.
        device: `cpu` hides every GPU from the candidates; `gpu` lets each serve the export on a CPU and on a GPU;
            `auto` does so where there is a GPU.
        built_on: `cpu` or `gpu`, where the live model gave its answers.
        forbidden_prefixes: paths that must not occur in the graph, such as the project's directory.
        allowed_strings: strings in the graph that look like absolute paths and are none.
        allowed_ops: op types in the graph that do more than compute, and may.
        allow_unreached: names of vocabularies or asset files; no request need find anything in the tables which
            they fill.
        allow_state: whether answers may depend on earlier requests or on chance; else one request of each signature
            is asked again after all others.
        candidates: the loaders.
        require: the names of the loaders that must have run; another one that cannot run on this machine is
            reported as not run and fails nothing. By default all on Linux, elsewhere all but the C++ loader.
        hermetic: whether candidates may read nothing but the export, where the system can forbid it; the report
            says whether it was so.
        timeout_s: how long to wait for each candidate, in seconds.
        pool: candidates that were started before; then `candidates`, `device`, `hermetic` and `timeout_s` are
            the pool's, and what is given here for them does not count.

    Raises:
        VerificationError: a name in `require` is not that of a candidate, or the pool has replayed already.
        AssetError: the export was damaged while it was verified.

    Example:
        >>> import tempfile
        >>> print(verify_export(tempfile.mkdtemp(), Baseline(())).checks[0].name)
        static:readable
    """
    own = CandidatePool(candidates, device=device, hermetic=hermetic, timeout_s=timeout_s)
    loaders = (pool or own).candidates
    required = required_names(loaders, require)
    expectations = Expectations(
        vocabularies=vocabularies,
        signatures=signatures,
        forbidden_prefixes=tuple(forbidden_prefixes),
        allowed_strings=frozenset(allowed_strings),
        allowed_ops=frozenset(allowed_ops),
    )
    facts = _facts(pool.device if pool else device, baseline) | judging_facts(
        *(rtol, atol, gpu_tolerance),
        require=require,
        allow_ops=allowed_ops,
        allow_strings=allowed_strings,
        allow_unreached=allow_unreached,
        allow_state=["True"] if allow_state else (),
    )
    graph = _graph_digest(Path(directory))
    checks, inventory = static_checks(Path(directory), expectations)
    if inventory is None or not all(check.passed for check in checks):
        names = sorted({*baseline.signatures, *(signatures or {})})
        checks += _not_run(loaders, names, NOT_LOADED)
        checks += [CheckResult(TABLES_CHECK, None, NOT_LOADED, C_API in required)] * bool(
            inventory and inventory.tables
        )
        return VerificationReport(tuple(checks), facts)
    checks += warmup_check(Path(directory), baseline, inventory.signatures)
    tables = read_table_watch(directory)
    with nullcontext(pool) if pool else own as opened:
        replays = opened.replay(
            *(Path(directory), baseline if allow_state else ask_again(baseline)),
            rtol=rtol,
            atol=atol,
            gpu_tolerance=gpu_tolerance,
            built_on=built_on,
            ops=tuple(inventory.op_counts),
            digests=graph | {f"assets/{one.name}": one.content.sha256 for one in inventory.assets if one.content},
            watch=tables.watch,
        )
    for candidate, result in zip(loaders, replays, strict=True):
        checks += [replace(check, required=check.required and candidate.name in required) for check in result.checks]
        checks += _unasked(candidate, baseline, inventory)
    named = TableNames(inventory, vocabularies or {}, tables.tables)
    reached = tables_check(
        *(tables, loaders, replays, named, allow_unreached),
        asked=AskedTerms(Path(directory), baseline),
        partial=bool(baseline.left_out),
    )
    checks += [replace(check, required=check.required and C_API in required) for check in reached]
    if not any(check.name.startswith("replay:") for check in checks):
        checks.append(CheckResult("replay", None, "there is no signature, no request or no loader to replay with"))
    return VerificationReport(tuple(checks), facts | candidate_facts(loaders, replays))


def _graph_digest(directory: Path) -> dict[str, str]:
    """Gives the sha256 of the graph, by its path, before it is checked; none where the checks cannot read it either."""
    try:
        return {GRAPH_FILE: read_content(directory, GRAPH_FILE).sha256}
    except AssetError:
        return {}


def _facts(device: str, baseline: Baseline) -> dict[str, str]:
    facts = {"device": device}
    if baseline.seed is not None:
        facts["seed"] = str(baseline.seed)
    if baseline.left_out:
        facts["baseline"] = baseline.travelling
    return facts


def _unasked(candidate: Candidate, baseline: Baseline, inventory: Inventory) -> Iterator[CheckResult]:
    names = [name for name in inventory.signatures if name not in baseline.signatures]
    return _not_run([candidate], names, "the baseline has no request for this signature")


def _not_run(candidates: Sequence[Candidate], signatures: Sequence[str], reason: str) -> Iterator[CheckResult]:
    for candidate in candidates:
        for signature in signatures:
            yield CheckResult(replay_check_name(candidate, signature), None, reason)
