"""Vocabularies: ordered, immutable lists of terms, identified by the sha256 of their bytes.

- `vocabulary.py`: `Vocabulary`, the object that the rest of lexport passes around.
- `file_format.py`: terms to canonical bytes and back; `arrow_terms.py` does it for millions.
- `statistics.py`: `Statistics`, what was counted for the terms, and its Parquet file; `counted_terms.py`: how a
  vocabulary shows them.
- `lint.py`: everything that a vocabulary file can get wrong, found before TensorFlow reads it.
- `checks.py`: what else a vocabulary is checked for.
- `atomic_files.py`, `writing.py`: files that appear whole or not at all.
- `sentencepiece_model.py`: `SentencePieceModel`, a trained SentencePiece model; `sentencepiece_proto.py` reads its
  bytes, `sentencepiece_checks.py` and `sentencepiece_charsmap.py` check them.
- `store.py`: the content-addressed store in which every vocabulary has a snapshot.
- `diff.py`: what changed between two vocabularies, `comparison.py`: with what was counted for them; `places.py` finds
  the terms of one in the other, `arrow_sequence.py` holds those of a large difference.

Nothing here imports TensorFlow.
"""

from lexport.vocabulary.diff import VocabularyDiff
from lexport.vocabulary.lint import LintRule, lint
from lexport.vocabulary.sentencepiece_model import SentencePieceModel
from lexport.vocabulary.statistics import Statistics
from lexport.vocabulary.store import ContentStore
from lexport.vocabulary.vocabulary import Vocabulary

__all__ = [
    "ContentStore",
    "LintRule",
    "SentencePieceModel",
    "Statistics",
    "Vocabulary",
    "VocabularyDiff",
    "lint",
]
