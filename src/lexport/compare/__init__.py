"""What changed between two SavedModels, read as data: nothing is run, TensorFlow is not imported, nothing is trusted.

- `compare_exports.py`: `compare_exports`, from two directories to an `ExportComparison`.
- `export_comparison.py`: what it found.
- `exported_side.py`: what is read of each of the two.
- `part_changes.py`: in which functions, signatures and objects two graphs differ.
- `vocabulary_content.py`: the terms of the tables, from assets and from constants in the graph.
"""

from lexport.compare.compare_exports import compare_exports
from lexport.compare.export_comparison import ExportComparison

__all__ = ["ExportComparison", "compare_exports"]
