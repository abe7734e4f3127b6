"""On which devices an export is replayed, and how closely the answers of each are compared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lexport.errors import DeviceError
from lexport.verify.candidates import Candidate
from lexport.verify.candidates.gpu_work import GPU_FACT, work_fact
from lexport.verify.judge import Replay, replay_check_name
from lexport.verify.report import CheckResult

__all__ = ["DEVICES", "GPU_TOLERANCE", "Tolerance", "Tolerances", "checked_device", "on_devices", "where_it_ran"]

DEVICES = ("cpu", "gpu", "auto")
NO_GPU = "the process saw no GPU, or its loader does not say so, and answered on the CPU"
IDLE = "the GPU had nothing of this signature to compute, which answered on the CPU"


@dataclass(frozen=True)
class Tolerance:
    """How closely floats are compared: `|a - b| <= atol + rtol * |b|`, `b` from the baseline.

    Attributes:
        rtol: relative, at least 0.
        atol: absolute, at least 0.
    """

    rtol: float
    atol: float


GPU_TOLERANCE = Tolerance(1e-4, 1e-5)


@dataclass(frozen=True)
class Tolerances:
    """How closely floats are compared, by where they were calculated.

    Attributes:
        cpu: where both sides were calculated on a CPU.
        gpu: where a GPU calculated one side or both.
        built_on: `cpu` or `gpu`, where the live model calculated the baseline.

    Example:
        >>> tolerances = Tolerances(Tolerance(1e-5, 1e-6), built_on="gpu")
        >>> tolerances.of(Candidate("tf.saved_model.load", "", "cpu"))
        Tolerance(rtol=0.0001, atol=1e-05)
    """

    cpu: Tolerance
    gpu: Tolerance = GPU_TOLERANCE
    built_on: str = "cpu"

    def of(self, candidate: Candidate) -> Tolerance:
        """Gives the tolerance for the answers of a candidate."""
        return self.gpu if "gpu" in (candidate.device, self.built_on) else self.cpu


def checked_device(device: str) -> str:
    """Gives back what is one of `cpu`, `gpu` and `auto`.

    Raises:
        DeviceError: it is something else.

    Example:
        >>> checked_device("auto")
        'auto'
    """
    if device not in DEVICES:
        raise DeviceError(f"device must be cpu, gpu or auto; received {device!r}")
    return device


def on_devices(candidates: Sequence[Candidate], device: str) -> tuple[Candidate, ...]:
    """Gives the candidates on each device: on the CPU always, since that is where most exports are served.

    Args:
        candidates: the loaders.
        device: `cpu`, `gpu` or `auto`.

    Raises:
        DeviceError: there is no such device.

    Example:
        >>> [candidate.label for candidate in on_devices([Candidate("a", ""), Candidate("b", "")], "gpu")]
        ['a', 'b', 'a@gpu', 'b@gpu']
    """
    devices = ("cpu",) if checked_device(device) == "cpu" else ("cpu", "gpu")
    return tuple(candidate._replace(device=place) for place in devices for candidate in candidates)


def where_it_ran(candidate: Candidate, result: Replay, device: str) -> Replay:
    """Lets no check pass on a GPU that did not compute there, and leaves out what `auto` need not have run.

    A process that fell back to the CPU would answer, too. So a candidate on a GPU has to say that it has one, and
    what of each signature was computed there. A signature of which a GPU can compute nothing, such as one that only
    looks up terms, is not to blame: its check counts neither as passed nor as failed.

    Args:
        candidate: who answered.
        result: what came of it.
        device: what was asked for: `cpu`, `gpu` or `auto`.
    """
    if candidate.device == "cpu":
        return result
    if GPU_FACT in result.facts:
        worked = {fact.removeprefix(work_fact("")) for fact in result.facts if fact.startswith(work_fact(""))}
        on_gpu = {replay_check_name(candidate, signature) for signature in worked}
        checks = [check if check.name in on_gpu else _idle(check) for check in result.checks]
        return replace(result, checks=tuple(checks))
    # What failed, such as a process that crashed before it could say anything, stays failed.
    checks = [replace(check, passed=None, detail=NO_GPU) if check.passed else check for check in result.checks]
    if device == "auto" and all(check.passed is None for check in checks):
        return Replay(())
    return replace(result, checks=tuple(checks))


def _idle(check: CheckResult) -> CheckResult:
    return replace(check, passed=None, detail=f"{IDLE}: {check.detail}", required=False) if check.passed else check
