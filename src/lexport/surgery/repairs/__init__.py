"""What `lexport doctor --fix` does: a copy of a SavedModel without what can be mended for certain.

- `repair.py`: `repair`, the whole of it; `edit.py`: what the copy will differ in.
- `table_files.py`: vocabularies in the graph become assets; `inlined_tables.py` says what each file has to hold,
  `asset_argument.py` changes what the function that fills the table takes, `unused_nodes.py` removes the constants.
- `ignored_files.py`, `leaked_paths.py`, `shared_storage.py`: files, names, and what lies in `variables/` twice.
- `spare_variables.py`, `unrestored_variables.py`: what a session loader restores; `restoring.py` tells and changes it.
- `proof.py`, `same_terms.py`: the copy answers as its original.
"""

from lexport.surgery.repairs.edit import LeftAlone, Repair
from lexport.surgery.repairs.repair import RepairReport, repair

__all__ = ["LeftAlone", "Repair", "RepairReport", "repair"]
