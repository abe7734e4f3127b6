"""`UpdateConfig` and `CountsConfig`: what a vocabulary takes over from the one before it."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ConfigDict, Field

from lexport.config.digests import Digest
from lexport.config.messages import refusal
from lexport.config.paths import ExistingFile, TargetFile
from lexport.config.section import BrokenRule, Section

__all__ = ["CountsConfig", "UpdateConfig"]


class UpdateConfig(Section):
    """The vocabulary whose terms keep their ids; new terms are appended.

    Example:
        >>> UpdateConfig(**{"from": __file__}).sha256 is None
        True
    """

    from_: ExistingFile = Field(alias="from", description="The vocabulary file of before, one term a line.")
    sha256: Digest | None = Field(
        default=None, description="The digest that the file must have; any edit of it is then an error."
    )


class CountsConfig(Section):
    """Files of full counts: those to add the source's counts to, and where to write the sum.

    Example:
        >>> CountsConfig(to="words.counts.parquet").from_ is None
        True
    """

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["from"]}, {"required": ["to"]}]})

    from_: ExistingFile | None = Field(
        default=None, alias="from", description="Counts of earlier data, to which those of the source are added."
    )
    to: TargetFile | None = Field(
        default=None, description="Where the counts of all terms are written, for the next time; may be the same file."
    )

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[BrokenRule]:
        """Requires at least one of the two files."""
        if not {"from", "to"} & set(given):
            yield (), refusal("have at least one of the keys from, to", received="none of them")
