"""`ExportConfig`: everything that one export needs to know."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self

from pydantic import Field, PrivateAttr

from lexport.config.label_rules import label_rules
from lexport.config.model import ModelConfig
from lexport.config.names import FileName, SignatureName
from lexport.config.publication import PublishConfig
from lexport.config.section import BrokenRule
from lexport.config.signatures import SignatureConfig
from lexport.config.verification import VerifyConfig
from lexport.config.vocabularies_config import VocabulariesConfig
from lexport.config.warmup import WarmupConfig, warmup_rules

__all__ = ["ExportConfig"]


class ExportConfig(VocabulariesConfig):
    """Everything that one export needs to know, from its data to the place where it is published.

    `load_config` makes one from a YAML file. All paths and globs in it are absolute; they were written
    relative to `project`.
    """

    name: FileName = Field(description="The name of the export: letters, digits, '_', '-' and '.'.")
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

    _written_digest: str | None = PrivateAttr(default=None)

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[BrokenRule]:
        """Requires labels that are vocabularies, and a warm-up of signatures that there are."""
        yield from label_rules(given)
        yield from warmup_rules(given)

    def with_parts(self, **parts: Any) -> Self:
        """Gives the config with other sections, and the digest of what was written.

        Args:
            parts: checked sections by the names of their fields.
        """
        given = super().with_parts(**parts)
        given._written_digest = self.digest
        return given

    @property
    def digest(self) -> str:
        """The sha256 of the config as canonical JSON, in hexadecimal.

        Paths in that JSON are relative to the project and defaults are filled in, so the digest does not change
        with the machine, the order of the keys, comments or line breaks. A config in which a pipeline has put its own
        files in place of some keeps the digest of what was written.
        """
        if self._written_digest is not None:
            return self._written_digest
        values = self.model_dump(mode="json", context=self._origin)
        canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
