"""Where vocabularies come from: from data to a `Vocabulary`.

One straight line, with a file for each step:

- `source.py`: `Source`, the files and the column; `local_files.py` and `remote_files.py` find them, `formats.py` says
  what each is, and `source_file.py` has what a reader needs. `splits.py` cuts a file into parts.
- `readers/`: one module a format; each turns a file into `Rows` (`rows.py`).
- `text_terms.py`: `TextTerms`, from values to terms: `standardization.py`, `splitting.py`, `ngrams.py`;
  `integer_terms.py` for text that holds integers.
- `count_job.py`: `CountJob`, what is counted for a vocabulary; `counted.py`: `Counted`, what came of it.
- `kernel/`: counts in some rows; `accumulation/`: puts such counts together, within a memory limit.
- `engines/`: who counts, and where.
- `increments.py`: the full counts as a file, to be added to later; `add_counts.py` adds them up in memory.
- `selection/`: which terms become the vocabulary, and in which order.
- `definition.py`: `VocabularyDefinition`; `build_vocabularies.py`, `build_vocabulary.py`: the steps in a row.
- `coverage.py`: `coverage`, how much of new data a vocabulary covers; `coverage_report.py` is what it gives.
  `term_lookup.py` finds terms, `known_terms.py` the rows that hold any.
- `count_histogram.py`: how many terms were counted how often; `plots/` draws it.
- `subword/`: vocabularies of pieces of words, WordPiece and SentencePiece.

The result is what the `adapt()` of the Keras layers learns: same terms, same order, same counts. Nothing here
imports TensorFlow.
"""

from lexport.corpus.build_vocabularies import build_vocabularies
from lexport.corpus.build_vocabulary import build_vocabulary
from lexport.corpus.coverage import coverage
from lexport.corpus.coverage_report import CoverageReport
from lexport.corpus.definition import VocabularyDefinition
from lexport.corpus.engines import BeamEngine, Engine, LocalEngine, SparkEngine
from lexport.corpus.formats import Format
from lexport.corpus.progress import Progress
from lexport.corpus.selection import Selection, TermGroups
from lexport.corpus.source import Source
from lexport.corpus.splitting import Pattern
from lexport.corpus.standardization import Replacement
from lexport.corpus.text_terms import TextTerms

__all__ = [
    "BeamEngine",
    "CoverageReport",
    "Engine",
    "Format",
    "LocalEngine",
    "Pattern",
    "Progress",
    "Replacement",
    "Selection",
    "Source",
    "SparkEngine",
    "TermGroups",
    "TextTerms",
    "VocabularyDefinition",
    "build_vocabularies",
    "build_vocabulary",
    "coverage",
]
