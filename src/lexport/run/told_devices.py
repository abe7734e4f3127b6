"""`told_devices`: a report that says where the export was replayed, and where the answers came from."""

from dataclasses import replace

from lexport.verify import VerificationReport

__all__ = ["told_devices"]


def told_devices(report: VerificationReport, *, requested: str, used: str, built_on: str) -> VerificationReport:
    """Puts into the facts what `auto` did, and whether a GPU gave the answers that others had to repeat.

    Args:
        report: of the replay.
        requested: `cpu`, `gpu` or `auto`.
        used: `cpu` or `gpu`.
        built_on: `cpu` or `gpu`, where the model in memory answered.

    Example:
        >>> told_devices(VerificationReport(()), requested="auto", used="cpu", built_on="gpu").facts
        {'device': 'auto: cpu alone, as TensorFlow sees no GPU', 'answers in memory from': 'gpu'}
    """
    device = requested
    if requested == "auto":
        device = "auto: cpu and gpu" if used == "gpu" else "auto: cpu alone, as TensorFlow sees no GPU"
    answers = {"answers in memory from": "gpu"} if built_on == "gpu" else {}
    return replace(report, facts={**report.facts, "device": device, **answers})
