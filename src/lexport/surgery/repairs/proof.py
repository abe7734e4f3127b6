"""`prove`: a repaired copy gives the answers of its original, through every loader that can load the original."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lexport.errors import VerificationError
from lexport.savedmodel import Inventory, Signature, read_inventory
from lexport.savedmodel.saved_model_file import GRAPH_FILE
from lexport.savedmodel.tree import read_content
from lexport.surgery.probed_vocabularies import probed_vocabularies
from lexport.surgery.repairs.same_terms import same_terms_check
from lexport.verify import (
    Baseline,
    CandidatePool,
    Case,
    CheckResult,
    InputSpec,
    Request,
    example_requests,
    probe_requests,
    read_examples,
)
from lexport.verify.candidates import CANDIDATES, Candidate
from lexport.verify.exchange import Answer, Answers
from lexport.verify.judge import judge, replay_check_name

__all__ = ["prove"]

# The same kernels on the same machine: only sums whose order threads decide can differ at all.
RTOL, ATOL = 1e-5, 1e-9
SEED = 20_260_101  # any number does, as long as each run asks the same
UNASKED = "the original gave no answer through this loader"


def prove(original: Path, repaired: Path, examples: Path | None = None) -> tuple[CheckResult, ...]:
    """Compares the vocabularies term by term, then lets other processes serve both and compares their answers.

    Args:
        original: a SavedModel; whatever its ops may do has been looked at.
        repaired: the copy.
        examples: rows to ask beside the probes, as `read_examples` reads them.

    Returns:
        The checks: one for the vocabularies, one for each loader and signature. Where the original does not answer
        through a loader, the copy must answer as the original does through another, or is as silent.

    Raises:
        VerificationError: there is nothing to ask, or no loader answers for some signature of the original.
    """
    before, after = read_inventory(original), read_inventory(repaired)
    requests = _requests(before, examples)
    checks = [same_terms_check(before, after)]
    said, repeated = (_ask(one, requests) for one in (before, after))
    for candidate, old, new in zip(CANDIDATES, said, repeated, strict=True):
        checks += [_compared(candidate, signature, requests, (old, *said), new) for signature in before.signatures]
    _check_answered(before, checks)
    return tuple(checks)


def _ask(inventory: Inventory, requests: Sequence[Request]) -> tuple[Answers, ...]:
    digests = {f"assets/{one.name}": one.content.sha256 for one in inventory.assets if one.content}
    digests[GRAPH_FILE] = read_content(inventory.directory, GRAPH_FILE).sha256
    with CandidatePool() as pool:
        return pool.ask(inventory.directory, requests, ops=tuple(inventory.op_counts), digests=digests)


def _requests(inventory: Inventory, examples: Path | None) -> list[Request]:
    specs = {name: _specs(name, signature) for name, signature in inventory.signatures.items()}
    if not specs:
        raise VerificationError(
            "the repair cannot be proven: the SavedModel has no signature, so nothing can be asked. Nothing is written"
        )
    rows = read_examples(examples, specs) if examples else {name: [] for name in specs}
    vocabularies = probed_vocabularies(inventory)
    requests = []
    for name, inputs in specs.items():
        requests += example_requests(name, inputs, rows[name]) if rows[name] else []
        requests += probe_requests(name, inputs, vocabularies, rows[name], seed=SEED)
    return requests


def _specs(name: str, signature: Signature) -> dict[str, InputSpec]:
    odd = [key for key, spec in signature.inputs.items() if " " in spec.dtype or spec.dtype == "unknown"]
    if odd:
        raise VerificationError(
            f"the repair cannot be proven: no request can be made for the signature {name!r}, whose input "
            f"{odd[0]!r} is {signature.inputs[odd[0]]}. Nothing is written"
        )
    # An input of any rank is asked rows of one value.
    shapes = {key: (None,) if spec.shape is None else spec.shape for key, spec in signature.inputs.items()}
    return {key: InputSpec(spec.dtype, shapes[key]) for key, spec in signature.inputs.items()}


def _compared(
    candidate: Candidate, signature: str, requests: Sequence[Request], said: Sequence[Answers], new: Answers
) -> CheckResult:
    """Compares one loader's answers with those to the original, through this loader or else through another."""
    name = replay_check_name(candidate, signature)
    places = [place for place, request in enumerate(requests) if request.signature == signature]
    own, *others = ([_case(requests[place], old.answers[place]) for place in places if old.answers] for old in said)
    silent = not any(case.tells for case in own)
    told = next((cases for cases in others if any(case.tells for case in cases)), [])
    if silent and (not told or not _answers(new, places)):
        return CheckResult(name, None, _silence(own, said[0]), required=False)
    answers = Answers(
        tuple(new.answers[place] for place in places if new.answers), new.load_error, new.facts, new.unable
    )
    baseline = Baseline(tuple(told if silent else own))
    [check] = judge(candidate, baseline, answers, rtol=RTOL, atol=ATOL).checks
    if check.passed and silent:
        return replace(check, detail=f"{check.detail}, as the original does through another loader")
    return check


def _answers(answers: Answers, places: Sequence[int]) -> bool:
    return any(answers.answers[place].outputs is not None for place in places if answers.answers)


def _case(request: Request, answer: Answer) -> Case:
    return Case(request.name, request.signature, request.inputs, answer.outputs, answer.error)


def _silence(cases: Sequence[Case], answers: Answers) -> str:
    raised = next((case.error for case in cases if case.error), None)
    why = answers.unable or answers.load_error or raised
    return f"{UNASKED}: {why}" if why else UNASKED


def _check_answered(inventory: Inventory, checks: Sequence[CheckResult]) -> None:
    names = {name: [replay_check_name(candidate, name) for candidate in CANDIDATES] for name in inventory.signatures}
    for name, replays in names.items():
        own = [check for check in checks if check.name in replays]
        if all(check.passed is None for check in own):
            raise VerificationError(
                f"the repair cannot be proven: through no loader does the original answer for the signature {name!r}, "
                "so nothing is written. Where it takes more than terms and numbers, such as serialized examples or "
                f"images, give rows that it answers (--examples). {own[0].detail}"
            )
