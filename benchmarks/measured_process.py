"""A process, and what it takes: for the benchmarks that measure commands from their start to their end."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Measured(NamedTuple):
    """What a process took: seconds by the clock, and megabytes of memory at its peak."""

    seconds: float
    megabytes: float


def measured(command: Sequence[str]) -> Measured:
    """Runs a command; one that fails ends the benchmark."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{command[:4]} failed")
    return Measured(time.perf_counter() - start, megabytes(usage))


def megabytes(usage: resource.struct_rusage) -> float:
    """Gives the peak of memory, which macOS tells in bytes and Linux in kilobytes."""
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def print_in_turns(commands: Mapping[str, Sequence[str]], rounds: int) -> None:
    """Prints a row for each command: the median, the least and the most of its seconds, and the median of memory."""
    results = [{name: measured(command) for name, command in commands.items()} for _ in range(rounds)]
    for name in commands:
        seconds = sorted(one[name].seconds for one in results)
        memory = statistics.median(one[name].megabytes for one in results)
        spread = f"({seconds[0]:.1f} to {seconds[-1]:.1f})"
        print(f"{name:22}{statistics.median(seconds):7.1f} s  {spread:16}{memory:6.0f} MB", flush=True)
