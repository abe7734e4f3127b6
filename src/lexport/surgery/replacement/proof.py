"""`prove`: other processes must give the answers of the original with the bytes of its vocabulary exchanged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lexport.errors import Problem, VerificationError
from lexport.run.places import places_to_hide
from lexport.run.verification_settings import VerificationSettings
from lexport.savedmodel import Expectations, ExpectedSignature
from lexport.savedmodel.checks.counted import counted
from lexport.surgery.replacement.exchanged_answers import answered_alike
from lexport.surgery.replacement.kept_answers import KeptAnswers, compare_kept, exchanged_terms
from lexport.surgery.replacement.plan import ReplacementPlan
from lexport.surgery.replacement.requests import ReplacementRequests
from lexport.verify import Baseline, CandidatePool, Case, CheckResult, Request, VerificationReport, verify_export
from lexport.verify.exchange import Answer, Answers
from lexport.verify.static import static_checks

__all__ = ["Conditions", "Proof", "ReplacementPools", "check_statically", "prove"]

KEPT_CHECK = "replace:kept-terms"
SHOWN = 5

Asked = tuple[Request, Answer, Answer]


@dataclass(frozen=True)
class ReplacementPools:
    """The processes that serve the SavedModels.

    Attributes:
        original: serves the original.
        exchanged: serves the original with the bytes of its vocabulary exchanged.
        replaced: serves what is to be published, through every loader.
    """

    original: CandidatePool
    exchanged: CandidatePool
    replaced: CandidatePool


@dataclass(frozen=True)
class Proof:
    """What came of it.

    Attributes:
        report: every check, whether or not it passed.
        baseline: all requests with their answers.
        kept: what came of the requests that must be answered as before.
        answers: how many of all requests are answered as before; its faults are the others.
        unlike: new terms that no input answers as the old ones with their ids, by vocabulary.
    """

    report: VerificationReport
    baseline: Baseline
    kept: KeptAnswers
    answers: KeptAnswers
    unlike: Mapping[str, tuple[bytes, ...]]


@dataclass(frozen=True)
class Conditions:
    """Against what is compared.

    Attributes:
        settings: those with which the original was verified.
        rtol: relative tolerance of floats.
        atol: absolute tolerance of floats.
        vocabularies: the sha256 of each vocabulary that must be an asset.
        out: where it is to be published; its path must not occur in the graph.
    """

    settings: VerificationSettings
    rtol: float
    atol: float
    vocabularies: Mapping[str, str]
    out: Path


def check_statically(staged: Path, conditions: Conditions) -> None:
    """Checks what is to be published before TensorFlow is given it, or the original, whose ops are the same.

    Raises:
        VerificationError: a static check fails; the report tells all of them.
    """
    settings = conditions.settings
    expectations = Expectations(
        vocabularies=conditions.vocabularies,
        forbidden_prefixes=places_to_hide(conditions.out),
        allowed_strings=frozenset(settings.allow_strings),
        allowed_ops=frozenset(settings.allow_ops),
    )
    checks, _ = static_checks(staged, expectations)
    VerificationReport(tuple(checks)).raise_if_failed()


def prove(
    plan: ReplacementPlan,
    requests: ReplacementRequests,
    places: tuple[Path, Path],
    pools: ReplacementPools,
    conditions: Conditions,
    seed: int,
) -> Proof:
    """Asks the original, the original with the new bytes, and what is to be published.

    Args:
        plan: what is replaced.
        requests: what to ask.
        places: the SavedModel to publish, and the original with the bytes of its vocabulary exchanged.
        pools: the processes, which may have been started before.
        conditions: against what is compared.
        seed: of the random rows.

    Raises:
        VerificationError: the original, or it with the new bytes, cannot be served at all.
    """
    staged, exchanged = places
    ops = tuple(plan.subject.inventory.op_counts)
    before = _answers("the original", pools.original.ask(plan.directory, requests.all, ops=ops))
    after = _answers("the original with the new vocabulary", pools.exchanged.ask(exchanged, requests.all, ops=ops))
    cases = tuple(_case(request, answer) for request, answer in zip(requests.all, after, strict=True))
    baseline = Baseline(cases, seed)
    settings = conditions.settings
    report = verify_export(
        staged,
        baseline,
        vocabularies=conditions.vocabularies,
        signatures=_signatures(plan),
        rtol=conditions.rtol,
        atol=conditions.atol,
        gpu_tolerance=settings.gpu_tolerance,
        allowed_ops=settings.allow_ops,
        allowed_strings=settings.allow_strings,
        allow_unreached=settings.allow_unreached,
        allow_state=settings.allow_state,
        require=settings.require,
        pool=pools.replaced,
        forbidden_prefixes=places_to_hide(conditions.out),
    )
    asked = list(zip(requests.all, before, after, strict=True))
    kept = _kept(plan, requests, asked, conditions)
    answers = _compared(asked, {}, conditions)
    facts = {**report.facts, "requests": _told_of_all(answers)}
    checks = (*report.checks, _kept_check(kept, requests))
    unlike = _unlike(plan, requests, asked)
    return Proof(replace(report, checks=checks, facts=facts), baseline, kept, answers, unlike)


def _told_of_all(answers: KeptAnswers) -> str:
    return f"{answers.same} have the answer that they had before, {len(answers.faults)} another one, with the new terms"


def _answers(what: str, answers: tuple[Answers, ...]) -> Sequence[Answer]:
    [told] = answers
    problem = told.load_error or told.unable
    if problem:
        raise VerificationError(f"{what} cannot be served, so nothing can be compared with it", [Problem("", problem)])
    return told.answers


def _case(request: Request, answer: Answer) -> Case:
    error = (answer.error or "an error") if answer.outputs is None else None
    return Case(request.name, request.signature, request.inputs, answer.outputs, error)


def _signatures(plan: ReplacementPlan) -> dict[str, ExpectedSignature]:
    return {name: ExpectedSignature(one.inputs, one.outputs) for name, one in plan.subject.inventory.signatures.items()}


def _kept(
    plan: ReplacementPlan, requests: ReplacementRequests, asked: Sequence[Asked], conditions: Conditions
) -> KeptAnswers:
    """Compares what must be as before: requests of kept terms; and all of them where no term gets another id."""
    gives_ids = any(one.target.gives_ids for one in plan.files.values())
    kept = {id(one) for one in requests.kept}
    changes = [one.changes for one in plan.files.values()]
    chosen = [one for one in asked if not gives_ids or id(one[0]) in kept]
    return _compared(chosen, exchanged_terms(changes), conditions)


def _compared(
    asked: Sequence[Asked], exchanged: Mapping[bytes, frozenset[bytes]], conditions: Conditions
) -> KeptAnswers:
    requests, before, after = zip(*asked, strict=True) if asked else ((), (), ())
    return compare_kept(requests, before, after, exchanged, rtol=conditions.rtol, atol=conditions.atol)


def _kept_check(kept: KeptAnswers, requests: ReplacementRequests) -> CheckResult:
    if kept.faults:
        more = [f"... and {len(kept.faults) - SHOWN} more"] if len(kept.faults) > SHOWN else []
        return CheckResult(KEPT_CHECK, False, "\n".join([*kept.faults[:SHOWN], *more]))
    if not kept.same + kept.exchanged:
        return CheckResult(KEPT_CHECK, None, "no input takes a term or an id that was kept", required=False)
    return CheckResult(KEPT_CHECK, True, "; ".join(_told(kept, requests)))


def _told(kept: KeptAnswers, requests: ReplacementRequests) -> Iterator[str]:
    asked = f" with {requests.kept_terms:,} kept terms or ids" if requests.kept_terms else ""
    yield f"{counted(kept.same + kept.exchanged, 'request')}{asked}: {kept.same} answered as before"
    if kept.exchanged:
        yield f"{kept.exchanged} with the new terms of the same ids, and as before otherwise"
    if kept.raised:
        yield f"{kept.raised} raise as before"


def _unlike(
    plan: ReplacementPlan, requests: ReplacementRequests, asked: Sequence[Asked]
) -> dict[str, tuple[bytes, ...]]:
    """Gives the new terms that no input answers as the old ones; a model may look at their letters, too."""
    before = {id(request): answer for request, answer, _ in asked}
    after = {id(request): answer for request, _, answer in asked}
    exchanged = exchanged_terms([one.changes for one in plan.replacements.values()])
    _, other = answered_alike(requests.exchanged, before, after, exchanged)
    return {
        name: tuple(sorted(term for owner, term in other if owner == name))
        for name in sorted({one for one, _ in other})
    }
