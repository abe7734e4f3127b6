"""Subword vocabularies: WordPiece and SentencePiece, from the same sources as all others.

- `build_wordpiece.py`: from data to the `Vocabulary` that tensorflow-text's own learner gives.
  `bert_words.py` with `bert_characters.py` splits text into words as `BertTokenizer` does; `wordpiece_learner.py`
  learns pieces from counted words, on `word_suffixes.py`, `word_pieces.py` and `piece_trie.py`.
- `build_sentencepiece.py`: from data to a `SentencePieceModel`, trained by the package `sentencepiece`
  (`lexport[subword]`) with `sentencepiece_options.py`.
- `source_text.py`: what they take from a source; `line_sample.py`: some of many lines.
- `symbol_problems.py`: what is wrong with reserved pieces.

Both give the same bytes for the same data, in every process and on every machine. Nothing here imports TensorFlow.
"""

from lexport.corpus.subword.build_sentencepiece import build_sentencepiece
from lexport.corpus.subword.build_wordpiece import BERT_TOKENS, build_wordpiece

__all__ = ["BERT_TOKENS", "build_sentencepiece", "build_wordpiece"]
