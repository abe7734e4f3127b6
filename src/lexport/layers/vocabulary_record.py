"""`VocabularyRecord`: what configs, weights and checkpoints say about a vocabulary, without its bytes."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from lexport.errors import VocabularyError
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.checks import DIGEST, NAME
from lexport.vocabulary.file_format import Dtype
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["RECORD_KEY", "TermsByDigest", "VocabularyRecord", "take_record"]

RECORD_KEY = "vocabulary_record"


@dataclass(frozen=True)
class VocabularyRecord:
    """Names a vocabulary by its digest. It holds no path: nothing that is loaded can make us open a file.

    Attributes:
        name: the vocabulary's name.
        sha256: the digest of its canonical bytes.
        size: the number of those bytes.
        dtype: `"string"` or `"int64"`; `"sentencepiece"` for a SentencePiece model.
    """

    name: str
    sha256: str
    size: int
    dtype: Dtype | Literal["sentencepiece"] = "string"

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> "VocabularyRecord":
        """Describes a vocabulary."""
        return cls(vocabulary.name, vocabulary.digest, len(vocabulary.data), vocabulary.dtype)

    @classmethod
    def of_model(cls, model: SentencePieceModel) -> "VocabularyRecord":
        """Describes a SentencePiece model."""
        return cls(model.name, model.digest, len(model.data), "sentencepiece")

    @classmethod
    def parse(cls, received: Mapping[str, Any], where: str) -> "VocabularyRecord":
        """Checks a record that comes from a file.

        Raises:
            VocabularyError: a field is missing, unknown or not what it must be.
        """
        record = cls(**received) if set(received) == {"name", "sha256", "size", "dtype"} else None
        if record is None or not record._is_valid():
            raise VocabularyError(
                f"{where}: the record of a vocabulary must hold a name, a sha256, a size and a dtype, and nothing "
                f"else; received {dict(received)!r}"
            )
        return record

    def _is_valid(self) -> bool:
        return (
            isinstance(self.name, str)
            and NAME.fullmatch(self.name) is not None
            and isinstance(self.sha256, str)
            and DIGEST.fullmatch(self.sha256) is not None
            and type(self.size) is int
            and self.size > 0
            and self.dtype in ("string", "int64", "sentencepiece")
        )

    @property
    def terms_dtype(self) -> Dtype:
        """The dtype of the terms.

        Raises:
            VocabularyError: it is the record of a SentencePiece model.
        """
        if self.dtype == "sentencepiece":
            raise VocabularyError(f"required a vocabulary of terms; received the SentencePiece model {self}")
        return self.dtype

    def to_config(self) -> dict[str, Any]:
        """Gives the record as a layer's config holds it."""
        return asdict(self)

    def to_json(self) -> bytes:
        """Gives the record as weights and checkpoints hold it."""
        return json.dumps(self.to_config(), sort_keys=True).encode()

    @classmethod
    def from_json(cls, data: bytes, where: str) -> "VocabularyRecord":
        """Reads what `to_json` wrote.

        Raises:
            VocabularyError: the bytes are not such a record.
        """
        try:
            received = json.loads(data)
        except ValueError as error:
            raise VocabularyError(f"{where}: the record of the vocabulary is not JSON: {error}") from error
        return cls.parse(received if isinstance(received, dict) else {"received": received}, where)

    def __str__(self) -> str:
        return f"{self.name!r} ({self.size} bytes, sha256 {self.sha256})"


class TermsByDigest(dict[str, Any]):
    """Stands in a layer's config for the list of terms that its constructor was given.

    It names the terms by their digest, so a config stays small and a `.keras` file holds them once; in memory it
    still equals the list, as `get_config()["vocabulary"]` of Keras's layers does.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__(sha256=vocabulary.digest)
        self._vocabulary = vocabulary

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (list, tuple)):
            return tuple(other) == self._vocabulary.terms
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # as for every dict


def take_record(config: Mapping[str, Any]) -> tuple[dict[str, Any], VocabularyRecord | None]:
    """Takes the record of the vocabulary out of a layer's config.

    Returns:
        The config for Keras, and the record; None where the config holds a list of terms, or nothing.

    Raises:
        VocabularyError: the config names a path (none is ever read from a config), or the record is not valid.
    """
    where = f"the config of layer {config.get('name')!r}"
    source = config.get("vocabulary")
    if isinstance(source, (str, bytes, os.PathLike)):
        raise VocabularyError(
            f"{where} names the vocabulary file {source!r}, and no path is read from a config. "
            "Call set_vocabulary with it where you trust it"
        )
    rest = dict(config)
    fields = rest.pop(RECORD_KEY, None)
    if fields is None:
        return rest, None
    record = VocabularyRecord.parse(fields if isinstance(fields, dict) else {RECORD_KEY: fields}, where)
    rest["vocabulary"] = None
    return rest, record
