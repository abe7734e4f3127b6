"""`AssetNames`: a name for each vocabulary of a model."""

from collections.abc import Iterable
from itertools import chain, count
from typing import Generic, TypeVar

from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["AssetNames"]

Content = TypeVar("Content", Vocabulary, SentencePieceModel)


class AssetNames(Generic[Content]):
    """Names vocabularies, or SentencePiece models, so that no two share a file, and that one content is one file.

    Args:
        known: vocabularies that have their names already. One that is found again keeps its name and its statistics.

    Example:
        >>> names = AssetNames([Vocabulary.from_terms("words", ["the"])])
        >>> names.named(Vocabulary.from_terms("lookup", ["the"])).name
        'words'
        >>> names.named(Vocabulary.from_terms("words", ["of"])).name
        'words_2'
    """

    def __init__(self, known: Iterable[Content]) -> None:
        self._by_name: dict[str, Content] = {}
        self._by_content: dict[Content, Content] = {}
        for vocabulary in known:
            self._by_name.setdefault(vocabulary.name, vocabulary)
            self._by_content.setdefault(vocabulary, vocabulary)

    def named(self, vocabulary: Content) -> Content:
        """Gives a vocabulary under the name that it goes by in this model."""
        for known in (self._by_name.get(vocabulary.name), self._by_content.get(vocabulary)):
            if known == vocabulary:
                return known
        names = chain([vocabulary.name], (f"{vocabulary.name}_{number}" for number in count(2)))
        renamed = vocabulary.renamed(next(name for name in names if name not in self._by_name))
        self._by_name[renamed.name] = self._by_content[renamed] = renamed
        return renamed
