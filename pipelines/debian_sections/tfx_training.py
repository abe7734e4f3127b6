"""`run_fn`: what the Trainer of the TFX pipeline calls."""

import json
from pathlib import Path
from typing import Any

from pipelines.debian_sections.model import train
from pipelines.debian_sections.packages_of_examples import packages_of_examples

__all__ = ["run_fn"]


def run_fn(fn_args: Any) -> None:
    """Trains on the split `train`, measures on the split `eval`, and saves the model as a `.keras` file.

    Args:
        fn_args: of TFX's Trainer, with the vocabularies that `KerasTrainer` adds.
    """
    training = packages_of_examples(fn_args.train_files)
    held_out = packages_of_examples(fn_args.eval_files)
    built = train(fn_args.vocabularies, training, held_out, **fn_args.custom_config)
    saved = Path(fn_args.serving_model_dir) / "model.keras"
    saved.parent.mkdir(parents=True)
    built.model.save(saved)
    run = Path(fn_args.model_run_dir)
    run.mkdir(parents=True, exist_ok=True)
    (run / "metrics.json").write_text(json.dumps(dict(built.metrics), indent=1) + "\n", encoding="utf-8")
