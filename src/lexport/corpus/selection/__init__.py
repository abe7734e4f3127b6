"""Which of the counted terms become a vocabulary, and in which order.

- `selection.py`: `Selection`, what is asked; `limits.py` and `term_groups.py` are parts of it.
- `select_terms.py`: `select_terms`, the steps in a row.
- `measures.py`: one row a term, with the measure that ranks it; `information.py` has the
  formulas of mutual information.
- `candidates.py`, `group_candidates.py`: the best terms of all tables, and of each group.
- `fixed_terms.py`: the terms that are there in any case, kept and reserved.
- `ordering.py`: the order of terms.
- `selected_vocabulary.py`: the `Vocabulary` of the chosen terms, with its statistics.
"""

from lexport.corpus.selection.select_terms import select_terms
from lexport.corpus.selection.selected_vocabulary import selected_vocabulary
from lexport.corpus.selection.selection import Selection
from lexport.corpus.selection.term_groups import TermGroups

__all__ = ["Selection", "TermGroups", "select_terms", "selected_vocabulary"]
