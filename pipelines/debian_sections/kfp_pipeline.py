"""The example as a Kubeflow pipeline: build-vocabularies, train-model, export-model.

Run as a program it runs on this machine, task by task, with the runner that KFP's SDK brings; with `--compile` it
writes the YAML for a cluster. The config is that of `make export`; so are the vocabularies, which is compared.
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kfp import compiler, dsl, local
from kfp.dsl import Artifact, Input, Metrics, Model, Output

from lexport.integrations.kfp import keras_exporter, vocabulary_builder
from pipelines.debian_sections.compare_vocabularies import compare_vocabularies

__all__ = ["create_pipeline", "main", "train_model"]

PROJECT = Path(__file__).parents[2]
CONFIG = PROJECT / "configs" / "debian_sections.yaml"
ROOT = PROJECT / "exports" / "debian_sections_kfp"
# The runner on this machine starts no image, and only asks that the name sounds like Python.
IMAGE = "python:3.11"


def train_model(
    vocabularies: Input[Artifact], trained: Output[Model], metrics: Output[Metrics], epochs: int = 4, seed: int = 1
) -> None:
    """Trains on the data of the project, with the vocabularies of the task before.

    Args:
        vocabularies: as build-vocabularies gives them.
        trained: gets a folder with a .keras file.
        metrics: gets the accuracy.
        epochs: how often each package is seen.
        seed: of the weights, the dropout and the order of the packages.
    """
    from pathlib import Path

    from lexport.integrations.export_notes import read_noted
    from pipelines.debian_sections.model import build

    folder = read_noted(vocabularies.path, vocabularies.metadata)
    built = build(folder.load(), epochs=epochs, seed=seed)
    Path(trained.path).mkdir(parents=True)
    built.model.save(Path(trained.path, "model.keras"))
    for name, figure in built.metrics.items():
        metrics.log_metric(name, figure)


def create_pipeline(base_image: str = IMAGE, *, config: str = str(CONFIG), config_sha256: str = "") -> Any:
    """Puts the components together.

    Args:
        base_image: with `lexport[kfp]` and this project in it.
        config: the path of the config there.
        config_sha256: what the config there must be; part of what Kubeflow's cache looks at.
    """
    build_vocabularies = vocabulary_builder(base_image=base_image)
    train = dsl.component(train_model, base_image=base_image, install_kfp_package=False)
    export_model = keras_exporter(base_image=base_image)
    pinned = {"config": config, "config_sha256": config_sha256}

    @dsl.pipeline(name="debian-sections", description="Predicts the section of a Debian package.")
    def debian_sections(epochs: int = 4) -> None:
        built = build_vocabularies(**pinned)
        trained = train(vocabularies=built.outputs["vocabularies"], epochs=epochs)
        export_model(vocabularies=built.outputs["vocabularies"], trained_model=trained.outputs["trained"], **pinned)

    return debian_sections


def main(arguments: Sequence[str] | None = None) -> int:
    """Compiles the pipeline, or runs it here and compares its vocabularies with those of `lexport export`.

    Args:
        arguments: of the command line.

    Returns:
        0, or 1 where a vocabulary is another one.
    """
    parser = argparse.ArgumentParser(description="Run the example as a Kubeflow pipeline on this machine.")
    parser.add_argument("--root", type=Path, default=ROOT, help="where the artifacts go")
    parser.add_argument("--epochs", type=int, default=4, help="how often each package is seen")
    parser.add_argument("--compile", type=Path, metavar="YAML", help="write the pipeline to this file, and run nothing")
    parser.add_argument("--image", default=IMAGE, help="with lexport[kfp] and this project in it")
    parser.add_argument("--config", default=str(CONFIG), help="the path of the config in the image")
    given = parser.parse_args(arguments)
    digest = hashlib.sha256(CONFIG.read_bytes()).hexdigest()
    pipeline = create_pipeline(given.image, config=given.config, config_sha256=digest)
    if given.compile:
        compiler.Compiler().compile(pipeline, str(given.compile))
        return 0
    return _run(pipeline, given.root.absolute(), given.epochs)


def _run(pipeline: Any, root: Path, epochs: int) -> int:
    # The tasks are processes of their own, and import this project.
    paths = [str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    local.init(runner=local.SubprocessRunner(use_venv=False), pipeline_root=str(root))
    pipeline(epochs=epochs)
    newest = max(root.glob("debian-sections-*/export-model/model/*/saved_model.pb"), key=os.path.getmtime)
    return 0 if compare_vocabularies(newest.parent, CONFIG) else 1


if __name__ == "__main__":
    sys.exit(main())
