"""`plan_edits`: every place of a graph that tells a vocabulary's content, and what it has to tell of the new one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lexport.doctor.subject import Subject
from lexport.errors import Problem
from lexport.surgery.fed_constants import fed_constants
from lexport.surgery.replacement.graph_edits import AssetEdit, AttributeEdit, ConstantEdit, Edit
from lexport.surgery.replacement.new_file import NewFile
from lexport.surgery.replacement.table_names import rename_leaking_tables, rename_tables
from lexport.surgery.replacement.target import Target
from lexport.surgery.replacement.term_changes import TermChanges

__all__ = ["Replacement", "ReplacementEdits", "plan_edits"]

VOCAB_SIZE = "vocab_size"
TOLD = 12  # so many digits of a digest in the name of a file tell its content


@dataclass(frozen=True)
class Replacement:
    """A vocabulary and what replaces it.

    Attributes:
        target: the vocabulary.
        new: the new one.
        asset: the new file name below `assets/`, mostly the old one.
    """

    target: Target
    new: NewFile
    asset: str

    @cached_property
    def changes(self) -> TermChanges:
        """What becomes of each line; worked out once, as there may be millions."""
        return TermChanges(self.target.terms, self.new.terms)


@dataclass(frozen=True)
class ReplacementEdits:
    """The edits of a graph.

    Attributes:
        names: of tables and files, which change no answer, and paths that loaders replace by those of assets.
        sizes: of how many lines tables read, without which appended terms would not be read.
    """

    names: tuple[Edit, ...]
    sizes: tuple[AttributeEdit, ...]

    @property
    def all(self) -> tuple[Edit, ...]:
        """Both."""
        return (*self.names, *self.sizes)


def plan_edits(subject: Subject, replacements: Mapping[str, Replacement]) -> tuple[ReplacementEdits, list[Problem]]:
    """Plans the edits that replace vocabularies.

    Args:
        subject: the SavedModel.
        replacements: by the old file names.

    Returns:
        The edits, and why vocabularies cannot be told from others.
    """
    targets = {asset: one.target for asset, one in replacements.items()}
    names, problems = rename_tables(subject, targets, {asset: one.new.sha256 for asset, one in replacements.items()})
    names += rename_leaking_tables(subject, names)
    files = [
        AssetEdit(number, index, asset.filename, replacements[asset.filename].asset)
        for number, graph in enumerate(subject.graphs)
        for index, asset in enumerate(graph.meta_graph.asset_file_def)
        if asset.filename in replacements and replacements[asset.filename].asset != asset.filename
    ]
    sizes = [
        AttributeEdit(one.graph, one.place.function, one.place.node, VOCAB_SIZE, one.limit, len(replacement.new.terms))
        for replacement in replacements.values()
        for one in replacement.target.fillings
        if one.limit == len(replacement.target.terms) != len(replacement.new.terms)
    ]
    return ReplacementEdits((*names, *files, *_scrubbed(subject, replacements)), tuple(sizes)), problems


def _scrubbed(subject: Subject, replacements: Mapping[str, Replacement]) -> Iterator[ConstantEdit]:
    """Puts names of assets where TensorFlow 1 has the path of the training, also of those that keep their content."""
    for number, graph in enumerate(subject.graphs):
        for one in fed_constants(graph.meta_graph):
            name = replacements[one.asset].asset if one.asset in replacements else one.asset
            yield ConstantEdit(number, one.node, one.value, name.encode())


def new_asset_name(target: Target, new: NewFile) -> str:
    """Gives the name of the new file: the old one, unless it tells the content.

    Args:
        target: the vocabulary.
        new: what replaces it.
    """
    told = next((length for length in range(64, TOLD - 1, -1) if target.sha256[:length] in target.asset), 0)
    return target.asset.replace(target.sha256[:told], new.sha256[:told]) if told else target.asset
