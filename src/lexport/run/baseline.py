"""Asks the model in memory the user's examples and the probes."""

from typing import Any

from lexport.run.example_rows import example_rows, input_specs
from lexport.run.plan import ExportPlan
from lexport.run.signature_requests import signature_requests
from lexport.serving.owned_assets import owned_models, owned_vocabularies, special_tokens_of
from lexport.serving.serving_root import ServingRoot
from lexport.verify import Baseline, ProbeVocabulary, Request, record_baseline

__all__ = ["record_answers"]

SPACE = "\N{LOWER ONE EIGHTH BLOCK}"


def record_answers(root: ServingRoot, model: Any, plan: ExportPlan) -> Baseline:
    """Asks the model in memory; its answers are what every candidate must give.

    Args:
        root: answers, by the functions that were traced for the export, but without their traces.
        model: whose layers own the vocabularies that probes are made from.
        plan: the signatures and the examples.

    Raises:
        SignatureError: the examples do not fit the signatures, or the model raises on everything.
    """
    rows = example_rows(plan.examples, plan.signatures, from_code=plan.examples_from_code)
    vocabularies = _probe_vocabularies(model)
    requests: list[Request] = []
    for name, signature in plan.signatures.items():
        requests += signature_requests(name, signature, rows[name], vocabularies, plan.seed)
    specs = {name: input_specs(signature.served) for name, signature in plan.signatures.items()}

    def ask(request: Request) -> dict[str, Any]:
        return root.ask(request.signature, request.inputs)

    return record_baseline(requests, ask, specs, seed=plan.seed)


def _probe_vocabularies(model: Any) -> list[ProbeVocabulary]:
    special = special_tokens_of(model)
    found = [
        ProbeVocabulary(name, vocabulary.dtype, vocabulary.terms, special.get(name, ()))
        for name, vocabulary in owned_vocabularies(model).items()
    ]
    # As text holds them: the sign for a space is a space.
    return found + [
        ProbeVocabulary(name, "string", tuple(piece.replace(SPACE, " ").strip() or " " for piece in one.pieces))
        for name, one in owned_models(model).items()
    ]
