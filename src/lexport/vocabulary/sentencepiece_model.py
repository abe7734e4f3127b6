"""`SentencePieceModel`: a trained SentencePiece model with an identity."""

import hashlib
import os
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from lexport.errors import VocabularyError
from lexport.vocabulary.atomic_files import atomic_files
from lexport.vocabulary.checks import check_digest, check_name, summary
from lexport.vocabulary.file_format import read_file
from lexport.vocabulary.sentencepiece_checks import check_model, parse_model
from lexport.vocabulary.store import ContentStore

__all__ = ["SentencePieceModel"]

STORE = "sentencepiece"
_KINDS = {1: "unigram", 2: "bpe", 3: "word", 4: "char"}


class SentencePieceModel:
    """The bytes of a `.model` file: pieces, scores and the normalisation that belongs to them; immutable.

    When it is made, the bytes are checked and a snapshot is put into the content-addressed store; from then on the
    source may be edited or deleted. Make one with `from_file` or `from_bytes`, or with
    `lexport.corpus.subword.build_sentencepiece`. Neither this nor the tokenizers of tensorflow-text need the
    `sentencepiece` package.

    Attributes:
        name: what the asset file is called, without `.model`.
        data: the bytes.
        digest: their sha256, in hexadecimal.
        path: the snapshot in the store.
        dtype: `"sentencepiece"`, where a `Vocabulary` has that of its terms.
        statistics: None; nothing is counted for pieces.

    Example:
        >>> from lexport.vocabulary.sentencepiece_proto import model_proto
        >>> message = model_proto()()
        >>> for text, kind in [("<unk>", 2), ("▁the", 1)]:
        ...     _ = message.pieces.add(piece=text, type=kind)
        >>> model = SentencePieceModel.from_bytes("pieces", message.SerializeToString())
        >>> model.pieces, len(model), model.unk_id
        (('<unk>', '▁the'), 2, 0)
    """

    name: str
    data: bytes
    digest: str
    path: Path
    dtype: Literal["sentencepiece"] = "sentencepiece"
    statistics: None = None

    def __init__(self, name: str, data: bytes) -> None:
        """Takes bytes that have passed the checks; use one of the `from_` methods instead."""
        self.name = name
        self.data = data
        self.digest = hashlib.sha256(data).hexdigest()
        self._store = ContentStore(STORE)
        self.path = self.ensure_stored()

    @classmethod
    def from_file(cls, name: str, path: str | os.PathLike[str], *, digest: str | None = None) -> "SentencePieceModel":
        """Reads a `.model` file, such as `spm_train` or `build_sentencepiece` has written.

        Args:
            name: letters, digits, `_`, `-` and `.`; the asset file is called `<name>.model`.
            path: the file.
            digest: the sha256 that it must have.

        Raises:
            VocabularyError: the file is missing, is not the expected one, or is no sound model; everything that is
                wrong with it is named.
        """
        check_name(name)
        return cls.from_bytes(name, read_file(name, path), digest=digest, source=os.fspath(path))

    @classmethod
    def from_bytes(
        cls, name: str, data: bytes, *, digest: str | None = None, source: str | None = None
    ) -> "SentencePieceModel":
        """Makes a model from the bytes of a `.model` file.

        Takes the arguments of `from_file`, and `source`, which errors name.

        Raises:
            VocabularyError: the bytes are not those of `digest`, or no sound model.
        """
        check_name(name)
        where = source or f"SentencePiece model {name!r}"
        received = hashlib.sha256(data).hexdigest()
        if digest is not None and digest.lower() != received:
            raise VocabularyError(
                f"{where} is not the expected SentencePiece model {name!r}: required sha256 {digest}; "
                f"received {received}"
            )
        try:
            problems = check_model(parse_model(data))
        except ValueError as error:
            raise VocabularyError(f"{where} cannot be read: {error}") from error
        if problems:
            raise VocabularyError(summary(where, problems), problems)
        return cls(name, data)

    @classmethod
    def from_store(cls, name: str, digest: str) -> "SentencePieceModel | None":
        """Finds a model in the store by its digest; None where the store does not have it."""
        check_name(name)
        check_digest(digest)
        data = ContentStore(STORE).get(f"{name}.model", digest)
        return None if data is None else cls.from_bytes(name, data)

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """The text of each piece, by id; `▁` (U+2581) stands for a space."""
        return tuple(piece.piece for piece in self._message.pieces)

    @cached_property
    def scores(self) -> tuple[float, ...]:
        """The score of each piece, by id: of a unigram model its log-probability."""
        return tuple(piece.score for piece in self._message.pieces)

    @property
    def kind(self) -> str:
        """What it is: `unigram`, `bpe`, `word` or `char`."""
        return _KINDS[self._message.trainer_spec.model_type]

    @property
    def training_files(self) -> tuple[str, ...]:
        """Paths of the machine that trained it, as the file tells them; models of lexport's have none."""
        spec = self._message.trainer_spec
        return tuple(os.fsdecode(path) for path in (*spec.input, spec.model_prefix) if path)

    @property
    def unk_id(self) -> int:
        """The id of the piece for what no other piece covers."""
        return next(index for index, piece in enumerate(self._message.pieces) if piece.type == 2)

    @property
    def pad_id(self) -> int | None:
        """The id of the padding; None where there is none."""
        return self._control_id(self._message.trainer_spec.pad_piece)

    @property
    def bos_id(self) -> int | None:
        """The id of the beginning of a text; None where there is none."""
        return self._control_id(self._message.trainer_spec.bos_piece)

    @property
    def eos_id(self) -> int | None:
        """The id of the end of a text; None where there is none."""
        return self._control_id(self._message.trainer_spec.eos_piece)

    def renamed(self, name: str) -> "SentencePieceModel":
        """Gives the same model under another name."""
        check_name(name)
        return self if name == self.name else SentencePieceModel(name, self.data)

    def ensure_stored(self) -> Path:
        """Puts the snapshot back where it was deleted or damaged, and gives its path.

        Raises:
            VocabularyError: the store cannot be written.
        """
        return self._store.put(f"{self.name}.model", self.digest, self.data)

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Writes the bytes to a file of the user's; an existing file is replaced whole or not at all.

        Raises:
            VocabularyError: the file cannot be written.
        """
        try:
            with atomic_files(path) as (file,):
                file.write(self.data)
        except OSError as error:
            message = f"cannot write SentencePiece model {self.name!r} to {os.fspath(path)}: {error.strerror}"
            raise VocabularyError(message) from error
        return Path(path)

    @cached_property
    def _message(self) -> Any:
        return parse_model(self.data)

    def _control_id(self, text: str) -> int | None:
        for index, piece in enumerate(self._message.pieces):
            if piece.type == 3 and piece.piece == text:
                return index
        return None

    def __len__(self) -> int:
        return len(self._message.pieces)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SentencePieceModel):
            return NotImplemented
        return self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"SentencePieceModel({self.name!r}, {len(self)} pieces, {self.kind}, sha256 {self.digest[:12]})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (SentencePieceModel, (self.name, self.data))
