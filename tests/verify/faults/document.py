"""The table of faults as `docs/verification.md` has it: `python -m tests.verify.faults.document` prints it."""

import sys
from collections.abc import Iterator

from tests.verify.faults.fault import CPP, LOADERS, OBJECT_GRAPH, SESSION, Fault, Passes
from tests.verify.faults.table import FAULTS

__all__ = ["documented_faults"]

SHORT = {OBJECT_GRAPH: "the object graph", SESSION: "the session loader", CPP: "the C++ loader"}


def documented_faults() -> list[str]:
    """Gives the lines of the table."""
    head = ["| fault | static checks | loaders |", "|---|---|---|"]
    return head + [f"| {fault.name} | {_static(fault)} | {'; '.join(_loaders(fault))} |" for fault in FAULTS]


def _static(fault: Fault) -> str:
    if isinstance(fault.static, Passes):
        return f"none: {fault.static}"
    return ", ".join(f"`{name}`" for name in sorted(fault.static))


def _loaders(fault: Fault) -> Iterator[str]:
    passing = {loader: text for loader, text in fault.loaders.items() if isinstance(text, Passes)}
    finding = [loader for loader in LOADERS if loader not in passing]
    if finding:
        named = "all" if not passing else " and ".join(SHORT[loader] for loader in finding)
        yield f"{named}, in the sandbox" if fault.needs_sandbox else named
    for why in dict.fromkeys(passing.values()):
        named = "none" if not finding else f"not {' and '.join(SHORT[one] for one in passing if passing[one] == why)}"
        yield f"{named}: {why}"


if __name__ == "__main__":
    sys.stdout.write("".join(f"{line}\n" for line in documented_faults()))
