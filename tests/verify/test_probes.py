"""Probes reach every input with every vocabulary that fits it, and can be made again from their seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.verify.input_spec import InputSpec
from lexport.verify.probe_values import EDGE_TEXTS, ProbeVocabulary
from lexport.verify.probes import JOINT_ROWS, probe_requests
from lexport.verify.request import Request
from lexport.verify.tensors import as_tensor, dtype_name

WORDS = ProbeVocabulary("words", "string", ("the", "of", "naïve"), ("[UNK]",))
YEARS = ProbeVocabulary("years", "int64", (1999, 2005))
INPUTS = {
    "text": InputSpec("string", (None,)),
    "tags": InputSpec("string", (None, 2)),
    "year": InputSpec("int32", (None,)),
    "score": InputSpec("float32", (None,)),
}


def as_plain(requests: list[Request]) -> list[tuple[str, dict[str, list[object]]]]:
    """Gives names and values as plain Python objects."""
    return [(r.name, {name: value.tolist() for name, value in r.inputs.items()}) for r in requests]


def test_every_fitting_input_is_asked_every_vocabulary() -> None:
    """Strings and edge cases at each string input, integers at each input of numbers or text, ids, and random rows."""
    requests = probe_requests("serving_default", INPUTS, [WORDS, YEARS], seed=7)
    assert [request.name for request in requests] == [
        "probes/text/words",
        "probes/text/years",
        "probes/text/edge cases",
        "probes/tags/words",
        "probes/tags/years",
        "probes/tags/edge cases",
        "probes/year/years",
        "probes/year/first ids",
        "probes/score/years",
        "random",
        "batch of 1",
        "batch of 3",
        "batch of 0",
    ]
    by_name = {request.name: request.inputs for request in requests}
    assert {b"the", "naïve".encode(), b"[UNK]"} <= set(by_name["probes/text/words"]["text"].tolist())
    assert [b"the", b"the"] in by_name["probes/tags/words"]["tags"].tolist()
    assert by_name["probes/text/edge cases"]["text"].tolist() == list(EDGE_TEXTS)
    years = by_name["probes/year/years"]["year"].tolist()
    assert {1999, 2005, 2006} <= set(years)
    assert max(years) < 2**31
    assert {b"1999", b"2005"} <= set(by_name["probes/text/years"]["text"].tolist())
    assert {1999.0, 2005.0} <= set(by_name["probes/score/years"]["score"].tolist())
    assert {-1, *range(16)} <= set(by_name["probes/year/first ids"]["year"].tolist())


def test_the_other_inputs_are_neutral_without_examples() -> None:
    """Empty strings and zeros."""
    first = probe_requests("serving_default", INPUTS, [WORDS], seed=7)[0].inputs
    assert set(first["tags"].ravel().tolist()) == {b""}
    assert set(first["year"].tolist()) == set(first["score"].tolist()) == {0}


def test_the_other_inputs_cycle_through_the_examples() -> None:
    """So what is asked is near to what is served."""
    example = {"text": as_tensor("x"), "tags": as_tensor(["a", "b"]), "score": np.float32(0.5)}
    rows = [{**example, "year": np.asarray(year, np.int32)} for year in (1, 2, 3)]
    first = probe_requests("serving_default", INPUTS, [WORDS], rows, seed=7)[0].inputs
    assert first["year"].tolist()[:4] == [1, 2, 3, 1]
    assert first["tags"].tolist()[0] == [b"a", b"b"]


def test_the_same_seed_makes_the_same_probes() -> None:
    """And another seed other random rows."""
    one, again, other = (as_plain(probe_requests("s", INPUTS, [WORDS, YEARS], seed=seed)) for seed in (1, 1, 2))
    assert one == again
    assert [name for name, _ in one] == [name for name, _ in other]
    assert dict(one)["random"] != dict(other)["random"]


def test_random_rows_draw_terms_from_the_vocabularies() -> None:
    """Not only noise, which would all be out of the vocabulary."""
    requests = probe_requests("s", INPUTS, [WORDS, YEARS], seed=3)
    [random] = [request.inputs for request in requests if request.name == "random"]
    assert len(random["text"]) == 32
    assert any(b"the" in text.split() for text in random["text"].tolist())
    assert {1999, 2005} & set(random["year"].tolist())
    assert len(set(random["score"].tolist())) > 10


@pytest.mark.parametrize("shape", [(4,), ()])
def test_probes_respect_fixed_and_missing_batch_dimensions(shape: tuple[int, ...]) -> None:
    """Chunks of the size, or a request a row; every name is there once."""
    requests = probe_requests("s", {"text": InputSpec("string", shape)}, [WORDS], seed=1)
    assert {request.inputs["text"].shape for request in requests} == {shape}
    assert len({request.name for request in requests}) == len(requests)


def test_a_signature_without_inputs_is_still_asked() -> None:
    """Once, as there is nothing to vary."""
    [request] = probe_requests("s", {}, [WORDS], seed=1)
    assert request.inputs == {}


@settings(deadline=None, max_examples=40)
@given(
    inputs=st.dictionaries(
        st.text(min_size=1, max_size=4),
        st.builds(
            InputSpec,
            st.sampled_from(["string", "int64", "int32", "uint8", "float32", "bool"]),
            st.tuples() | st.tuples(st.sampled_from([None, 3])) | st.tuples(st.none(), st.sampled_from([None, 0, 2])),
        ),
        max_size=3,
    ),
    seed=st.integers(0, 1000),
)
def test_probes_always_fit_the_signature(inputs: dict[str, InputSpec], seed: int) -> None:
    """Whatever a signature declares, each request has its dtypes and shapes."""
    for request in probe_requests("s", inputs, [WORDS, YEARS], seed=seed, random_rows=4):
        for name, spec in inputs.items():
            value = request.inputs[name]
            assert dtype_name(value) == spec.dtype
            assert len(value.shape) == len(spec.shape)
            assert all(need in (None, size) for need, size in zip(spec.shape, value.shape, strict=True))


def test_many_inputs_are_asked_every_vocabulary_at_once() -> None:
    """One after the other, two hundred of each would be a quarter of a billion values; each still gets all of them."""
    vocabularies = [ProbeVocabulary(f"v{number}", "string", (f"a{number}", f"b{number}")) for number in range(120)]
    vocabularies.append(ProbeVocabulary("years", "int64", (1999, 2005)))
    inputs = {f"text{number}": InputSpec("string", (None,)) for number in range(20)}
    inputs["year"] = InputSpec("int64", (None,))
    requests = probe_requests("serving_default", inputs, vocabularies, seed=7)
    probes = [request for request in requests if request.name.startswith("probes/")]
    assert [request.name for request in probes] == ["probes/all inputs/v0 to v92", "probes/all inputs/v93 to first ids"]
    assert all(len(request.inputs["year"]) <= JOINT_ROWS for request in probes)
    for name in inputs:
        asked = {value for request in probes for value in request.inputs[name].tolist()}
        if name == "year":
            assert asked >= {1999, 2005}
        else:
            assert asked >= {b"1999", *(text.encode() for one in vocabularies[:-1] for text in one.terms)}
