"""`load`: a published directory, checked against its manifest before TensorFlow reads it."""

import os
from collections.abc import Collection
from pathlib import Path

from lexport.errors import AssetError, Problem
from lexport.run.checked_manifest import checked_manifest
from lexport.run.loaded_export import LoadedAsset, LoadedAssets, LoadedExport, LoadedModels, LoadedVocabularies
from lexport.run.verification_settings import tuple_of
from lexport.savedmodel import Expectations, check_inventory, read_inventory

__all__ = ["checked_manifest", "load"]


def load(
    directory: str | os.PathLike[str], *, allow_ops: Collection[str] = (), allow_strings: Collection[str] = ()
) -> LoadedExport:
    """Checks that a directory is what its manifest says, byte for byte, and loads it.

    Args:
        directory: what `lexport.export` or `lexport.save` wrote, wherever it is now.
        allow_ops: op types that may be in the graph although they do more than compute. What its manifest allows does
            not count: the graph runs in this process, without a sandbox.
        allow_strings: strings in the graph that look like absolute paths and are none.

    Returns:
        Its assets, vocabularies and signatures.

    Raises:
        AssetError: it has no manifest, or files are missing, changed, or not in the manifest; or the graph reads
            files that are not its own. All are named, and TensorFlow has not read any of them. Or TensorFlow cannot
            load it, such as where the library of an op was not imported.

    Example:
        >>> import tempfile, tensorflow as tf, lexport
        >>> path = lexport.save(tf.Module(), tempfile.mkdtemp() + "/model")
        >>> len(load(path).assets)
        0
    """
    root = Path(directory).absolute()
    manifest = checked_manifest(root)
    _check_graph(root, Expectations(allowed_ops=tuple_of(allow_ops), allowed_strings=tuple_of(allow_strings)))
    # Imported only once the directory is known to be what was written.
    import tensorflow as tf

    assets = [LoadedAsset(name, root / file, manifest.files[file].sha256) for name, file in manifest.assets.items()]
    try:
        loaded = tf.saved_model.load(str(root))
    except Exception as error:
        raise AssetError(f"TensorFlow {tf.__version__} cannot load {root}: {type(error).__name__}: {error}") from error
    vocabularies, models = LoadedVocabularies(root, manifest), LoadedModels(root, manifest)
    return LoadedExport(root, manifest, LoadedAssets(assets), vocabularies, models, loaded)


def _check_graph(directory: Path, expectations: Expectations) -> None:
    """Whoever can write a graph can write its manifest, too."""
    findings = check_inventory(read_inventory(directory), expectations)
    problems = [Problem(finding.check, finding.detail) for finding in findings if not finding.passed]
    if problems:
        raise AssetError(
            f"{directory} is not self-contained, so TensorFlow was not given it. What is meant can be named in "
            "lexport.load(..., allow_ops=[...], allow_strings=[...])",
            problems,
        )
