"""`keras_exporter`: the component that gives a verified SavedModel."""

from collections.abc import Sequence
from typing import Any

from kfp import dsl
from kfp.dsl import Artifact, Input, Markdown, Model, Output

__all__ = ["export_model", "keras_exporter"]


# KFP copies the source of this function into the pipeline's YAML: it can name nothing of this module but KFP's types.
def export_model(
    config: str,
    model: Output[Model],
    report: Output[Markdown],
    vocabularies: Input[Artifact] = None,
    trained_model: Input[Model] = None,
    publish: bool = False,
    config_sha256: str = "",
) -> None:
    """Exports what a lexport config describes, verifies it in other processes, and fails where it does not hold.

    Args:
        config: the path of the YAML file in the container.
        model: gets the SavedModel, as a folder named after its version.
        report: gets what was verified, check by check, also where the verification failed.
        vocabularies: as build-vocabularies gives them, in place of those of the config.
        trained_model: a .keras file, or a folder with one, in place of the model that the config names.
        publish: whether to publish where the config says, too.
        config_sha256: the sha256 of the config file; where it is given, another file fails the task.
    """
    import os

    # TensorFlow's log quotes the bytes of requests that it refuses. They need not be UTF-8, and KFP's local runner
    # dies of a line that is not. What failed is told by the error.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from lexport.integrations.kfp.export_step import export_step

    export_step(
        config,
        model,
        report,
        vocabularies=vocabularies,
        trained_model=trained_model,
        publish=publish,
        config_sha256=config_sha256,
    )


def keras_exporter(
    *, base_image: str, packages_to_install: Sequence[str] = (), pip_index_urls: Sequence[str] = ()
) -> Any:
    """Makes the component `export-model` for an image.

    The component takes `config` (the path of the YAML file in the image), and may be given `vocabularies` (as
    `build-vocabularies` gives them), `trained_model` (a `.keras` file), `publish` and `config_sha256`. Its output
    `model` is a `Model`: a folder with one version, as TensorFlow Serving and KServe take it, with digests, version and
    the outcome of the verification in its metadata. Its output `report` is a `Markdown` with every check.

    Where the verification fails the task fails, with every finding in its log, and there is nothing in `model`.

    Example:
        ```python
        export_model = keras_exporter(base_image="registry.example.com/fruit:3")

        @dsl.pipeline
        def fruit():
            ...
            export_model(
                config="/project/configs/fruit.yaml",
                vocabularies=built.outputs["vocabularies"],
                trained_model=trained.outputs["model"],
            )
        ```

    Args:
        base_image: in which `lexport[kfp]`, the config and what it names are installed.
        packages_to_install: what pip installs first, each time the task runs, such as `lexport[kfp]==0.1.0`.
        pip_index_urls: where from; by default from PyPI.

    Returns:
        The component, to be called in a pipeline.
    """
    return dsl.component(
        export_model,
        base_image=base_image,
        packages_to_install=list(packages_to_install),
        pip_index_urls=list(pip_index_urls) or None,
        install_kfp_package=False,  # lexport[kfp] brings it
    )
