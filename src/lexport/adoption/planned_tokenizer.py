"""`PlannedTokenizer`: the adoption of a tokenizer of keras-hub, before it is done."""

from contextlib import ExitStack
from dataclasses import dataclass

from lexport.adoption.answers import Answers
from lexport.adoption.hub_proof import tokenizer_answers
from lexport.adoption.hub_tokenizers import HubTokenizer
from lexport.adoption.take_over_tokenizer import take_over_tokenizer
from lexport.errors import Problem
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["PlannedTokenizer"]


@dataclass(frozen=True)
class PlannedTokenizer:
    """A tokenizer, and what it will own."""

    found: HubTokenizer
    content: Vocabulary | SentencePieceModel

    def answers(self) -> Answers:
        """Asks it on probes."""
        return tokenizer_answers(self.found, self.content)

    def take_over(self, undo: ExitStack) -> None:
        """Makes it own its vocabulary or model.

        Raises:
            VocabularyError: what is in memory was not made of it.
        """
        take_over_tokenizer(self.found, self.content, undo)

    def check(self) -> Problem | None:
        """Has nothing more to compare: `take_over` compares the automaton with the one in memory, byte for byte."""
        return None
