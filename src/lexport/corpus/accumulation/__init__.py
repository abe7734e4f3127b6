"""From partial counts to `Counted`, within a memory limit.

- `accumulator.py`: `Accumulator`, which gathers the partial counts of one job, merges them and puts what is too large
  onto the disk.
- `lane_store.py`, `table_store.py`: how it does so for each kind of partial counts.
- `partitions.py`: which terms go together on the disk.
"""

from lexport.corpus.accumulation.accumulator import Accumulator

__all__ = ["Accumulator"]
