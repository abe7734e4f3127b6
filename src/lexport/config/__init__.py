"""The YAML config: its schema, its loader, and its errors.

- `loader.py`: `load_config`, from a file to an `ExportConfig`, or to one error that names everything wrong.
- `json_schema.py`: `config_schema`, the same schema for editors.
- `export_config.py`: `ExportConfig`, the root; `vocabularies_config.py`: `VocabulariesConfig`, the part of it that
  `lexport vocab` needs; `vocabularies.py`, `sources.py`, `terms.py`, `subword.py`, `engine.py`,
  `model.py`, `signatures.py`, `verification.py`, `gpu_tolerance.py`, `warmup.py` and `publication.py` hold its
  sections.
- `signature_families.py`, `default_values.py`, `label_rules.py`: rules of signatures.
- `section.py`: the base of every section: all errors of a mapping at once, in the words of `messages.py`.
- `paths.py`, `names.py`, `project.py`: the types of paths, globs and names; what is relative
  starts at the project directory.
- `yaml_reader.py`, `yaml_composer.py`, `yaml_node.py` and `scalars.py`: YAML 1.2 to plain values and the
  line of each; nothing in the file is executed, and what it costs to read is bounded.
- `findings.py`: what is wrong and where, gathered into one `ConfigError`.
- `given_parts.py`: what a pipeline puts in place of parts of a config: data, vocabularies, a trained model.

A new setting is a field of its section with a description; a rule that concerns several keys goes into the
section's `rules`. Nothing here imports TensorFlow.
"""

from lexport.config.engine import EngineConfig
from lexport.config.export_config import ExportConfig
from lexport.config.gpu_tolerance import GpuToleranceConfig
from lexport.config.json_schema import config_schema
from lexport.config.loader import load_config, load_vocabularies_config
from lexport.config.model import ModelConfig
from lexport.config.publication import PublishConfig
from lexport.config.signatures import SignatureConfig, TensorConfig
from lexport.config.sources import SourceConfig
from lexport.config.terms import TermsConfig
from lexport.config.verification import VerifyConfig
from lexport.config.vocabularies import VocabularyConfig
from lexport.config.vocabularies_config import VocabulariesConfig
from lexport.config.warmup import WarmupConfig

__all__ = [
    "EngineConfig",
    "ExportConfig",
    "GpuToleranceConfig",
    "ModelConfig",
    "PublishConfig",
    "SignatureConfig",
    "SourceConfig",
    "TensorConfig",
    "TermsConfig",
    "VerifyConfig",
    "VocabulariesConfig",
    "VocabularyConfig",
    "WarmupConfig",
    "config_schema",
    "load_config",
    "load_vocabularies_config",
]
