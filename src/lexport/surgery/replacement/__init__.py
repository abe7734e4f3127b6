"""Other vocabularies in a SavedModel: what `lexport replace` does.

- `replace_vocabularies.py`: `replace_vocabularies`, from a SavedModel to a published version of it.
- `plan.py`: what is replaced by what, with everything that stands in the way. `target.py`, `table_filling.py` and
  `derived_content.py` find the vocabulary, `new_file.py` and `special_tokens.py` read the new one, `term_changes.py`
  and `size_rules.py` compare both, `room.py`, `id_flow.py`, `id_obstacles.py` say whether a graph has room for more.
- `edits.py`, `table_names.py`, `graph_edits.py`: the places of the graph that tell the content, and nothing else.
- `copies.py`, `manifest.py`: what is written.
- `requests.py`, `serialized_terms.py`, `untouched_terms.py`: what other processes are asked; `proof.py`,
  `kept_answers.py`, `exchanged_answers.py`: what they must answer.
- `report.py`: what it gives back.
"""
