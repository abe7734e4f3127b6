"""Makes Keras's own lookup layers, and tokenizers of keras-hub, own their vocabulary where they stand in a model.

- `adopt.py`: the verb, for good.
- `adopted.py`: the same for as long as a `with` block lasts, which is how an export does it.
- `adopt_layers.py`: what both do, step by step.
- `stock_lookups.py`: the lookups of a model that Keras's own layers hold.
- `hub_tokenizers.py`: its tokenizers of keras-hub; `foreign_tokenizers.py`: those that are named and not adopted.
- `table_terms.py`, `hub_contents.py`: the vocabulary that such a layer has in memory.
- `asset_names.py`: a name for each vocabulary.
- `planned_lookup.py`, `planned_tokenizer.py`: an adoption before it is done.
- `take_over.py`, `take_over_tokenizer.py`: the change itself, and the way back.
- `proof.py`, `hub_proof.py`, `answers.py`: the answers before and after it.
- `adoption_report.py`: what was adopted.
"""

from lexport.adoption.adopt import adopt
from lexport.adoption.adopted import adopted
from lexport.adoption.adoption_report import AdoptedLayer, AdoptionReport

__all__ = ["AdoptedLayer", "AdoptionReport", "adopt", "adopted"]
