"""`VocabulariesConfig`: vocabularies, and who counts them; all that `lexport vocab` needs of a config."""

from pathlib import Path
from typing import Any, Self

from pydantic import Field, PrivateAttr

from lexport.config.engine import EngineConfig
from lexport.config.names import FileName
from lexport.config.project import Origin
from lexport.config.section import Section
from lexport.config.vocabularies import VocabularyConfig
from lexport.errors import ConfigError

__all__ = ["VocabulariesConfig"]


class VocabulariesConfig(Section):
    """Vocabularies, and who counts them.

    `load_vocabularies_config` makes one from a YAML file that has nothing else.

    Example:
        >>> config = VocabulariesConfig(name="words", engine={"kind": "local", "memory_limit": "512MiB"})
        >>> config.vocabularies, config.engine.memory_limit >> 20
        ({}, 512)
    """

    name: FileName | None = Field(default=None, description="What the vocabularies are for.")
    vocabularies: dict[FileName, VocabularyConfig] = Field(
        default_factory=dict,
        description="The vocabularies by name; each becomes the asset file <name>.txt, or <name>.model.",
        json_schema_extra={"additionalProperties": False},
    )
    engine: EngineConfig = Field(
        default_factory=EngineConfig, description="Who counts the terms of the vocabularies, and where."
    )

    _origin: Origin = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        """Remembers where the config comes from, as the validation context says."""
        self._origin = context if isinstance(context, Origin) else Origin(Path.cwd())

    def with_parts(self, **parts: Any) -> Self:
        """Gives the config with other sections.

        Args:
            parts: checked sections by the names of their fields.

        Example:
            >>> VocabulariesConfig().with_parts(engine=EngineConfig(workers=2)).engine.workers
            2
        """
        return self.model_copy(update=parts)

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
