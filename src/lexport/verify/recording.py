"""`record_baseline`: asks the live model and writes down what it says, errors included."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from lexport.errors import Problem, SignatureError
from lexport.verify.baseline import Baseline, Case
from lexport.verify.batching import Batching, Row
from lexport.verify.compare import FLOATS
from lexport.verify.input_spec import InputSpec
from lexport.verify.request import Request
from lexport.verify.tensors import Tensor, dtype_name

__all__ = ["Ask", "record_baseline"]

Ask = Callable[[Request], Mapping[str, Tensor]]

SHOWN_ERROR = 300
EXAMPLES = "examples"


def record_baseline(
    requests: Sequence[Request],
    ask: Ask,
    signatures: Mapping[str, Mapping[str, InputSpec]],
    *,
    seed: int | None = None,
) -> Baseline:
    """Asks the live model every request.

    Where it raises on a batch, the rows are asked one by one: each row on which it raises becomes a case of its
    own, with the error, and the others stay together. So one out-of-vocabulary probe does not hide the rest. An
    empty batch on which it raises is not asked of anybody.

    Args:
        requests: what to ask.
        ask: gives the live model's outputs by name, or raises.
        signatures: the inputs of each signature.
        seed: what the random rows among the requests were made from.

    Raises:
        SignatureError: the live model raised on all requests of a signature, raised on an example of the user's,
            or gives no value, as where it answers empty batches alone, or nothing but NaN, so that nothing could be
            compared.

    Example:
        >>> request = Request("examples", "serving_default", {"x": [1, 2]})
        >>> specs = {"serving_default": {"x": InputSpec("int64", (None,))}}
        >>> baseline = record_baseline([request], lambda r: {"twice": 2 * r.inputs["x"]}, specs)
        >>> baseline.cases[0].outputs["twice"].tolist()
        [2, 4]
    """
    cases = tuple(case for request in requests for case in _cases(request, ask, signatures[request.signature]))
    baseline = Baseline(cases, seed)
    problems = [problem for name in baseline.signatures for problem in _unanswered(name, cases)]
    problems = problems or [*_refused_examples(cases), *_meaningless(cases)]
    if problems:
        raise SignatureError("the answers of the model in memory cannot be compared with", problems)
    return baseline


def _cases(request: Request, ask: Ask, inputs: Mapping[str, InputSpec]) -> Iterator[Case]:
    case = _ask(request, ask)
    if case.error is None:
        yield case
        return
    # Inputs that may be left out are not in every request.
    batching = Batching({name: spec for name, spec in inputs.items() if name in request.inputs})
    rows = batching.rows(request.inputs)
    if not rows:
        # Some Keras layers raise on an empty batch in Python and answer it in a graph: there is nothing to compare.
        return
    if len(rows) == 1:
        yield case
        return
    answered: list[Row] = []
    for number, row in enumerate(rows):
        [single] = batching.batches([row])
        row_case = _ask(Request(f"{request.name}, row {number}", request.signature, single), ask)
        if row_case.error is None:
            answered.append(row)
        else:
            yield row_case
    for batch in batching.batches(answered):
        yield _ask(Request(request.name, request.signature, batch), ask)


def _ask(request: Request, ask: Ask) -> Case:
    try:
        outputs = ask(request)
    except Exception as error:
        return Case(request.name, request.signature, request.inputs, None, _portable(error))
    return Case(request.name, request.signature, request.inputs, outputs)


def _portable(error: Exception) -> str:
    """Gives what may travel with an export: texts with a path would tell where the model was trained."""
    first = str(error).strip().split("\n")[0]
    name = type(error).__name__
    return name if not first or "/" in first or "\\" in first else f"{name}: {first}"[:SHOWN_ERROR]


def _refused_examples(cases: Sequence[Case]) -> Iterator[Problem]:
    """Probes may be such that a model refuses them; the user's own examples must be answered."""
    for case in cases:
        if case.error is not None and case.name.startswith(EXAMPLES):
            yield Problem(f"signatures.{case.signature}, {case.name}", f"the model in memory raises {case.error}")


def _meaningless(cases: Sequence[Case]) -> Iterator[Problem]:
    """NaN equals NaN, so a model that gives nothing else would agree with anything that does."""
    numbers: dict[tuple[str, str], list[Tensor]] = {}
    for case in cases:
        for name, value in (case.outputs or {}).items():
            if dtype_name(value) in FLOATS and value.size:
                numbers.setdefault((case.signature, name), []).append(value)
    for (signature, name), values in numbers.items():
        if all(np.isnan(value).all() for value in values):
            yield Problem(f"signatures.{signature}.outputs.{name}", "the model in memory gives nothing but NaN")


def _unanswered(signature: str, cases: Sequence[Case]) -> list[Problem]:
    mine = [case for case in cases if case.signature == signature]
    if any(case.tells for case in mine):
        return []
    where, remedy = f"signatures.{signature}", "Give examples that it answers"
    refused = [case for case in mine if case.error is not None]
    if not refused:
        return [Problem(where, f"its answers to all {len(mine)} requests hold no value", remedy)]
    why = f"it raises on all {len(refused)} requests, first {refused[0].name!r}: {refused[0].error}"
    return [Problem(where, why, remedy)]
