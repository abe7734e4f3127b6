"""Vocabularies: ordered, immutable lists of terms, identified by the sha256 of their bytes.

- `vocabulary.py`: `Vocabulary`, the object that the rest of lexport passes around.
- `file_format.py`: terms to canonical bytes and back.
- `lint.py`: everything that a vocabulary file can get wrong, found before TensorFlow reads it.
- `checks.py`: what else a vocabulary is checked for.
- `sentencepiece_model.py`: `SentencePieceModel`, a trained SentencePiece model; `sentencepiece_proto.py` reads its
  bytes, `sentencepiece_checks.py` and `sentencepiece_charsmap.py` check them.
- `replace_file.py`: writes a file whole or not at all.
- `store.py`: the content-addressed store in which every vocabulary has a snapshot.
- `diff.py`: what changed between two vocabularies.

Nothing here imports TensorFlow.
"""

from lexport.vocabulary.diff import VocabularyDiff
from lexport.vocabulary.lint import LintRule, lint
from lexport.vocabulary.sentencepiece_model import SentencePieceModel
from lexport.vocabulary.store import ContentStore
from lexport.vocabulary.vocabulary import Vocabulary

__all__ = ["ContentStore", "LintRule", "SentencePieceModel", "Vocabulary", "VocabularyDiff", "lint"]
