"""`EngineConfig`: who counts the terms of vocabularies, and where."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from lexport.config.messages import refusal
from lexport.config.paths import TargetDirectory
from lexport.config.section import BrokenRule, Section

__all__ = ["EngineConfig"]

UNITS = {"": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
SIZE = re.compile(r"([0-9]{1,15}) ?(|kB|MB|GB|KiB|MiB|GiB)")


def _bytes(value: Any) -> int:
    found = SIZE.fullmatch(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else None
    if found is None:
        raise refusal("be a number of bytes, or one with a unit, such as 768MiB or 1GB")
    return int(found[1]) * UNITS[found[2]]


Bytes = Annotated[
    Any,
    AfterValidator(_bytes),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": f"^{SIZE.pattern}$"}]}),
]


class EngineConfig(Section):
    """Who counts the terms of vocabularies, and where; what comes of it is the same everywhere.

    Example:
        >>> EngineConfig(memory_limit="512MiB").memory_limit
        536870912
    """

    kind: Literal["local", "beam", "spark"] = Field(
        default="local",
        description="local counts on this machine; beam (extra lexport[beam]) and spark (extra lexport[spark]) on a "
        "cluster.",
    )
    memory_limit: Bytes = Field(
        default=768 << 20,
        description="What counting may add to the memory of this process, in bytes or with a unit, such as 768MiB; "
        "what is more goes onto the disk.",
    )
    workers: int | None = Field(default=None, ge=1, description="How many threads count; left out, all cores.")
    spill_directory: TargetDirectory | None = Field(
        default=None,
        description="Where to put what does not fit into memory; left out, the folder for temporary files.",
    )
    options: list[str] = Field(
        default_factory=list, description="Options of the Beam pipeline, such as --runner=DataflowRunner."
    )
    temp_location: str | None = Field(
        default=None, min_length=1, description="Where Beam workers leave what they counted; a folder or URL."
    )
    master: str | None = Field(
        default=None, min_length=1, description="The Spark master; left out, what Spark's configuration says."
    )
    conf: dict[str, str] = Field(default_factory=dict, description="Spark's configuration, by key.")

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[BrokenRule]:
        """Requires that what belongs to one engine does not stand beside another."""
        kind = given.get("kind", "local")
        owners = {"workers": "local", "options": "beam", "temp_location": "beam", "master": "spark", "conf": "spark"}
        for key, owner in owners.items():
            if key in given and kind != owner:
                yield (key,), refusal(f"stand beside kind: {owner}", remedy="Leave it out")
