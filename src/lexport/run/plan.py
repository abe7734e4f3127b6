"""`ExportPlan`: what to export, besides the model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lexport.config import ExportConfig
from lexport.run.signatures import signatures_of_config
from lexport.run.verification_settings import VerificationSettings
from lexport.run.warmup import Warmup
from lexport.serving.backends.backend import backend_ops
from lexport.serving.export_vocabularies import label_vocabularies
from lexport.serving.signature import Signature
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["ExportPlan"]

PROBE_SEED = 20_260_101


@dataclass(frozen=True)
class ExportPlan:
    """What to export, how to verify it and where to publish it.

    Attributes:
        name: the export's name, in the manifest.
        directory: holds the published versions.
        signatures: by name.
        examples: JSON lines to verify with, beside the probes; or None.
        examples_from_code: whether they were rows in code; errors then name no file.
        vocabularies: those of the config; layers of the model own them, or they are labels of signatures.
        rtol: relative tolerance of floats.
        atol: absolute tolerance of floats.
        device: `"cpu"` or `"gpu"`, where the candidates run beside the CPU.
        requested_device: what was asked for, `"auto"` among others; the report tells it.
        version: the version to publish, or None for the next one.
        config_digest: the sha256 of the config, or None.
        seed: of the random probes.
        project: the project directory, which the graph must not mention; or None.
        hermetic: whether the candidates forbid themselves everything but the export.
        warmup: the requests with which a server warms up; None for none.
        settings: what the export is allowed beside the tolerances.

    Example:
        >>> ExportPlan("words", Path("exports/words"), {}).device
        'cpu'
    """

    name: str
    directory: Path
    signatures: Mapping[str, Signature]
    examples: Path | None = None
    vocabularies: Mapping[str, Vocabulary | SentencePieceModel] = field(default_factory=dict)
    rtol: float = 1e-5
    atol: float = 1e-6
    device: str = "cpu"
    requested_device: str = "cpu"
    version: int | None = None
    config_digest: str | None = None
    seed: int = PROBE_SEED
    project: Path | None = None
    hermetic: bool = True
    warmup: Warmup | None = None
    settings: VerificationSettings = field(default_factory=VerificationSettings)
    examples_from_code: bool = False

    @classmethod
    def of_config(
        cls, config: ExportConfig, vocabularies: Mapping[str, Vocabulary | SentencePieceModel], device: str
    ) -> "ExportPlan":
        """Takes the plan from a config.

        Raises:
            SignatureError: signatures contradict themselves; all are named.
            ConfigError: the function of a signature cannot be imported.
        """
        warmup = config.warmup
        settings = VerificationSettings.of_config(config.verify, device)
        return cls(
            config.name,
            config.publish.directory,
            signatures_of_config(config, vocabularies),
            examples=config.verify.examples,
            vocabularies=vocabularies,
            rtol=config.verify.rtol,
            atol=config.verify.atol,
            device=device,
            requested_device=config.device,
            version=config.publish.version,
            config_digest=config.digest,
            project=config.project,
            hermetic=config.verify.hermetic,
            warmup=Warmup(warmup.rows, tuple(warmup.signatures or ())) if warmup else None,
            settings=settings.allowing(backend_ops()),
        )

    @property
    def vocabularies_of_layers(self) -> Mapping[str, Vocabulary | SentencePieceModel]:
        """Those that the model's layers must own: all but the labels of signatures."""
        labels = [labels.name for labels in label_vocabularies(self.signatures).values()]
        return {name: vocabulary for name, vocabulary in self.vocabularies.items() if name not in labels}

    @property
    def vocabularies_of_terms(self) -> list[Vocabulary]:
        """Those that layers of Keras's own may have: all but SentencePiece models."""
        return [one for one in self.vocabularies.values() if isinstance(one, Vocabulary)]
