"""lexport exports Keras models whose preprocessing layers own their vocabulary files.

The names below are loaded when they are first used, so that `import lexport` costs nothing and what needs no
TensorFlow does not import it:

- `Vocabulary`: ordered terms with an identity;
- `TransformOutput(directory)`: the vocabularies that tensorflow_transform wrote;
- `export(model, directory)`: save, verify in another process, publish;
- `adopt(model)`: Keras's own lookup layers become owners of their vocabulary, where they stand;
- `warm_start(new_model, old_model)`, `remap_embedding(old, new, matrix)`: what was learned for a term stays with it;
- `save(obj, directory, assets_dir=...)`: any object, with a folder of files as real assets;
- `load(directory)`: a published directory, checked against its manifest;
- `FileAsset(path)`: a file that SavedModels and checkpoints carry;
- `ExamplesSignature`, `PreprocessSignature`, `ClassifySignature`, `FunctionSignature`: other ways to serve a model;
- `Warmup`: requests that a server makes before it serves;
- `Signature`, `BuiltModel`, `ExportReport`, `LoadedExport`, `AdoptionReport`: what these take and give;
- `lexport.layers`: `StringLookup`, `IntegerLookup` and `TextVectorization` that own their vocabulary;
- `lexport.errors`: everything that is raised on purpose.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lexport.errors import LexportError

if TYPE_CHECKING:
    from lexport.adoption import AdoptionReport, adopt
    from lexport.run.export_model import export
    from lexport.run.export_report import ExportReport
    from lexport.run.load import load
    from lexport.run.loaded_export import LoadedExport
    from lexport.run.save import save
    from lexport.run.warmup import Warmup
    from lexport.serving.built_model import BuiltModel
    from lexport.serving.families import (
        ClassifySignature,
        ExamplesSignature,
        FunctionSignature,
        PreprocessSignature,
    )
    from lexport.serving.file_asset import FileAsset
    from lexport.serving.signature import Signature
    from lexport.transform import TransformOutput
    from lexport.vocabulary import Vocabulary
    from lexport.warmstart import WarmStartReport, remap_embedding, warm_start

__all__ = [
    "AdoptionReport",
    "BuiltModel",
    "ClassifySignature",
    "ExamplesSignature",
    "ExportReport",
    "FileAsset",
    "FunctionSignature",
    "LexportError",
    "LoadedExport",
    "PreprocessSignature",
    "Signature",
    "TransformOutput",
    "Vocabulary",
    "WarmStartReport",
    "Warmup",
    "adopt",
    "export",
    "load",
    "remap_embedding",
    "save",
    "warm_start",
]

_MODULES = {
    "AdoptionReport": "lexport.adoption",
    "BuiltModel": "lexport.serving.built_model",
    "ClassifySignature": "lexport.serving.families",
    "ExamplesSignature": "lexport.serving.families",
    "ExportReport": "lexport.run.export_report",
    "FileAsset": "lexport.serving.file_asset",
    "FunctionSignature": "lexport.serving.families",
    "LoadedExport": "lexport.run.loaded_export",
    "PreprocessSignature": "lexport.serving.families",
    "Signature": "lexport.serving.signature",
    "TransformOutput": "lexport.transform",
    "Vocabulary": "lexport.vocabulary",
    "WarmStartReport": "lexport.warmstart",
    "Warmup": "lexport.run.warmup",
    "adopt": "lexport.adoption",
    "export": "lexport.run.export_model",
    "load": "lexport.run.load",
    "remap_embedding": "lexport.warmstart",
    "save": "lexport.run.save",
    "warm_start": "lexport.warmstart",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'lexport' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
