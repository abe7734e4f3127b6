"""`Vocabularies`: what `VocabularyBuilder` makes."""

from tfx.types.artifact import Artifact

__all__ = ["Vocabularies"]


class Vocabularies(Artifact):
    """The vocabularies of a config, as `lexport.run.vocabulary_folder.VocabularyFolder` writes them.

    File structure: `{uri}/NAME.txt` (or `NAME.model`), `{uri}/NAME.statistics.parquet`, `{uri}/vocabularies.json`.
    Custom properties: `sha256:NAME` for each, which `KerasTrainer` and `KerasExporter` require of the files.
    """

    TYPE_NAME = "Vocabularies"
