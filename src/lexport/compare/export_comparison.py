"""`ExportComparison`: what changed between two SavedModels."""

from dataclasses import dataclass

from lexport.savedmodel.checkpoint import StoredTensor
from lexport.vocabulary.comparison import Comparison

__all__ = [
    "AssetChange",
    "AttributeChange",
    "ExportComparison",
    "OpChange",
    "PartChange",
    "SignatureChange",
    "VocabularyChange",
    "WeightChange",
]


@dataclass(frozen=True)
class SignatureChange:
    """A signature that is not what it was.

    Attributes:
        name: of the signature.
        old: its inputs, outputs and method in words; None where there was none.
        new: the same in the new SavedModel.
    """

    name: str
    old: tuple[str, ...] | None
    new: tuple[str, ...] | None


@dataclass(frozen=True)
class VocabularyChange:
    """A vocabulary that is not what it was.

    Attributes:
        name: the asset file, or the table that constants fill.
        old: how many terms it had; None where there was no such vocabulary.
        new: how many it has.
        terms: which were added, removed or moved; None where only one side has the vocabulary, or both under
            different names.
        new_name: what the new SavedModel calls a vocabulary that has the same bytes; None where it has the old name,
            or is not there.
    """

    name: str
    old: int | None
    new: int | None
    terms: Comparison | None
    new_name: str | None = None


@dataclass(frozen=True)
class WeightChange:
    """A variable that is not what it was.

    Attributes:
        name: of the variable.
        old: its tensor; None where there was none.
        new: the new one.
    """

    name: str
    old: StoredTensor | None
    new: StoredTensor | None


@dataclass(frozen=True)
class OpChange:
    """An op that stands in the graph more or less often than before.

    Attributes:
        op: its type.
        library: what a server needs for it; `TensorFlow` for its own, `unknown` for one that no known library has.
        old: how often it stood there.
        new: how often it does.
    """

    op: str
    library: str
    old: int
    new: int


@dataclass(frozen=True)
class AttributeChange:
    """An attribute that some nodes of an op have another value of than before.

    Attributes:
        op: the type of the nodes.
        attribute: its name; `value` of a `Const` is the constant.
        nodes: how many of them differ.
        old: the value that one of them had, in words; None where all nodes that have the attribute have it still.
        new: the value that one has now.
    """

    op: str
    attribute: str
    nodes: int
    old: str | None
    new: str | None


@dataclass(frozen=True)
class PartChange:
    """A part of the graph that is not what it was, apart from weights and the content of assets.

    Attributes:
        kind: `signature`, `function`, `object`, or `graph` for the nodes outside of functions.
        old: the name of the signature or function, or the path of the object; empty for the main graph, None where
            there was none.
        new: the same in the new SavedModel.
    """

    kind: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class AssetChange:
    """A file that a graph reads, or that none reads, and that is not what it was.

    Attributes:
        path: of the file.
        old: its sha256; None where there was none.
        new: the new one.
    """

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class ExportComparison:
    """What changed between two SavedModels.

    Attributes:
        old: the canonical digest of the first.
        new: that of the second.
        signatures: those that take, give or are called something else.
        vocabularies: those that map a term to another place.
        weights: variables with another value, shape or dtype.
        ops: how many of which op there are.
        attributes: of ops of which there are as many as before.
        assets: files that the graph reads.
        graph: whether the graphs differ, apart from weights and the content of assets.
        parts: where they differ: signatures, and functions and objects that differ by themselves.
        unnoticed: what no client notices: versions, and files that no graph reads.

    Example:
        >>> ExportComparison("0" * 64, "0" * 64).noticed, ExportComparison("0" * 64, "1" * 64, graph=True).hidden
        (False, True)
    """

    old: str
    new: str
    signatures: tuple[SignatureChange, ...] = ()
    vocabularies: tuple[VocabularyChange, ...] = ()
    weights: tuple[WeightChange, ...] = ()
    ops: tuple[OpChange, ...] = ()
    attributes: tuple[AttributeChange, ...] = ()
    assets: tuple[AssetChange, ...] = ()
    graph: bool = False
    parts: tuple[PartChange, ...] = ()
    unnoticed: tuple[AssetChange, ...] = ()

    @property
    def noticed(self) -> bool:
        """Whether a client could notice: whether the canonical digests differ."""
        return self.old != self.new

    @property
    def hidden(self) -> bool:
        """Whether the graphs differ in what nothing else here tells: which node reads from which, or the objects."""
        return self.graph and not (self.signatures or self.ops or self.attributes)
