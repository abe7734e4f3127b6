"""Edits of a SavedModel on disk, without the model's code.

Nothing here runs a graph in this process. What was edited is written as a copy and proven by other processes, which
serve it and its original.

- `edited_copy.py`: the copy, with an edited graph, files left out and files added; `fingerprint.py` goes with it.
- `fed_constants.py`: paths of the training machine that loaders replace. `free_space.py`: whether copies have room.
- `repairs/`: what `lexport doctor --fix` mends.
- `replacement/`: what `lexport replace` does.
"""
