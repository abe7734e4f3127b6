"""The loaders that serve an export for verification, each in a process of its own.

Each module has one function, `serve(task) -> Answers`, which loads the export that the task names in its own way
and asks it every request. `candidate_host.py` calls it. A candidate imports nothing of lexport but the exchange and
what it needs to load, so it can only succeed through the export itself.

- `object_graph.py`: `tf.saved_model.load`, which rebuilds the model from the object graph.
- `session.py`: `tf.compat.v1.saved_model.load`, which restores a session: feeds assets, runs the init op.
- `c_api.py`: `TF_LoadSessionFromSavedModel`, the C++ loader of TensorFlow Serving, through the C API.
- `gpu_work.py`, `traced_graphs.py`: what of a signature a GPU computed.
- `lookup_observer.py`: what the C++ loader's lookups find.
- `op_libraries.py`, `errors.py`: what they share; `signature_defaults.py`: what `tf.saved_model.load` does not read.
"""

import sys
from collections.abc import Collection, Sequence
from typing import NamedTuple

from lexport.errors import VerificationError

__all__ = ["CANDIDATES", "C_API", "Candidate", "is_watcher", "required_names"]


class Candidate(NamedTuple):
    """One way in which servers load a SavedModel.

    Attributes:
        name: what reports call it.
        module: the module whose `serve` loads the export and answers.
        device: `cpu` or `gpu`, where it computes.

    Example:
        >>> Candidate("tf.saved_model.load", "", "gpu").label
        'tf.saved_model.load@gpu'
    """

    name: str
    module: str
    device: str = "cpu"

    @property
    def label(self) -> str:
        """The name, with the device where it is not the CPU: a loader may serve an export on both."""
        return self.name if self.device == "cpu" else f"{self.name}@{self.device}"


CANDIDATES = (
    Candidate("tf.saved_model.load", "lexport.verify.candidates.object_graph"),
    Candidate("tf.compat.v1.saved_model.load", "lexport.verify.candidates.session"),
    Candidate("TF_LoadSessionFromSavedModel", "lexport.verify.candidates.c_api"),
)
# Where TensorFlow's wheel is known to have all that the C++ loader takes; elsewhere it runs if it can.
ALL_REQUIRED_ON = "linux"
C_API = "TF_LoadSessionFromSavedModel"


def required_names(
    candidates: Sequence[Candidate], require: Collection[str] | None = None, *, platform: str = sys.platform
) -> frozenset[str]:
    """Gives the names of the candidates without which nothing is verified.

    Args:
        candidates: the loaders that are to run.
        require: names of some of them; by default all of them on Linux, and elsewhere all but the C++ loader.
        platform: as `sys.platform` names it.

    Raises:
        VerificationError: a required name is not that of a candidate.

    Example:
        >>> sorted(required_names(CANDIDATES, platform="darwin"))
        ['tf.compat.v1.saved_model.load', 'tf.saved_model.load']
    """
    known = list(dict.fromkeys(candidate.name for candidate in candidates))
    if require is None:
        return frozenset(name for name in known if platform == ALL_REQUIRED_ON or name != C_API)
    unknown = sorted(set(require) - set(known))
    if unknown:
        raise VerificationError(
            f"only loaders that run can be required: {', '.join(known) or 'none'}; received {', '.join(unknown)}"
        )
    return frozenset(require)


def is_watcher(candidate: Candidate) -> bool:
    """Says whether a candidate can see what its lookups find, beside its answers.

    Example:
        >>> [is_watcher(candidate) for candidate in CANDIDATES]
        [False, False, True]
    """
    return candidate.name == C_API and candidate.device == "cpu"
