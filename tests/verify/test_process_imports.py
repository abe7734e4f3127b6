"""What is imported where: TensorFlow by the candidates alone, and of lexport next to nothing by them."""

import json
import subprocess
import sys

import pytest


def imported(statement: str) -> set[str]:
    """Gives the modules of a fresh interpreter after a statement."""
    code = f"import json, sys\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    finished = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(json.loads(finished.stdout))


def test_the_verifier_does_not_import_tensorflow() -> None:
    """Importing TensorFlow takes seconds, and only candidates need it."""
    modules = imported("from lexport.verify import *; import lexport.verify.replay")
    assert "lexport.verify.verify" in modules
    assert not {"tensorflow", "keras"} & modules


EXCHANGE = {
    "lexport",
    "lexport.errors",
    "lexport.verify",
    "lexport.verify.candidates",
    "lexport.verify.candidates.dense_tensors",
    "lexport.verify.candidates.errors",
    "lexport.verify.candidates.gpu_work",
    "lexport.verify.candidates.op_libraries",
    "lexport.verify.exchange",
    "lexport.verify.observation",
    "lexport.verify.request",
    "lexport.verify.tensors",
    "lexport.verify.watch_exchange",
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("candidate", "own"),
    [
        ("object_graph", {"python_tensorflow", "signature_defaults", "traced_graphs"}),
        ("session", {"python_tensorflow", "signature_names"}),
    ],
)
def test_a_candidate_imports_nothing_that_could_help_it(candidate: str, own: set[str]) -> None:
    """No layers, no export, no comparison: it succeeds through the export or not at all."""
    modules = imported(f"import lexport.verify.candidates.{candidate}")
    expected = EXCHANGE | {f"lexport.verify.candidates.{name}" for name in own | {candidate}}
    assert {name for name in modules if name.partition(".")[0] == "lexport"} == expected
    assert "tensorflow_text" not in modules


@pytest.mark.slow
def test_a_candidate_has_neither_jax_nor_matplotlib() -> None:
    """Where they are installed, TensorFlow imports them: an export that needs JAX must not pass."""
    modules = imported("import lexport.verify.candidate_host as host; host.leave_out_companions(); import tensorflow")
    assert "tensorflow" in modules
    assert not {name for name in modules if name.startswith(("jax.", "jaxlib", "matplotlib."))}


def test_the_c_candidate_never_imports_tensorflow() -> None:
    """It has the library and the protos; nothing of Python's TensorFlow, and nothing that could help it."""
    modules = imported("import lexport.verify.candidates.c_api as c\nassert c.LIBRARY is not None")
    assert not {"tensorflow", "keras", "tensorflow_text"} & modules
    mine = {name for name in modules if name.startswith("lexport.")} - EXCHANGE
    assert {name.split(".")[1] for name in mine} == {"savedmodel", "tfformats", "verify"}
    assert {name.split(".")[2] for name in mine if name.startswith("lexport.verify.")} == {"c_api", "candidates"}


def test_the_host_of_a_candidate_imports_nothing_that_starts_threads() -> None:
    """The sandbox binds only threads that start after it."""
    modules = imported("import lexport.verify.candidate_host")
    assert not {"numpy", "tensorflow"} & modules
