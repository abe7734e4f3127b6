"""`build_step`: what the component `build-vocabularies` does in its container."""

from typing import Any, get_args

from lexport.config import load_vocabularies_config
from lexport.config.sources import SourceFormat
from lexport.errors import ConfigError
from lexport.integrations.export_notes import folder_notes
from lexport.integrations.kfp.data_files import data_files
from lexport.integrations.kfp.pinned_config import check_pinned
from lexport.integrations.logged_steps import LoggedSteps
from lexport.run.build_vocabulary_folder import build_vocabulary_folder

__all__ = ["build_step"]


def build_step(
    config: str, vocabularies: Any, *, data: Any = None, data_format: str = "csv", config_sha256: str = ""
) -> None:
    """Builds the vocabularies of a config into an artifact, and notes their digests.

    Args:
        config: the path of the YAML file.
        vocabularies: the artifact of KFP to write to.
        data: the artifact with the data, or None.
        data_format: of the data.
        config_sha256: of the config file; empty where any will do.

    Raises:
        LexportError: the vocabularies cannot be built; nothing is in the artifact that looks finished.
    """
    check_pinned(config, config_sha256)
    formats = get_args(SourceFormat)
    if data_format not in formats:
        raise ConfigError(f"data_format must be one of {', '.join(formats)}; received {data_format!r}")
    folder = build_vocabulary_folder(
        load_vocabularies_config(config, data_given=data is not None),
        vocabularies.path,
        files=None if data is None else data_files(data.path),
        kind=data_format,  # type: ignore[arg-type]  # looked at above
        announcer=LoggedSteps("build-vocabularies"),
    )
    vocabularies.metadata.update(folder_notes(folder))
