"""The command line: arguments, then one call, then an exit code.

- `app.py`: `main`, and the commands by name; one file a command: `export.py`, `verify.py`, `inspect.py`,
  `vocab_build.py`, `vocab_show.py`, `vocab_lint.py`, `vocab_diff.py`, `vocab_coverage.py`, `schema.py`.
- `vocab_files.py`, `vocab_places.py`, `vocab_pairs.py`: the vocabularies that an argument stands for; `vocab_data.py`:
  new data; `vocab_statistics.py`, `vocab_plot.py`, `vocab_out.py`: what is shown, drawn and written of them.
- `guard.py`: what every command runs under: errors become messages and exit codes; `failure.py`, `user_code.py`
  and `termination.py` are its parts.
- `document.py`: results as tables and trees; `plain_text.py` and `rich_text.py` draw them, `output.py` chooses;
  `printable.py` keeps control sequences away from the terminal, `json_text.py` writes `--json`.
- `announcers.py`, `progress_bar.py`, `measures.py`: what is told on the way.
- `quiet_tensorflow.py`, `foreign_output.py`: TensorFlow's log, and what a model factory prints.
- `inventory_tree.py`, `inventory_json.py`: a SavedModel, as `lexport inspect` shows it.

The modules of the commands import at their top only what is cheap; all else is imported by the command that
needs it, so that none waits for TensorFlow, pyarrow or pydantic without need.
"""
