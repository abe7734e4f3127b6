"""Keras layers that own their vocabulary files as tracked assets, in every format.

- `string_lookup.py`, `integer_lookup.py`, `text_vectorization.py`: the layers, subclasses of Keras's own.
- `owned_vocabulary.py`: the mix-in that does the owning.
- `table.py`: tables that read a vocabulary's snapshot and are named after its digest.
- `terms.py`, `long_list.py`: from what Keras hands over to terms, and the checks on them.
- `vocabulary_record.py`, `recorded_weights.py`, `checkpoint_record.py`, `archive_file.py`: the vocabulary in
  configs, weights, checkpoints and `.keras` archives.
- `keras_internals.py`: what is leaned on beyond Keras's public API.
"""

from lexport.layers.integer_lookup import IntegerLookup
from lexport.layers.string_lookup import StringLookup
from lexport.layers.text_vectorization import TextVectorization

__all__ = ["IntegerLookup", "StringLookup", "TextVectorization"]
