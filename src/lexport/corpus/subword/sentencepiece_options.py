"""`SentencePieceOptions`: what a SentencePiece model is trained to be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from lexport.corpus.subword.symbol_problems import symbol_problems
from lexport.errors import Problem

__all__ = ["Kind", "SentencePieceOptions"]

Kind = Literal["unigram", "bpe"]
KINDS = ("unigram", "bpe")
NORMALIZATIONS = ("nmt_nfkc", "nfkc", "nmt_nfkc_cf", "nfkc_cf", "identity")
_SPECIAL = {"pad_id": "<pad>", "unk_id": "<unk>", "bos_id": "<s>", "eos_id": "</s>"}


@dataclass(frozen=True)
class SentencePieceOptions:
    """The options of the trainer, by the names that `build_sentencepiece` has for them.

    Example:
        >>> [str(problem) for problem in SentencePieceOptions(size=2, pad_id=1).problems()]
        ['unk_id: 1 is the id of <pad>, too', 'size: must be more than the 4 reserved pieces; received 2']
    """

    size: int
    kind: Kind = "unigram"
    control: Sequence[str] = ()
    reserved: Sequence[str] = ()
    pad_id: int | None = 0
    unk_id: int = 1
    bos_id: int | None = 2
    eos_id: int | None = 3
    character_coverage: float = 0.9995
    byte_fallback: bool = False
    normalization: str = "nmt_nfkc"
    max_lines: int | None = 400_000

    @property
    def special(self) -> dict[str, int]:
        """The pieces that have an id of their own, with it."""
        ids = {piece: getattr(self, name) for name, piece in _SPECIAL.items()}
        return {piece: number for piece, number in ids.items() if number is not None}

    def problems(self) -> Iterator[Problem]:
        """Finds everything that is wrong with the options."""
        for where, choices in (("kind", KINDS), ("normalization", NORMALIZATIONS)):
            if getattr(self, where) not in choices:
                yield Problem(where, f"must be one of {', '.join(choices)}; received {getattr(self, where)!r}")
        if not 0.98 <= self.character_coverage <= 1:
            yield Problem("character_coverage", f"must be 0.98 to 1; received {self.character_coverage}")
        if self.max_lines is not None and self.max_lines < 1:
            yield Problem("max_lines", f"must be at least 1 or None; received {self.max_lines}")
        yield from symbol_problems("control", self.control)
        yield from symbol_problems("reserved", self.reserved)
        yield from self._doubles()
        yield from self._id_problems()

    def _doubles(self) -> Iterator[Problem]:
        for symbol in self.reserved:
            if symbol in self.control:
                yield Problem("reserved", f"{symbol!r} is among the control pieces, too")
        for where in ("control", "reserved"):
            for symbol in sorted(set(getattr(self, where)) & set(self.special)):
                yield Problem(where, f"{symbol!r} has an id of its own already", "Leave it out")

    def _id_problems(self) -> Iterator[Problem]:
        owners: dict[int, str] = {}
        names = [name for name in _SPECIAL if getattr(self, name) is not None or name == "unk_id"]
        for name in names:
            number, piece = getattr(self, name), _SPECIAL[name]
            if type(number) is not int or not 0 <= number < len(names):
                # Between or below them, ordinary pieces would stand.
                message = f"must be 0 to {len(names) - 1}, as {len(names)} pieces have an id; received {number!r}"
                yield Problem(name, message)
            elif number in owners:
                yield Problem(name, f"{number} is the id of {owners[number]}, too")
            else:
                owners[number] = piece
        fixed = len(self.special) + len(self.control) + len(self.reserved) + 256 * self.byte_fallback
        if self.size <= fixed:
            yield Problem("size", f"must be more than the {fixed} reserved pieces; received {self.size}")

    def trainer_arguments(self) -> dict[str, Any]:
        """Gives what `SentencePieceTrainer.train` takes; all that its result hangs on is settled."""
        numbers = {name: -1 if getattr(self, name) is None else getattr(self, name) for name in _SPECIAL}
        return {
            "vocab_size": self.size,
            "model_type": self.kind,
            "control_symbols": list(self.control),
            "user_defined_symbols": list(self.reserved),
            "character_coverage": self.character_coverage,
            "byte_fallback": self.byte_fallback,
            "normalization_rule_name": self.normalization,
            "max_sentence_length": 1 << 30,  # longer lines than this would be left out, by default than 4 KB
            "shuffle_input_sentence": False,
            "num_threads": 1,  # a unigram model is another one with every number of threads
            "minloglevel": 2,
            **numbers,
        }
