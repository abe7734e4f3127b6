"""`ModelFile`: a SentencePiece model as a file, where a `VocabularyFile` has terms."""

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lexport.cli.vocab_files import VocabularyFile
from lexport.errors import VocabularyError

if TYPE_CHECKING:
    from lexport.vocabulary import Statistics

__all__ = ["ModelFile"]


@dataclass(frozen=True)
class ModelFile(VocabularyFile):
    """A `.model` file as it is; its pieces stand where a vocabulary has terms, their number where it has a line."""

    @cached_property
    def pieces(self) -> list[str]:
        """The pieces by id.

        Raises:
            VocabularyError: the bytes cannot be read as a model.
        """
        from lexport.vocabulary.sentencepiece_checks import parse_model

        try:
            message: Any = parse_model(self.data)
        except ValueError as error:
            raise VocabularyError(f"{self.path} is no SentencePiece model: {error}") from error
        # Of a field that is not UTF-8, protobuf gives the bytes.
        texts = (piece.piece for piece in message.pieces)
        return [text if isinstance(text, str) else text.decode(errors="backslashreplace") for text in texts]

    @property
    def lines(self) -> int:
        """How many pieces."""
        return len(self.pieces)

    @property
    def canonical(self) -> bytes:
        """The bytes as they are."""
        return self.data

    def first(self, count: int) -> list[tuple[int, str]]:
        """The first pieces, each with its number, counted from 1."""
        return list(islice(enumerate(self.pieces, start=1), count))

    def last(self, count: int) -> list[tuple[int, str]]:
        """The last pieces, each with its number."""
        start = self.lines - min(count, self.lines)
        return list(enumerate(self.pieces[start:], start=start + 1))

    def statistics(self, path: Path) -> "Statistics":
        """Refuses them: nothing is counted for pieces.

        Raises:
            VocabularyError: always.
        """
        raise VocabularyError(f"{self.path} is a SentencePiece model, which has no statistics; received {path}")
