"""The example as a TFX pipeline: CsvExampleGen, VocabularyBuilder, KerasTrainer, KerasExporter, CheckedPusher.

`make tfx-pipeline` runs it on this machine, with its metadata in SQLite. The config is that of `make export`; so are
the vocabularies, which is compared at the end.
"""

import argparse
import gzip
import logging
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import absl.logging
from tfx import v1 as tfx

from lexport.integrations.tfx import CheckedPusher, KerasExporter, KerasTrainer, VocabularyBuilder
from pipelines.debian_sections.compare_vocabularies import compare_vocabularies
from pipelines.debian_sections.data import DATA

__all__ = ["create_pipeline", "main", "unpack_table"]

PROJECT = Path(__file__).parents[2]
CONFIG = PROJECT / "configs" / "debian_sections.yaml"
ROOT = PROJECT / "exports" / "debian_sections_tfx"


def unpack_table(folder: Path, table: Path = DATA) -> Path:
    """Unpacks the table, whose header CsvExampleGen reads without looking for a compression.

    Args:
        folder: where to.
        table: as the repository holds it.

    Returns:
        The folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.open(table) as packed, (folder / table.name.removesuffix(".gz")).open("wb") as unpacked:
        shutil.copyfileobj(packed, unpacked)
    return folder


def create_pipeline(root: Path, data: Path, *, config: Path = CONFIG, epochs: int = 4) -> tfx.dsl.Pipeline:
    """Puts the components together.

    Args:
        root: where the artifacts, their metadata and the pushed versions go.
        data: the directory with the unpacked table.
        config: of the export.
        epochs: how often each package is seen.
    """
    buckets = tfx.proto.SplitConfig.Split
    split = tfx.proto.SplitConfig(splits=[buckets(name="train", hash_buckets=9), buckets(name="eval", hash_buckets=1)])
    examples = tfx.components.CsvExampleGen(input_base=str(data), output_config=tfx.proto.Output(split_config=split))
    vocabularies = VocabularyBuilder(examples=examples.outputs["examples"], config=config)
    trainer = KerasTrainer(
        examples=examples.outputs["examples"],
        vocabularies=vocabularies.outputs["vocabularies"],
        run_fn="pipelines.debian_sections.tfx_training.run_fn",
        custom_config={"epochs": epochs, "seed": 1},
    )
    exporter = KerasExporter(
        config=config,
        trained_model=trainer.outputs["model"],
        vocabularies=vocabularies.outputs["vocabularies"],
    )
    pusher = CheckedPusher(
        model=exporter.outputs["model"],
        infra_blessing=exporter.outputs["infra_blessing"],
        push_destination=tfx.proto.PushDestination(
            filesystem=tfx.proto.PushDestination.Filesystem(base_directory=str(root / "pushed"))
        ),
    )
    return tfx.dsl.Pipeline(
        pipeline_name="debian_sections",
        pipeline_root=str(root / "artifacts"),
        components=[examples, vocabularies, trainer, exporter, pusher],
        metadata_connection_config=tfx.orchestration.metadata.sqlite_metadata_connection_config(
            str(root / "metadata.sqlite")
        ),
        beam_pipeline_args=["--direct_running_mode=multi_processing", "--direct_num_workers=2"],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the pipeline, verifies what was pushed, and compares its vocabularies with those of `lexport export`.

    Args:
        arguments: of the command line.

    Returns:
        0, or 1 where a vocabulary is another one.
    """
    parser = argparse.ArgumentParser(description="Run the example as a TFX pipeline on this machine.")
    parser.add_argument("--root", type=Path, default=ROOT, help="where artifacts, metadata and versions go")
    parser.add_argument("--epochs", type=int, default=4, help="how often each package is seen")
    given = parser.parse_args(arguments)
    root = given.root.absolute()
    _show_steps()
    with tempfile.TemporaryDirectory() as folder:
        pipeline = create_pipeline(root, unpack_table(Path(folder)), epochs=given.epochs)
        tfx.orchestration.LocalDagRunner().run(pipeline)
    pushed = max((root / "pushed").iterdir(), key=lambda version: int(version.name))
    return 0 if compare_vocabularies(pushed, CONFIG) else 1


def _show_steps() -> None:
    """Shows the steps of lexport's components, and of the others only what they warn of."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger("lexport")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    absl.logging.set_verbosity(absl.logging.WARNING)


if __name__ == "__main__":
    sys.exit(main())
