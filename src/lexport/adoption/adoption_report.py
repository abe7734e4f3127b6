"""`AdoptionReport`: what an adoption gives back."""

from dataclasses import dataclass

from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["AdoptedLayer", "AdoptionReport"]


@dataclass(frozen=True)
class AdoptedLayer:
    """A layer that owns its vocabulary now.

    Attributes:
        name: the layer's name, which stayed as it was.
        kind: its class, such as `"StringLookup"`, or `"BertTokenizer"` of keras-hub.
        vocabulary: what it owns; in a SavedModel it is the file `<vocabulary.name>.txt`, and `<vocabulary.name>.model`
            of a SentencePiece model.

    Example:
        >>> print(AdoptedLayer("words", "StringLookup", Vocabulary.from_terms("words", ["the", "of"])))
        words (StringLookup): words.txt, 2 terms
    """

    name: str
    kind: str
    vocabulary: Vocabulary | SentencePieceModel

    def __str__(self) -> str:
        ending, what = ("txt", "terms") if isinstance(self.vocabulary, Vocabulary) else ("model", "pieces")
        return f"{self.name} ({self.kind}): {self.vocabulary.name}.{ending}, {len(self.vocabulary):,} {what}"


@dataclass(frozen=True)
class AdoptionReport:
    """The layers that were adopted: lookups, then tokenizers of keras-hub, in the order in which the model holds them.

    Attributes:
        layers: one for each; none where all layers owned their vocabulary already.

    Example:
        >>> print(AdoptionReport(()))
        no layer to adopt
    """

    layers: tuple[AdoptedLayer, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.layers)) or "no layer to adopt"
