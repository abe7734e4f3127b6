"""Terms as Arrow arrays, to canonical bytes and back: for vocabularies of millions, without a Python object a term."""

from collections.abc import Sequence
from typing import Any

from lexport.errors import VocabularyError
from lexport.vocabulary.checks import summary
from lexport.vocabulary.file_format import Dtype, Term
from lexport.vocabulary.lint import DEFAULT_SPECIAL_TOKENS, LintRule, lint_terms
from lexport.vocabulary.sound_lines import is_sound

__all__ = ["arrow_bytes", "arrow_terms", "dtype_of", "encoded"]


def arrow_bytes(name: str, terms: Any, special_tokens: Sequence[Term] | None = None) -> bytes:
    r"""Gives the canonical bytes of an Arrow array, after the checks that `lint_terms` makes.

    Args:
        name: of the vocabulary; errors name it.
        terms: an Arrow array or chunked array of `large_string` or `int64`.
        special_tokens: as for `Vocabulary.from_terms`.

    Raises:
        VocabularyError: a term cannot stand in a file, or stands there twice; all are named.

    Example:
        >>> import pyarrow as pa
        >>> arrow_bytes("words", pa.array(["the", "of"]))
        b'the\nof\n'
    """
    dtype = dtype_of(name, terms)
    terms = _one_array(terms)
    data = encoded(terms)
    special = DEFAULT_SPECIAL_TOKENS[dtype] if special_tokens is None else special_tokens
    one_a_line = data.count(b"\n") == len(terms)
    if not one_a_line or not is_sound(data, dtype=dtype, special_tokens=special, blank_terms=True):
        # The slow way names every term and its line; two terms with the same hash end here too.
        listed = terms.to_pylist()
        problems = lint_terms(listed, dtype=dtype, special_tokens=special, allow={LintRule.BLANK_TERM})
        if problems:
            raise VocabularyError(summary(f"vocabulary {name!r}", problems), problems)
    return data


def encoded(terms: Any) -> bytes:
    r"""Writes the terms of an Arrow array one a line, whatever they are.

    Example:
        >>> import pyarrow as pa
        >>> encoded(pa.array([7, -1]))
        b'7\n-1\n'
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    nothing, line_end = (pa.scalar(text, pa.large_string()) for text in ("", "\n"))
    lines = pc.binary_join_element_wise(terms.cast(pa.large_string()), nothing, line_end)
    data: bytes = _text(lines).to_pybytes()
    return data


def dtype_of(name: str, terms: Any) -> Dtype:
    """Says what the terms of vocabulary `name` are.

    Raises:
        VocabularyError: neither strings nor int64, or some are null.
    """
    import pyarrow as pa

    kind = terms.type
    if terms.null_count or kind not in (pa.string(), pa.large_string(), pa.int64()):
        received = f"{terms.null_count} nulls" if terms.null_count else str(kind)
        raise VocabularyError(f"vocabulary {name!r}: the terms must be large_string or int64; received {received}")
    return "int64" if kind == pa.int64() else "string"


def arrow_terms(data: bytes | memoryview, dtype: Dtype) -> Any:
    r"""Reads canonical bytes into an Arrow array, `large_string` or `int64`.

    Example:
        >>> arrow_terms(b"the\nof\n", "string").to_pylist()
        ['the', 'of']
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not data:
        return pa.array([], pa.large_string() if dtype == "string" else pa.int64())
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
    offsets = np.concatenate([np.zeros(1, np.int64), ends.astype(np.int64)])
    lines = pa.LargeStringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(data))
    # Cutting the line end off each term copies them, in one pass.
    terms = pc.binary_slice(lines.cast(pa.large_binary()), 0, -1).cast(pa.large_string())
    return terms.cast(pa.int64()) if dtype == "int64" else terms


def _one_array(terms: Any) -> Any:
    import pyarrow as pa

    if not isinstance(terms, pa.ChunkedArray):
        return terms
    return terms.combine_chunks() if terms.num_chunks != 1 else terms.chunk(0)


def _text(strings: Any) -> Any:
    """The bytes of a string array without an offset, as they stand one after the other."""
    import numpy as np
    import pyarrow as pa

    _, offsets, data = strings.buffers()
    ends = np.frombuffer(offsets, np.int64)[strings.offset : strings.offset + len(strings) + 1]
    return pa.py_buffer(b"") if data is None else data.slice(int(ends[0]), int(ends[-1] - ends[0]))
