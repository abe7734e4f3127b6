"""Measures `lexport doctor` on a SavedModel whose vocabulary stands in the graph.

    python benchmarks/doctor.py [--megabytes 200] [--rounds 3] [--folder DIR]

The SavedModel is made by plain TensorFlow in a process of its own: a table from a list of terms, as every Keras layer
has it after `adapt()` or a reload. Then the command runs in processes of its own; the seconds are medians, from the
start of the process to its end, and the memory is the peak of the process. For comparison: importing TensorFlow, and
loading the same directory with `tf.saved_model.load`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from large_models import save_inlined
from measured_process import print_in_turns

IMPORT = "import tensorflow"
LOAD = "import sys, tensorflow as tf; tf.saved_model.load(sys.argv[1])"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200, help="of saved_model.pb (default: 200)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default: 3)")
    parser.add_argument("--folder", type=Path, help="where the SavedModel stands meanwhile; by default temporary")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        directory = Path(folder) / "model"
        count = save_inlined(directory, options.megabytes)
        size = (directory / "saved_model.pb").stat().st_size / 1e6
        machine = f"{os.cpu_count()} cores, median (least to most) of {options.rounds} in turns"
        print(f"{count:,} terms, saved_model.pb of {size:.0f} MB, {machine}")
        doctor = [sys.executable, "-m", "lexport", "doctor", str(directory), "--json"]
        commands = {
            "lexport doctor": doctor,
            "import tensorflow": [sys.executable, "-c", IMPORT],
            "tf.saved_model.load": [sys.executable, "-c", LOAD, str(directory)],
        }
        print_in_turns(commands, options.rounds)
        told = json.loads(subprocess.run(doctor, capture_output=True, check=False).stdout)
        print("; ".join(f"{one['code']}: {one['message']}" for one in told["findings"]))


if __name__ == "__main__":
    main()
