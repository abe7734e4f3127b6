"""Verification: other processes serve the export, and must give the answers of the model in memory.

- `verify.py`: `verify_export`, the whole of it: static checks, then replay.
- `examples.py`, `probes.py`, `batch_sizes.py`: what to ask: the user's rows, rows made from the vocabularies, and
  batches of several sizes. `given_file.py` reads a file that the user named.
- `recording.py`, `baseline.py`: what the live model answered.
- `candidate_pool.py`: `CandidatePool`, all loaders side by side; `replay.py` for a single one.
- `candidate_process.py`, `candidate_host.py`, `sandbox/`: a process that has only the export, from both its ends.
- `candidates/`, `c_api/`: the loaders, and TensorFlow's C API, which one of them needs.
- `devices.py`, `device_choice.py`, `visible_gpus.py`, `device_environment.py`: CPU or GPU, and what counts as either.
- `judge.py`, `compare.py`: whether their answers are the live model's.
- `tables_reached.py`, `table_names.py`: whether the requests reached every lookup table; `observation.py`,
  `watch_exchange.py`: what goes to the candidate that sees it, and what comes back.
- `warmup.py`, `warmup_file.py`, `tensor_proto.py`: the warm-up requests of TensorFlow Serving.
- `report.py`: `VerificationReport`.
- `tensors.py`, `exchange.py`: the files in between.

It judges only the artefact and knows nothing of lexport's layers or of its export. TensorFlow is imported by the
candidates alone. Names are loaded on first use, so that a candidate's process imports next to nothing of this.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lexport.verify.baseline import Baseline, Case
    from lexport.verify.candidate_pool import CandidatePool
    from lexport.verify.examples import example_requests, read_examples
    from lexport.verify.input_spec import InputSpec
    from lexport.verify.probe_values import ProbeVocabulary
    from lexport.verify.probes import probe_requests
    from lexport.verify.recording import record_baseline
    from lexport.verify.report import CheckResult, VerificationReport
    from lexport.verify.request import Request
    from lexport.verify.verify import verify_export

__all__ = [
    "Baseline",
    "CandidatePool",
    "Case",
    "CheckResult",
    "InputSpec",
    "ProbeVocabulary",
    "Request",
    "VerificationReport",
    "example_requests",
    "probe_requests",
    "read_examples",
    "record_baseline",
    "verify_export",
]

MODULES = {
    "Baseline": "baseline",
    "CandidatePool": "candidate_pool",
    "Case": "baseline",
    "CheckResult": "report",
    "InputSpec": "input_spec",
    "ProbeVocabulary": "probe_values",
    "Request": "request",
    "VerificationReport": "report",
    "example_requests": "examples",
    "probe_requests": "probes",
    "read_examples": "examples",
    "record_baseline": "recording",
    "verify_export": "verify",
}


def __getattr__(name: str) -> Any:
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{MODULES[name]}"), name)
