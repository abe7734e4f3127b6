"""What Kubeflow is given: components and pipelines as YAML, with all that they need in them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kfp import compiler, components, dsl

from lexport.integrations.kfp import keras_exporter, vocabulary_builder

IMAGE = "registry.example.com/fruit:3"
Factory = Callable[..., Any]


def compiled(pipeline: Any, folder: Path) -> str:
    """The YAML of a pipeline or a component."""
    compiler.Compiler().compile(pipeline, str(folder / "pipeline.yaml"))
    return (folder / "pipeline.yaml").read_text()


@pytest.mark.parametrize("factory", [vocabulary_builder, keras_exporter])
def test_a_component_runs_in_the_image_that_was_named(factory: Factory, tmp_path: Path) -> None:
    """With what is installed in it: nothing is downloaded when the task runs."""
    text = compiled(factory(base_image=IMAGE), tmp_path)
    assert f"image: {IMAGE}" in text
    assert "pip install" not in text


@pytest.mark.parametrize("factory", [vocabulary_builder, keras_exporter])
def test_packages_are_installed_from_where_they_are_wanted(factory: Factory, tmp_path: Path) -> None:
    """Those that were named, and KFP's own with them and not beside them."""
    index = "https://pypi.example.com/simple"
    component = factory(base_image=IMAGE, packages_to_install=["lexport[kfp]==0.1.0"], pip_index_urls=[index])
    text = compiled(component, tmp_path)
    assert "'lexport[kfp]==0.1.0'" in text.replace("''", "'")
    assert f"--index-url {index}" in text
    assert "kfp==" not in text


def test_components_can_be_loaded_from_their_files(tmp_path: Path) -> None:
    """By whoever composes pipelines without lexport; inputs and outputs have the names of the docs."""
    build = components.load_component_from_text(compiled(vocabulary_builder(base_image=IMAGE), tmp_path))
    export = components.load_component_from_text(compiled(keras_exporter(base_image=IMAGE), tmp_path))
    assert sorted(build.component_spec.inputs) == ["config", "config_sha256", "data", "data_format"]
    assert sorted(build.component_spec.outputs) == ["vocabularies"]
    assert sorted(export.component_spec.inputs) == [
        "config",
        "config_sha256",
        "publish",
        "trained_model",
        "vocabularies",
    ]
    assert sorted(export.component_spec.outputs) == ["model", "report"]


def test_artifacts_have_types_that_fit(tmp_path: Path) -> None:
    """Vocabularies go where they are taken, and a model is a model to whoever deploys it."""
    build, export = vocabulary_builder(base_image=IMAGE), keras_exporter(base_image=IMAGE)

    @dsl.pipeline(name="fruit")
    def fruit() -> dsl.Model:
        built = build(config="/project/fruit.yaml")
        return export(config="/project/fruit.yaml", vocabularies=built.outputs["vocabularies"]).outputs["model"]

    text = compiled(fruit, tmp_path)
    assert "schemaTitle: system.Model" in text
    assert "schemaTitle: system.Markdown" in text
