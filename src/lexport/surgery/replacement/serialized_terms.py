"""`SerializedTerms`: terms within serialized `tf.Example`s, where that is what an input takes."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lexport.surgery.replacement.untouched_terms import is_untouched
from lexport.tfformats.tf_example import example_class

__all__ = ["SerializedTerms"]

KINDS = {"string": "bytes_list", "int64": "int64_list"}


@dataclass(frozen=True)
class SerializedTerms:
    """An example that was answered before, in which terms can be put in the place of others.

    Attributes:
        example: serialized.

    Example:
        >>> example = example_class()()
        >>> example.features.feature["word"].bytes_list.value.append(b"cat")
        >>> [(name, value)] = SerializedTerms(example.SerializeToString()).with_value("string", b"dog")
        >>> name, example_class().FromString(value).features.feature["word"].bytes_list.value
        ('word', [b'dog'])
    """

    example: bytes

    @classmethod
    def among(cls, texts: Sequence[bytes], changed: Collection[str]) -> "SerializedTerms | None":
        """Takes the first example in which no term has changed; None where none of the texts is one.

        Args:
            texts: what was asked.
            changed: the terms that have changed, as `changed_words` gives them.
        """
        for text in texts:
            features = _features(text)
            values = [value for _, held in features for value in (*held.bytes_list.value, *held.int64_list.value)]
            if values and all(is_untouched(one if isinstance(one, bytes) else b"%d" % one, changed) for one in values):
                return cls(text)
        return None

    def with_value(self, dtype: str, value: bytes | int) -> Iterator[tuple[str, bytes]]:
        """Puts a term into each feature that can hold it, in turn.

        Args:
            dtype: of the term: `string` or `int64`.
            value: the term.

        Yields:
            The name of the feature, and the example, serialized.
        """
        for name, held in _features(self.example):
            if held.WhichOneof("kind") != KINDS[dtype]:
                continue
            example = example_class().FromString(self.example)
            values = getattr(example.features.feature[name], KINDS[dtype]).value
            values[:] = [value] * max(len(values), 1)
            yield name, example.SerializeToString(deterministic=True)


def _features(text: bytes) -> list[tuple[str, Any]]:
    """Gives the features of a serialized example; none of a text that is none."""
    try:
        return sorted(example_class().FromString(text).features.feature.items())
    except Exception as error:
        # The class of the error is that of protobuf's own module, which is loaded on first use.
        if type(error).__name__ != "DecodeError":
            raise
        return []
