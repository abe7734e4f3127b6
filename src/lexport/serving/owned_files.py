"""The files that layers own beside vocabularies: SentencePiece models, automata of wordpieces."""

from collections.abc import Iterable, Mapping
from typing import Any

from lexport.errors import Problem, VocabularyError
from lexport.layers.file_resource import FileResource
from lexport.layers.sentencepiece_resource import SentencepieceResource

__all__ = ["model_names", "owned_files"]


def owned_files(resources: Iterable[Any]) -> dict[str, FileResource]:
    """Gives what is filled from a file of its own, by the file's name.

    Args:
        resources: tables and other resources that signatures read.

    Raises:
        VocabularyError: two different files have one name: in a SavedModel they would have to share it.
    """
    found: dict[str, FileResource] = {}
    problems = []
    for resource in resources:
        if isinstance(resource, FileResource):
            file, other = resource.file, found.setdefault(resource.file.name, resource).file
            if file.digest != other.digest:
                message = f"has sha256 {file.digest} in one layer, and {other.digest} in another"
                problems.append(Problem(file.name, message, "Give the layers models of different names"))
    if problems:
        raise VocabularyError("the files of the layers cannot be exported", problems)
    return found


def model_names(files: Mapping[str, FileResource]) -> dict[str, str]:
    """Gives the names of the SentencePiece models among the files of layers, by the names of their files."""
    models = (name for name, one in files.items() if isinstance(one, SentencepieceResource))
    return {name: name.removesuffix(".model") for name in models}
