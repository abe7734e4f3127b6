"""From a model to the next one with another vocabulary: what was learned for a term stays with the term.

- `remap_embedding.py`: `remap_embedding`, one matrix whose rows are ids.
- `warm_start.py`: `warm_start`, a whole model; `layer_pairs.py` says which of its layers are the same,
  `learned_ids.py` which vocabulary embeddings and output layers have (`lookup_weights.py`, `read_classes.py`),
  `vocabulary_changes.py` which one changed unseen, `weight_changes.py` what becomes of each weight.
- `ids.py`: `Ids`, what the ids of a lookup stand for; `new_rows.py`: where each row comes from.
- `warm_start_report.py`: `WarmStartReport`, what was carried over.
"""

from lexport.warmstart.remap_embedding import remap_embedding
from lexport.warmstart.warm_start import warm_start
from lexport.warmstart.warm_start_report import WarmStartedWeight, WarmStartReport

__all__ = ["WarmStartReport", "WarmStartedWeight", "remap_embedding", "warm_start"]
