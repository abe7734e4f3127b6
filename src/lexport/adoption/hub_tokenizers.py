"""`HubTokenizer`: a tokenizer of keras-hub in a model."""

from dataclasses import dataclass
from typing import Any

from lexport.errors import Problem
from lexport.layers.keras_hub_internals import hub_kernel, hub_kind
from lexport.layers.owned_sentence_piece import OwnedSentencePiece
from lexport.layers.owned_word_piece import OwnedWordPiece
from lexport.serving.owned_assets import descendants

__all__ = ["HubTokenizer", "hub_tokenizers"]

ADOPTED = ("WordPieceTokenizer", "SentencePieceTokenizer")


@dataclass(frozen=True)
class HubTokenizer:
    """A `WordPieceTokenizer` or `SentencePieceTokenizer` of keras-hub, or of a class below.

    Attributes:
        layer: the tokenizer.
        kind: which of the two it is.
    """

    layer: Any
    kind: str

    @property
    def where(self) -> str:
        """How errors name it."""
        return f"layer {self.layer.name!r}"

    @property
    def file(self) -> None:
        """It does not keep the path of the file that its vocabulary came from."""
        return

    def obstacle(self) -> Problem | None:
        """Says why it cannot be adopted, whatever its vocabulary holds."""
        if hub_kernel(self.layer) is not None:
            return None
        remedy = "Give it one when it is made" if self.kind == "WordPieceTokenizer" else "Give it a proto"
        return Problem(self.where, "has no vocabulary", remedy)


def hub_tokenizers(root: Any) -> list[HubTokenizer]:
    """Finds the tokenizers of keras-hub below a model that do not own their vocabulary, each once."""
    return [
        HubTokenizer(layer, kind)
        for layer in descendants(root)
        if (kind := hub_kind(layer)) in ADOPTED
        and not isinstance(hub_kernel(layer), OwnedWordPiece | OwnedSentencePiece)
    ]
