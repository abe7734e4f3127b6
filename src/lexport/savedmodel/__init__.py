"""A SavedModel on disk as data: never runs a graph, never imports TensorFlow, trusts nothing in the directory.

- `inventory.py`: `read_inventory`, the whole of it; `signature.py`, `assets.py`, `tables.py`, `file_reads.py`,
  `path_mentions.py` and `sizes.py` are its parts.
- `digest/`: one canonical digest; `checkpoint.py`, `checkpoint_objects.py`: the tensors of the variables.
- `checks/`: findings from an inventory, such as a vocabulary that is no asset or a path that leaks.
- `stored_terms.py`: the vocabularies with their ids; `term_ends.py`: their first and last terms alone.
- `dataflow.py`, `objects.py`, `graph.py`, `ops.py`: where a value in the graph comes from.
- `table_watch.py`: who looks up in which table, and how to see what is found: `lookups.py`, `served_values.py`,
  `lookup_watch.py`, `watched_function.py`.
- `saved_model_file.py`, `collected_assets.py`, `tree.py`: from the directory to its messages and files.
- `prediction_log.py`: the message of a warm-up request.
"""

from lexport.savedmodel.assets import Asset
from lexport.savedmodel.checks import Expectations, ExpectedSignature, StaticFinding, check_inventory
from lexport.savedmodel.file_reads import FileRead
from lexport.savedmodel.inventory import Inventory, read_inventory
from lexport.savedmodel.path_mentions import PathMention
from lexport.savedmodel.signature import Signature, TensorSpec
from lexport.savedmodel.sizes import Sizes
from lexport.savedmodel.tables import ContentKind, Table, TableContent

__all__ = [
    "Asset",
    "ContentKind",
    "Expectations",
    "ExpectedSignature",
    "FileRead",
    "Inventory",
    "PathMention",
    "Signature",
    "Sizes",
    "StaticFinding",
    "Table",
    "TableContent",
    "TensorSpec",
    "check_inventory",
    "read_inventory",
]
