"""The kernel: rows in, counted terms out; the same for every engine.

- `count_terms.py`: `count_terms`, where nothing but the terms is counted; `byte_maps.py`.
- `term_table.py`: `TermTable`, into which it counts; `native_library.py` loads what `src/native` is compiled to.
- `measured.py`, `label_totals.py`: documents, weights and labels besides.
- `row_values.py`, `row_measures.py`: the values of a column and the row of each; the label and weight of a row.
- `grouping.py`: brings equal terms of tables together.
"""

from lexport.corpus.kernel.count_terms import count_terms
from lexport.corpus.kernel.label_totals import label_totals
from lexport.corpus.kernel.measured import measured_counts
from lexport.corpus.kernel.term_table import TermTable

__all__ = ["TermTable", "count_terms", "label_totals", "measured_counts"]
