"""The doctor: what is wrong with a SavedModel or a `.keras` file, whoever made it, without running it.

- `examine.py`: `examine`, the whole of it; `report.py`: `DoctorReport`, what it gives; `finding.py`: one thing.
- `codes.toml`, `codes.py`: every code with severity, title, reason and remedy; docs/doctor.md is its catalogue.
- `vocabulary_sources.py` (LX101 to 105), `embeddings.py` (106, 107), `vocabulary_use.py`: the vocabularies of a graph.
- `asset_files.py` (LX201 to 207), `checkpoint.py` (208, 701): the files of the directory.
- `vocabulary_content.py`, `inlined_content.py` (LX301 to 313): what TensorFlow would read otherwise.
- `session_state.py` (LX401 to 404): what a loader does not have when it needs it.
- `machine.py`, `string_nodes.py` (LX501 to 504): paths, devices, compilers.
- `op_uses.py` (LX601 to 607): ops that do more than compute.
- `extras.py` (LX702 to 706): signatures, warm-up, manifest, fingerprint.
- `keras_layers.py` (LX801 to 806), `stored_vocabulary.py`: `.keras` files.

A new finding is an entry of `codes.toml`, a function in one of these files, a section of docs/doctor.md, and a test
that sees it. Nothing here imports TensorFlow.
"""

from lexport.doctor.codes import Code, codes
from lexport.doctor.examine import examine
from lexport.doctor.finding import Finding
from lexport.doctor.report import DoctorReport

__all__ = ["Code", "DoctorReport", "Finding", "codes", "examine"]
