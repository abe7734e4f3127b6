"""From rows to `Counted`, within a memory limit.

- `accumulator.py`: `Accumulator`, the counts of one job, whatever the number of threads.
- `counter.py`: `Counter`, which counts for it in one thread, and can be put onto the disk; `counters.py` gives the one
  for a job: `term_counter.py` for terms alone, `table_counter.py` for terms with measures.
- `budget.py`: `Budget`, which says when a counter has to go onto the disk.
- `spill_file.py`, `partitions.py`: how it lies there, and which terms go together; `spill_error.py`,
  `spill_folder.py`.
- `sum_tables.py`, `terms_as_text.py`: adding tables of counts up; from bytes to strings.
"""

from lexport.corpus.accumulation.accumulator import Accumulator
from lexport.corpus.accumulation.budget import Budget
from lexport.corpus.accumulation.counter import Counter
from lexport.corpus.accumulation.counters import new_counter
from lexport.corpus.accumulation.spill_folder import spill_folder
from lexport.corpus.accumulation.sum_tables import sum_tables

__all__ = ["Accumulator", "Budget", "Counter", "new_counter", "spill_folder", "sum_tables"]
