"""`ask_again`: requests that are asked once more after all others, so that state and chance show."""

from dataclasses import replace

from lexport.verify.baseline import Baseline, Case

__all__ = ["ask_again", "why_another_answer"]

AGAIN = ", asked again"
WHY = (
    ": it was answered otherwise before, so answers depend on earlier requests or on chance, and a server is asked in "
    "any order. Take the state or the random numbers out of what is served, or permit them (verify.allow_state)"
)


def ask_again(baseline: Baseline) -> Baseline:
    """Repeats one request of each signature at the end; what it is answered must be what it was answered before.

    A loader that starts from the state that was saved, and is asked in the order of the live model, agrees with it to
    the last bit even where each call changes the state.

    Args:
        baseline: requests with the live model's answers.

    Example:
        >>> case = Case("examples", "serving_default", {"x": [1]}, {"y": [2]})
        >>> [one.name for one in ask_again(Baseline((case,))).cases]
        ['examples', 'examples, asked again']
    """
    first: dict[str, Case] = {}
    for case in baseline.cases:
        if case.tells:
            first.setdefault(case.signature, case)
    again = (replace(case, name=f"{case.name}{AGAIN}") for case in first.values())
    return replace(baseline, cases=(*baseline.cases, *again))


def why_another_answer(case: Case) -> str:
    """Says what it means that a request is answered otherwise; nothing of one that is asked for the first time."""
    return WHY if case.name.endswith(AGAIN) else ""
