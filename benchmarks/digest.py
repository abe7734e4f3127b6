"""Measures `lexport digest` on a SavedModel whose vocabulary stands in the graph, and on one with large variables.

    python benchmarks/digest.py [--megabytes 200] [--rounds 3] [--folder DIR]

The SavedModels are made by plain TensorFlow in processes of their own. Then the command runs in processes of its own;
the seconds are medians, from the start of the process to its end, and the memory is the peak of the process. For
comparison: the sha256 of every file, which is all that can be compared without knowing what a SavedModel is, and
loading the directory with `tf.saved_model.load`.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from large_models import save_inlined, save_variables
from measured_process import print_in_turns

SHA256 = """
import hashlib, pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*")):
    if path.is_file():
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256").hexdigest()
"""
LOAD = "import sys, tensorflow as tf; tf.saved_model.load(sys.argv[1])"


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200, help="of the graph, and of the variables (default: 200)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default: 3)")
    parser.add_argument("--folder", type=Path, help="where the SavedModels stand meanwhile; by default temporary")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, median (least to most) of {options.rounds} in turns")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        graph, variables = Path(folder) / "graph", Path(folder) / "variables"
        terms, rows = save_inlined(graph, options.megabytes), save_variables(variables, options.megabytes)
        told = {graph: f"{terms:,} terms in the graph", variables: f"eight variables of {rows:,} rows"}
        for directory, what in told.items():
            size = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
            print(f"{what}, {size / 1e6:.0f} MB")
            commands = {
                "lexport digest": [sys.executable, "-m", "lexport", "digest", str(directory)],
                "sha256 of the files": [sys.executable, "-c", SHA256, str(directory)],
                "tf.saved_model.load": [sys.executable, "-c", LOAD, str(directory)],
            }
            print_in_turns(commands, options.rounds)


if __name__ == "__main__":
    main()
