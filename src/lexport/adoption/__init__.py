"""Makes Keras's own lookup layers own their vocabulary, in the place where they stand in a model.

- `adopt.py`: the verb, for good.
- `adopted.py`: the same for as long as a `with` block lasts, which is how an export does it.
- `adopt_layers.py`: what both do, step by step.
- `stock_lookups.py`: the lookups of a model that Keras's own layers hold.
- `foreign_tokenizers.py`: layers of other libraries, which are named and not adopted.
- `table_terms.py`: the vocabulary that such a lookup has in memory.
- `asset_names.py`: a name for each vocabulary.
- `take_over.py`: the change itself, and the way back.
- `proof.py`: the answers before and after it.
- `adoption_report.py`: what was adopted.
"""

from lexport.adoption.adopt import adopt
from lexport.adoption.adopted import adopted
from lexport.adoption.adoption_report import AdoptedLayer, AdoptionReport

__all__ = ["AdoptedLayer", "AdoptionReport", "adopt", "adopted"]
