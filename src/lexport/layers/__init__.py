"""Keras layers that own their vocabulary files as tracked assets, in every format.

- `string_lookup.py`, `integer_lookup.py`, `text_vectorization.py`: the layers, subclasses of Keras's own.
- `wordpiece_tokenizer.py`, `bert_tokenizer.py`, `sentencepiece_tokenizer.py`, `whitespace_tokenizer.py`,
  `regex_tokenizer.py`: layers around the kernels of tensorflow-text, which `text_library.py` imports late.
- `tokenizer_layer.py`, `piece_tokenizer.py`, `word_tokenizer.py`: what these share.
- `owned_vocabulary.py`, `owned_model.py`: the mix-ins that do the owning, of terms and of SentencePiece models.
- `table.py`, `piece_lookup.py`: tables that read a vocabulary's snapshot and are named after its digest.
- `file_resource.py`, `model_buffer.py`, `sentencepiece_resource.py`: what kernels hold in memory, read from an
  `owned_file.py` when an export is loaded.
- `terms.py`, `long_list.py`: from what Keras hands over to terms, and the checks on them.
- `vocabulary_record.py`, `recorded_weights.py`, `checkpoint_record.py`, `archive_file.py`: the vocabulary in
  configs, weights, checkpoints and `.keras` archives.
- `owned_word_piece.py`, `owned_sentence_piece.py`: what adopted tokenizers of keras-hub call.
- `keras_internals.py`, `keras_hub_internals.py`: what is leaned on beyond the public API of Keras and keras-hub.
"""

from lexport.layers.bert_tokenizer import BertTokenizer
from lexport.layers.integer_lookup import IntegerLookup
from lexport.layers.regex_tokenizer import RegexTokenizer
from lexport.layers.sentencepiece_tokenizer import SentencepieceTokenizer
from lexport.layers.string_lookup import StringLookup
from lexport.layers.text_vectorization import TextVectorization
from lexport.layers.whitespace_tokenizer import WhitespaceTokenizer
from lexport.layers.wordpiece_tokenizer import WordpieceTokenizer

__all__ = [
    "BertTokenizer",
    "IntegerLookup",
    "RegexTokenizer",
    "SentencepieceTokenizer",
    "StringLookup",
    "TextVectorization",
    "WhitespaceTokenizer",
    "WordpieceTokenizer",
]
