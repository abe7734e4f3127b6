"""`Digest`: the sha256 of a file."""

from typing import Annotated

from pydantic import AfterValidator, Field

from lexport.config.messages import refusal

__all__ = ["Digest"]

DIGEST = r"^[0-9a-fA-F]{64}$"


def _digest(digest: str) -> str:
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdefABCDEF"):
        raise refusal("be a sha256, 64 hexadecimal digits")
    return digest.lower()


Digest = Annotated[str, AfterValidator(_digest), Field(json_schema_extra={"pattern": DIGEST})]
