"""`prove`: a repaired copy gives the answers of its original, through every loader that can load the original."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from lexport.errors import VerificationError
from lexport.savedmodel import Inventory, read_inventory
from lexport.savedmodel.stored_terms import StoredTerms, read_stored_terms
from lexport.surgery.repairs.same_terms import same_terms_check
from lexport.verify import (
    Baseline,
    CandidatePool,
    Case,
    CheckResult,
    InputSpec,
    ProbeVocabulary,
    Request,
    probe_requests,
)
from lexport.verify.candidates import CANDIDATES, Candidate
from lexport.verify.exchange import Answer, Answers
from lexport.verify.judge import judge, replay_check_name

__all__ = ["prove"]

# The same kernels on the same machine: only sums whose order threads decide can differ at all.
RTOL, ATOL = 1e-5, 1e-9
SEED = 20_260_101  # any number does, as long as each run asks the same
MOST_TERMS = 100_000  # from which probes are drawn
UNASKED = "the original gave no answer through this loader"


def prove(original: Path, repaired: Path) -> tuple[CheckResult, ...]:
    """Compares the vocabularies term by term, then lets other processes serve both and compares their answers.

    Args:
        original: a SavedModel; whatever its ops may do has been looked at.
        repaired: the copy.

    Returns:
        The checks: one for the vocabularies, one for each loader and signature. What the original itself does not
        answer through a loader is not run there.

    Raises:
        VerificationError: there is nothing to ask, or no loader answers for some signature of the original.
    """
    before, after = read_inventory(original), read_inventory(repaired)
    requests = _requests(before)
    checks = [same_terms_check(before, after)]
    said, repeated = (_ask(one, requests) for one in (before, after))
    for candidate, old, new in zip(CANDIDATES, said, repeated, strict=True):
        checks += _compared(candidate, requests, old, new)
    _check_answered(before, checks)
    return tuple(checks)


def _ask(inventory: Inventory, requests: Sequence[Request]) -> tuple[Answers, ...]:
    digests = {f"assets/{one.name}": one.content.sha256 for one in inventory.assets if one.content}
    with CandidatePool() as pool:
        return pool.ask(inventory.directory, requests, ops=tuple(inventory.op_counts), digests=digests)


def _requests(inventory: Inventory) -> list[Request]:
    vocabularies = [_vocabulary(stored) for stored in read_stored_terms(inventory)]
    requests = []
    for name, signature in inventory.signatures.items():
        odd = [key for key, spec in signature.inputs.items() if " " in spec.dtype or spec.dtype == "unknown"]
        if odd:
            raise VerificationError(
                f"the repair cannot be proven: no request can be made for the signature {name!r}, whose input "
                f"{odd[0]!r} is {signature.inputs[odd[0]]}. Nothing is written"
            )
        specs = {
            key: InputSpec(spec.dtype, spec.shape or (None,) * (spec.shape is None))
            for key, spec in signature.inputs.items()
        }
        requests += probe_requests(name, specs, vocabularies, seed=SEED)
    if not requests:
        raise VerificationError(
            "the repair cannot be proven: the SavedModel has no signature, so nothing can be asked. Nothing is written"
        )
    return requests


def _vocabulary(stored: StoredTerms) -> ProbeVocabulary:
    texts = [term.decode(errors="replace") for _, term in islice(stored.terms(), MOST_TERMS)]
    if texts and all(text.removeprefix("-").isdecimal() for text in texts):
        return ProbeVocabulary(stored.name, "int64", [int(text) for text in texts])
    return ProbeVocabulary(stored.name, "string", texts)


def _compared(candidate: Candidate, requests: Sequence[Request], old: Answers, new: Answers) -> Iterator[CheckResult]:
    why = old.unable or old.load_error
    if why is not None:
        for signature in dict.fromkeys(request.signature for request in requests):
            detail = (
                f"the original does not load: {why}" if old.unable is None else f"this loader cannot run here: {why}"
            )
            yield CheckResult(replay_check_name(candidate, signature), None, detail, required=False)
        return
    cases = [_case(request, answer) for request, answer in zip(requests, old.answers, strict=True)]
    for signature in dict.fromkeys(case.signature for case in cases):
        places = [place for place, case in enumerate(cases) if case.signature == signature]
        if not any(cases[place].tells for place in places):
            yield CheckResult(replay_check_name(candidate, signature), None, _silence(cases, places), required=False)
            continue
        baseline = Baseline(tuple(cases[place] for place in places))
        answers = (
            new
            if new.load_error or new.unable
            else Answers(tuple(new.answers[place] for place in places), facts=new.facts)
        )
        yield from judge(candidate, baseline, answers, rtol=RTOL, atol=ATOL).checks


def _case(request: Request, answer: Answer) -> Case:
    return Case(request.name, request.signature, request.inputs, answer.outputs, answer.error)


def _silence(cases: Sequence[Case], places: Sequence[int]) -> str:
    raised = next((cases[place].error for place in places if cases[place].error), None)
    return f"{UNASKED}: {raised}" if raised else UNASKED


def _check_answered(inventory: Inventory, checks: Sequence[CheckResult]) -> None:
    names = {name: [replay_check_name(candidate, name) for candidate in CANDIDATES] for name in inventory.signatures}
    for name, replays in names.items():
        own = [check for check in checks if check.name in replays]
        if all(check.passed is None for check in own):
            raise VerificationError(
                f"the repair cannot be proven: through no loader does the original answer for the signature {name!r}. "
                f"Nothing is written. {own[0].detail}"
            )
