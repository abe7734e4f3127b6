"""`SourceConfig`: the data behind a vocabulary."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from lexport.config.findings import show
from lexport.config.messages import refusal
from lexport.config.paths import ExistingGlob
from lexport.config.section import BrokenRule, Section

__all__ = ["SourceConfig"]

SourceFormat = Literal["csv", "tsv", "jsonl", "text", "parquet", "arrow", "tfrecord"]

# What `lexport.corpus` takes a name for; known here too, so that a missing column is found with its line.
FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".txt": "text",
    ".text": "text",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".arrows": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".tfrecord": "tfrecord",
    ".tfrecords": "tfrecord",
}
COMPRESSIONS = (".gz", ".zst")
_SHARD = re.compile(r"-\d+-of-\d+$", re.IGNORECASE)
_QUERY = re.compile(r"^(https?://[^?#]*)[?#].*$", re.DOTALL | re.IGNORECASE)

_FILES_SCHEMA = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
    ]
}


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class SourceConfig(Section):
    """The files of a data set, and the column that holds the values.

    Example:
        >>> SourceConfig(files=[__file__], format="text").column is None
        True
    """

    files: Annotated[list[ExistingGlob], BeforeValidator(_as_list), WithJsonSchema(_FILES_SCHEMA)] = Field(
        min_length=1,
        description="Paths, URLs (s3://, gs://, https://, ...) or globs, one or several; ** crosses folders.",
    )
    column: str | None = Field(
        default=None,
        min_length=1,
        description="The column, the key of JSON Lines, the feature of tf.Examples; none for text.",
    )
    format: SourceFormat | None = Field(
        default=None, description="What the files are; left out, what their names say (.csv, .jsonl.gz, ...)."
    )

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[BrokenRule]:
        """Requires a format where no name says it, and a column where the format has columns."""
        files = _as_list(given.get("files"))
        names = [name for name in files if isinstance(name, str)] if isinstance(files, list) else []
        unknown = [name for name in names if _suffix(name) and _suffix(name) not in FORMATS]
        if "format" not in given and unknown:
            choices = ", ".join(dict.fromkeys(FORMATS.values()))
            required = f"have a format, one of {choices}, where the name of a file does not say it"
            yield (), refusal(required, received=show(unknown[0]))
        found = {given["format"]} if "format" in given else {FORMATS.get(_suffix(name)) for name in names}
        if found == {"text"} and "column" in given:
            yield ("column",), refusal("be left out, as text has no columns")
        if found <= {*FORMATS.values()} - {"text"} and found and "column" not in given:
            yield (), refusal("have a column, as the files have columns", received="no such key")


def _suffix(name: str) -> str:
    """The suffix that names the format; empty where the pattern leaves it open."""
    path = _unnumbered(_QUERY.sub(r"\1", name.lower()))
    suffix = _unnumbered(path.stem).suffix if path.suffix in COMPRESSIONS else path.suffix
    return "" if set(suffix) & set("*?[]") else suffix


def _unnumbered(name: str) -> PurePosixPath:
    return PurePosixPath(_SHARD.sub("", name))
