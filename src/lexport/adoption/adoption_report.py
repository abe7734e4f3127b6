"""`AdoptionReport`: what an adoption gives back."""

from dataclasses import dataclass

from lexport.vocabulary import Vocabulary

__all__ = ["AdoptedLayer", "AdoptionReport"]


@dataclass(frozen=True)
class AdoptedLayer:
    """A layer that owns its vocabulary now.

    Attributes:
        name: the layer's name, which stayed as it was.
        kind: `"StringLookup"`, `"IntegerLookup"` or `"TextVectorization"`.
        vocabulary: what it owns; in a SavedModel it is the file `<vocabulary.name>.txt`.

    Example:
        >>> print(AdoptedLayer("words", "StringLookup", Vocabulary.from_terms("words", ["the", "of"])))
        words (StringLookup): words.txt, 2 terms
    """

    name: str
    kind: str
    vocabulary: Vocabulary

    def __str__(self) -> str:
        return f"{self.name} ({self.kind}): {self.vocabulary.name}.txt, {len(self.vocabulary):,} terms"


@dataclass(frozen=True)
class AdoptionReport:
    """The layers that were adopted, in the order in which the model holds them.

    Attributes:
        layers: one for each; none where all layers owned their vocabulary already.

    Example:
        >>> print(AdoptionReport(()))
        no layer to adopt
    """

    layers: tuple[AdoptedLayer, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.layers)) or "no layer to adopt"
