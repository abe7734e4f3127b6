"""`vocabulary_builder`: the component that builds the vocabularies of a config."""

from collections.abc import Sequence
from typing import Any

from kfp import dsl
from kfp.dsl import Artifact, Input, Output

__all__ = ["build_vocabularies", "vocabulary_builder"]


# KFP copies the source of this function into the pipeline's YAML: it can name nothing of this module but KFP's types.
def build_vocabularies(
    config: str,
    vocabularies: Output[Artifact],
    data: Input[Artifact] = None,
    data_format: str = "csv",
    config_sha256: str = "",
) -> None:
    """Builds the vocabularies of a lexport config.

    Args:
        config: the path of the YAML file in the container.
        vocabularies: gets their files, with the digest of each in the metadata.
        data: the file or folder to count in place of the files that the config names.
        data_format: of that data: csv, tsv, jsonl, text, parquet, arrow or tfrecord.
        config_sha256: the sha256 of the config file; where it is given, another file fails the task.
    """
    from lexport.integrations.kfp.build_step import build_step

    build_step(config, vocabularies, data=data, data_format=data_format, config_sha256=config_sha256)


def vocabulary_builder(
    *, base_image: str, packages_to_install: Sequence[str] = (), pip_index_urls: Sequence[str] = ()
) -> Any:
    """Makes the component `build-vocabularies` for an image.

    The component takes `config` (the path of the YAML file in the image), and may be given `data` (an artifact to count
    in place of the files that the config names; columns and all other settings hold), `data_format` and
    `config_sha256`. Its output `vocabularies` is an `Artifact` with one file a vocabulary and the digest of each in its
    metadata, as `sha256:NAME`.

    Example:
        ```python
        build_vocabularies = vocabulary_builder(base_image="registry.example.com/fruit:3")

        @dsl.pipeline
        def fruit():
            built = build_vocabularies(config="/project/configs/fruit.yaml")
            train(vocabularies=built.outputs["vocabularies"])
        ```

    Args:
        base_image: in which `lexport[kfp]`, the config and what it names are installed.
        packages_to_install: what pip installs first, each time the task runs, such as `lexport[kfp]==0.1.0`.
        pip_index_urls: where from; by default from PyPI.

    Returns:
        The component, to be called in a pipeline.
    """
    return dsl.component(
        build_vocabularies,
        base_image=base_image,
        packages_to_install=list(packages_to_install),
        pip_index_urls=list(pip_index_urls) or None,
        install_kfp_package=False,  # lexport[kfp] brings it
    )
