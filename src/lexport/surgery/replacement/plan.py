"""`plan_replacement`: what is replaced by what, with everything that stands in the way told at once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lexport.doctor.subject import Subject, read_subject
from lexport.errors import Problem, VocabularyError
from lexport.publish import MANIFEST, Manifest
from lexport.run.checked_manifest import checked_manifest
from lexport.savedmodel.assets import ASSETS
from lexport.savedmodel.collected_assets import COLLECTION
from lexport.surgery.replacement.edits import Replacement, ReplacementEdits, new_asset_name, plan_edits
from lexport.surgery.replacement.new_file import read_new_file
from lexport.surgery.replacement.old_terms import copy_problems, find_old_terms
from lexport.surgery.replacement.room import room_for
from lexport.surgery.replacement.size_rules import size_problems
from lexport.surgery.replacement.target import find_assets, read_target

__all__ = ["ReplacementPlan", "plan_replacement"]


@dataclass(frozen=True)
class ReplacementPlan:
    """What is to be done to a SavedModel.

    Attributes:
        directory: the SavedModel.
        subject: what was read of it.
        manifest: that of an export of lexport; None for any other SavedModel.
        replacements: by the names that the user gave; the same one for names of one file.
        edits: of the graph.
    """

    directory: Path
    subject: Subject
    manifest: Manifest | None
    replacements: Mapping[str, Replacement]
    edits: ReplacementEdits

    @property
    def files(self) -> dict[str, Replacement]:
        """The replacements by the old names of their files below `assets/`, each once."""
        return {one.target.asset: one for one in self.replacements.values()}


def plan_replacement(
    directory: Path, vocabularies: Sequence[tuple[str, Path]], *, allow_moved: bool = False
) -> ReplacementPlan:
    """Reads a SavedModel and the new vocabularies; runs no graph, writes nothing.

    Args:
        directory: any SavedModel; an export is compared with its manifest. Nothing in it is trusted.
        vocabularies: names, each with the file of its new terms.
        allow_moved: whether terms may have another id than in training.

    Raises:
        AssetError: it is no SavedModel, or not what its manifest says.
        VocabularyError: a vocabulary cannot be replaced by its file; everything that is wrong is named.
    """
    manifest = checked_manifest(directory) if (directory / MANIFEST).exists() else None
    subject = read_subject(directory)
    problems = [*_several(subject), *_repeated(vocabularies)]
    found = find_assets(subject, manifest, list(dict(vocabularies)))
    problems += [one for one in found.values() if isinstance(one, Problem)]
    assets = {name: asset for name, asset in found.items() if isinstance(asset, str)}
    problems += _unnamed(manifest, assets)
    replacements: dict[str, Replacement] = {}
    for name, path in dict(vocabularies).items():
        made = _replacement(subject, manifest, name, assets[name], path, allow_moved) if name in assets else []
        if isinstance(made, Replacement):
            replacements[name] = made
        else:
            problems += made
    problems += _unlike(replacements)
    plan = ReplacementPlan(directory, subject, manifest, replacements, ReplacementEdits((), ()))
    edits, shared = plan_edits(subject, plan.files) if not problems else (plan.edits, [])
    if problems or shared:
        raise VocabularyError(f"vocabularies of {directory} cannot be replaced", [*problems, *shared])
    return ReplacementPlan(directory, subject, manifest, replacements, edits)


def _replacement(
    subject: Subject, manifest: Manifest | None, name: str, asset: str, path: Path, allow_moved: bool
) -> Replacement | list[Problem]:
    target = read_target(subject, manifest, name, asset)
    if isinstance(target, list):
        return target
    new = read_new_file(subject, target, path)
    if isinstance(new, list):
        return new
    if new.sha256 == target.sha256:
        return [Problem(name, f"{path} holds what is there already, so there is nothing to replace")]
    made = Replacement(target, new, asset)
    problems = list(size_problems(str(path), made.changes, room_for(subject, target), allow_moved=allow_moved))
    problems += copy_problems(name, find_old_terms(subject, made))
    if problems:
        return problems
    # Those of TensorFlow 1 tell the name of the file in a second place, which is left as it is.
    named_twice = any(COLLECTION in graph.meta_graph.collection_def for graph in subject.graphs)
    file = asset if named_twice else new_asset_name(target, new)
    if file != asset and subject.has(f"{ASSETS}/{file}"):
        return [Problem(name, f"its file would be called {file!r}, after its content, and that name is taken")]
    return made if file == asset else replace(made, asset=file)


def _several(subject: Subject) -> Iterator[Problem]:
    """Tells a SavedModel of several meta graphs, of which loaders serve one, so that the others could not be proven."""
    tags = [", ".join(graph.meta_graph.meta_info_def.tags) for graph in subject.graphs]
    if len(tags) > 1:
        told = " and ".join(f"({one})" for one in tags)
        message = f"must have one meta graph, which every loader serves; received {len(tags)}, of the tags {told}"
        yield Problem(str(subject.directory), message, "Save the one that is served by itself")


def _repeated(vocabularies: Sequence[tuple[str, Path]]) -> Iterator[Problem]:
    for name, times in Counter(name for name, _ in vocabularies).items():
        if times > 1:
            yield Problem(name, f"must be given once; received {times} files")


def _unnamed(manifest: Manifest | None, assets: Mapping[str, str]) -> Iterator[Problem]:
    """Tells vocabularies that would be replaced without having been named."""
    entries = manifest.vocabularies.items() if manifest else ()
    for name, asset in assets.items():
        sharing = [other for other, entry in entries if entry.asset == f"{ASSETS}/{asset}"]
        missing = [other for other in sharing if other not in assets]
        if missing and len(sharing) > 1:
            told = " and ".join(map(repr, missing))
            yield Problem(name, f"its file {asset!r} is that of {told} as well", "Name all, with the same new file")


def _unlike(replacements: Mapping[str, Replacement]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name, one in replacements.items():
        other = first.setdefault(one.target.asset, name)
        if replacements[other].new.data != one.new.data:
            message = f"its file {one.target.asset!r} is that of {other!r} as well, and the new files differ"
            yield Problem(name, message, "Give both the same new file")
