"""Pipelines of the fruit model, and what ML Metadata knows of them."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ml_metadata.metadata_store.metadata_store import MetadataStore
from tfx import v1 as tfx
from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact
from tfx.dsl.component.experimental.decorators import component
from tfx.types.standard_artifacts import Model

from lexport.integrations.export_notes import digest_notes
from lexport.integrations.tfx import CheckedPusher, KerasExporter, KerasTrainer, Vocabularies, VocabularyBuilder
from lexport.integrations.tfx.artifact_notes import note
from lexport.publish import read_manifest, write_manifest
from lexport.run.vocabulary_folder import VocabularyFolder
from lexport.vocabulary import Vocabulary


@component
def SwapWords(vocabularies: InputArtifact[Vocabularies]) -> None:  # noqa: N802
    """Exchanges two lines of a file of the artifact, as somebody does who edits it by hand."""
    words = Path(vocabularies.uri) / "words.txt"
    first, second, *rest = words.read_text().splitlines()
    words.write_text("\n".join([second, first, *rest]) + "\n")


@component
def ForgeWords(vocabularies: InputArtifact[Vocabularies]) -> None:  # noqa: N802
    """Exchanges two lines, and writes the list of digests again."""
    folder = VocabularyFolder.read(vocabularies.uri)
    VocabularyFolder.write({**folder.load(), "words": swapped(folder)}, vocabularies.uri)


@component
def OtherWords(vocabularies: InputArtifact[Vocabularies], others: OutputArtifact[Vocabularies]) -> None:  # noqa: N802
    """Makes an artifact of its own, sound in itself."""
    folder = VocabularyFolder.read(vocabularies.uri)
    written = VocabularyFolder.write({**folder.load(), "words": swapped(folder)}, others.uri)
    note(others, digest_notes(written.digests))


@component
def SwapExported(model: InputArtifact[Model]) -> None:  # noqa: N802
    """Exchanges two lines of a vocabulary that was verified, as somebody does who edits the artifact by hand."""
    words = Path(model.uri) / "Format-Serving" / "assets" / "words.txt"
    first, second, *rest = words.read_text().splitlines()
    words.write_text("\n".join([second, first, *rest]) + "\n")


@component
def ForgeExported(model: InputArtifact[Model]) -> None:  # noqa: N802
    """Writes the manifest anew, which then fits what it stands beside."""
    export = Path(model.uri) / "Format-Serving"
    manifest = read_manifest(export)
    (export / "assets.extra" / "lexport" / "manifest.json").unlink()
    write_manifest(export, replace(manifest, canonical_digest=None))


def swapped(folder: VocabularyFolder) -> Vocabulary:
    """Gives the words with the first two exchanged."""
    first, second, *rest = folder.load()["words"].terms  # type: ignore[union-attr]
    return Vocabulary.from_terms("words", [second, first, *rest])


def examples_and_vocabularies(config: Path) -> tuple[Any, Any]:
    """The two components that every pipeline begins with."""
    examples = tfx.components.CsvExampleGen(input_base=str(config.parent / "data"))
    return examples, VocabularyBuilder(examples=examples.outputs["examples"], config=config)


def pusher(exporter: KerasExporter, root: Path) -> Any:
    """Pushes what was blessed."""
    filesystem = tfx.proto.PushDestination.Filesystem(base_directory=str(root / "pushed"))
    return CheckedPusher(
        model=exporter.outputs["model"],
        model_blessing=exporter.outputs["model_blessing"],
        infra_blessing=exporter.outputs["infra_blessing"],
        push_destination=tfx.proto.PushDestination(filesystem=filesystem),
    )


def trained(config: Path, root: Path, run_fn: str = "run_fn", breaker: Any = None) -> list[Any]:
    """A pipeline with a Trainer; with a breaker, the exporter gets the vocabularies that it makes."""
    examples, vocabularies = examples_and_vocabularies(config)
    trainer = KerasTrainer(
        examples=examples.outputs["examples"],
        vocabularies=vocabularies.outputs["vocabularies"],
        run_fn=f"tests.integrations.tfx.fruit_model.{run_fn}",
        custom_config={"epochs": 1},
    )
    between = [breaker(vocabularies=vocabularies.outputs["vocabularies"])] if breaker else []
    given = between[0].outputs["others"] if between else vocabularies.outputs["vocabularies"]
    exporter = KerasExporter(config=config, trained_model=trainer.outputs["model"], vocabularies=given)
    return [examples, vocabularies, *between, trainer, exporter, pusher(exporter, root)]


def built(config: Path, root: Path, breaker: Any = None, *, publish: bool = False) -> list[Any]:
    """A pipeline in which the config's factory builds the model; a breaker changes its input in place before."""
    examples, vocabularies = examples_and_vocabularies(config)
    exporter = KerasExporter(config=config, vocabularies=vocabularies.outputs["vocabularies"], publish=publish)
    if not breaker:
        return [examples, vocabularies, exporter, *([] if publish else [pusher(exporter, root)])]
    between = breaker(vocabularies=vocabularies.outputs["vocabularies"])
    exporter.add_upstream_node(between)
    return [examples, vocabularies, between, exporter, pusher(exporter, root)]


def broken_after(config: Path, root: Path, breaker: Any) -> list[Any]:
    """A pipeline in which something changes the export between its verification and the push."""
    *rest, exporter, push = built(config, root)
    between = breaker(model=exporter.outputs["model"])
    push.add_upstream_node(between)
    return [*rest, exporter, between, push]


def run(root: Path, components: Sequence[Any], beam: Sequence[str] = ()) -> None:
    """Runs a pipeline on this machine, with its metadata in SQLite."""
    connection = tfx.orchestration.metadata.sqlite_metadata_connection_config(str(root / "metadata.sqlite"))
    pipeline = tfx.dsl.Pipeline(
        pipeline_name="fruit",
        pipeline_root=str(root / "artifacts"),
        components=list(components),
        metadata_connection_config=connection,
        beam_pipeline_args=list(beam),
    )
    tfx.orchestration.LocalDagRunner().run(pipeline)


def noted(root: Path, kind: str, name: str = "") -> dict[str, Any]:
    """The custom properties of the newest artifact of a type, as ML Metadata keeps them."""
    connection = tfx.orchestration.metadata.sqlite_metadata_connection_config(str(root / "metadata.sqlite"))
    found = [one for one in MetadataStore(connection).get_artifacts_by_type(kind) if name in one.uri]
    values = max(found, key=lambda one: one.id).custom_properties.items()
    return {key: getattr(value, value.WhichOneof("value")) for key, value in values}


def uri(root: Path, kind: str, name: str = "") -> Path:
    """The folder of the newest artifact of a type."""
    connection = tfx.orchestration.metadata.sqlite_metadata_connection_config(str(root / "metadata.sqlite"))
    found = [one for one in MetadataStore(connection).get_artifacts_by_type(kind) if name in one.uri]
    return Path(max(found, key=lambda one: one.id).uri)


def saved_models(root: Path) -> list[Path]:
    """Everything below a pipeline's root that looks like a SavedModel."""
    return sorted(root.rglob("saved_model.pb"))


def forget(root: Path) -> None:
    """Removes all that a pipeline left."""
    shutil.rmtree(root, ignore_errors=True)
