"""Where vocabularies come from: from data to a `Vocabulary`.

One straight line, with a file for each step:

- `source.py`: `Source`, the files and the column; `formats.py` says what each file is.
- `readers/`: one module a format; each turns an open file into Arrow batches of values.
- `text_terms.py`: `TextTerms`, from values to terms.
- `local_engine.py`: counts the terms of all batches on this machine. Another engine takes its place here.
- `term_counts.py`: the (term, count) table that an engine fills.
- `integer_terms.py`: text that holds integers.
- `selection.py`: which terms become the vocabulary, and in which order.
- `build_vocabulary.py`: the steps in a row.
- `subword/`: vocabularies of pieces of words, WordPiece and SentencePiece.

The result is what the `adapt()` of the Keras layers learns: same terms, same order, same counts. Nothing here
imports TensorFlow.
"""

from lexport.corpus.build_vocabulary import build_vocabulary
from lexport.corpus.formats import Format
from lexport.corpus.progress import Progress
from lexport.corpus.source import Source
from lexport.corpus.text_terms import TextTerms

__all__ = ["Format", "Progress", "Source", "TextTerms", "build_vocabulary"]
