"""The kernel: rows in, counted terms out; the same for every engine.

- `partial_counts.py`: `partial_counts`, which picks one of the ways below; `partial_table`, its result as a table.
- `tokens.py`, `packed.py`, `lane_counts.py`, `unpack.py`: the fast way, where nothing but the terms is counted.
- `grouping.py`, `hashing.py`: bring equal terms together.
- `measured.py`, `label_totals.py`: documents, weights and labels besides.
- `row_values.py`, `row_measures.py`: the values of a column and the row of each; the label and weight of a row.
"""

from lexport.corpus.kernel.label_totals import label_totals
from lexport.corpus.kernel.partial_counts import Partial, partial_counts, partial_table

__all__ = ["Partial", "label_totals", "partial_counts", "partial_table"]
