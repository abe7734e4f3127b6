"""`PlannedLookup`: the adoption of one of Keras's lookups, before it is done."""

from contextlib import ExitStack
from dataclasses import dataclass

from lexport.adoption.answers import Answers
from lexport.adoption.proof import answers_of, table_difference
from lexport.adoption.stock_lookups import StockLookup
from lexport.adoption.take_over import take_over
from lexport.errors import Problem
from lexport.vocabulary import Vocabulary

__all__ = ["PlannedLookup"]


@dataclass(frozen=True)
class PlannedLookup:
    """A lookup, and what it will own."""

    found: StockLookup
    content: Vocabulary

    def answers(self) -> Answers:
        """Asks it on probes."""
        return answers_of(self.found, self.content)

    def take_over(self, undo: ExitStack) -> None:
        """Makes it own its vocabulary."""
        take_over(self.found, self.content, undo)

    def check(self) -> Problem | None:
        """Compares what a server will have in memory with what is in memory here."""
        return table_difference(self.found, self.content)
