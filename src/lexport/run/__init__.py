"""The steps of an export in a row, from a config or from code, and the way back.

- `run_export.py`: `run_export`, from a config to a published version.
- `export_model.py`: `lexport.export`, the same for a model in memory.
- `rehearse.py`: everything but the publication; `verify_directory.py`: a published version once more.
- `save.py`: `lexport.save`; `load.py`, `loaded_export.py`: `lexport.load` and what it gives;
  `checked_manifest.py`: whether a directory is what its manifest says.
- `vocabularies.py`, `signatures.py`, `baseline.py`, `verified_export.py`, `manifest.py`: the steps.
- `example_rows.py`, `signature_requests.py`, `serialized_examples.py`, `warmup_requests.py`: what is asked.
- `build_vocabulary_folder.py`, `export_into.py`: the two halves of an export as steps of somebody else's pipeline;
  `vocabulary_folder.py`: the vocabularies on their way from one to the other.
- `told_devices.py`: what `auto` did; `untrusted_ops.py`: what a manifest may not allow without a sandbox.
- `plan.py`, `warmup.py`, `announcer.py`, `export_report.py`: what they are given, tell and give back.
"""
