"""`ExportConfig`: everything that one export needs to know."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr

from lexport.config.engine import EngineConfig
from lexport.config.label_rules import label_rules
from lexport.config.model import ModelConfig
from lexport.config.names import FileName, SignatureName
from lexport.config.project import Origin
from lexport.config.publication import PublishConfig
from lexport.config.section import BrokenRule, Section
from lexport.config.signatures import SignatureConfig
from lexport.config.verification import VerifyConfig
from lexport.config.vocabularies import VocabularyConfig
from lexport.config.warmup import WarmupConfig, warmup_rules
from lexport.errors import ConfigError

__all__ = ["ExportConfig"]


class ExportConfig(Section):
    """Everything that one export needs to know, from its data to the place where it is published.

    `load_config` makes one from a YAML file. All paths and globs in it are absolute; they were written
    relative to `project`.
    """

    name: FileName = Field(description="The name of the export: letters, digits, '_', '-' and '.'.")
    vocabularies: dict[FileName, VocabularyConfig] = Field(
        default_factory=dict,
        description="The vocabularies by name; each becomes the asset file <name>.txt.",
        json_schema_extra={"additionalProperties": False},
    )
    engine: EngineConfig = Field(
        default_factory=EngineConfig, description="Who counts the terms of the vocabularies, and where."
    )
    model: ModelConfig = Field(description="Where the model comes from.")
    signatures: dict[SignatureName, SignatureConfig] = Field(
        min_length=1, description="What the export serves, by signature name; serving_default is the usual one."
    )
    verify: VerifyConfig = Field(
        default_factory=VerifyConfig, description="How the export is compared with the model in memory."
    )
    device: Literal["cpu", "gpu", "auto"] = Field(
        default="cpu",
        description="Where the model is built and the export is served for verification; on a GPU it is served on the "
        "CPU as well. gpu is an error where there is none; auto takes a GPU where there is one.",
    )
    warmup: WarmupConfig | None = Field(
        default=None, description="Requests with which TensorFlow Serving warms up; left out, none are written."
    )
    publish: PublishConfig = Field(description="Where the export is published once it is verified.")

    _origin: Origin = PrivateAttr()

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[BrokenRule]:
        """Requires labels that are vocabularies, and a warm-up of signatures that there are."""
        yield from label_rules(given)
        yield from warmup_rules(given)

    def model_post_init(self, context: Any, /) -> None:
        """Remembers where the config comes from, as the validation context says."""
        self._origin = context if isinstance(context, Origin) else Origin(Path.cwd())

    @property
    def file(self) -> Path:
        """The YAML file, absolute.

        Raises:
            ConfigError: the config was made in code.
        """
        if self._origin.file is None:
            raise ConfigError("a config that was made in code has no file")
        return self._origin.file

    @property
    def project(self) -> Path:
        """The project directory, absolute: where relative paths of the config start."""
        return self._origin.project

    @property
    def digest(self) -> str:
        """The sha256 of the config as canonical JSON, in hexadecimal.

        Paths in that JSON are relative to the project and defaults are filled in, so the digest does not change
        with the machine, the order of the keys, comments or line breaks.
        """
        values = self.model_dump(mode="json", context=self._origin)
        canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
