"""`Section`: the base of every mapping in the config."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from lexport.config.findings import show
from lexport.config.messages import in_our_words, refusal

__all__ = ["BrokenRule", "Section", "exactly_one", "one_of_schema", "only_beside"]

BrokenRule = tuple[tuple[str | int, ...], PydanticCustomError]


class Section(BaseModel):
    """A mapping with known keys, immutable once it is checked.

    pydantic runs validators of a whole model only where every field is valid, and so would hide a broken rule
    behind a wrong type beside it. Rules of a section look at the given values instead, and all errors, of
    fields and of rules, are raised together.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[BrokenRule]:
        """Finds what is wrong between the keys of the mapping; sections with such rules override it.

        Args:
            given: the mapping as it was written, not validated, without the keys whose value is null.

        Yields:
            Where, as a path from this mapping, and the `refusal`.
        """
        yield from ()

    @model_validator(mode="wrap")
    @classmethod
    def _with_rules(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        errors: list[InitErrorDetails] = []
        try:
            section = handler(data)
        except ValidationError as error:
            keys = [field.alias or name for name, field in cls.model_fields.items()]
            errors = [in_our_words(details, keys) for details in error.errors(include_url=False)]
        if isinstance(data, Mapping):
            given = {key: value for key, value in data.items() if value is not None}
            errors += [_located(data, path, error) for path, error in cls.rules(given)]
        if errors:
            raise ValidationError.from_exception_data(cls.__name__, errors)
        return section


def _located(data: Any, path: tuple[str | int, ...], error: PydanticCustomError) -> InitErrorDetails:
    value, context = _at(data, path), error.context or {}
    if context["received"] is None:
        # No section around the outermost one would say it.
        error = refusal(context["required"], received=show(value), remedy=context["remedy"])
    return {"type": error, "loc": path, "input": value}


def _at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def exactly_one(given: Mapping[str, Any], *keys: str) -> Iterator[BrokenRule]:
    """Requires exactly one of several keys."""
    found = [key for key in keys if key in given]
    if len(found) != 1:
        received = " and ".join(found) or "none of them"
        yield (), refusal(f"have exactly one of the keys {', '.join(keys)}", received=received)


def only_beside(given: Mapping[str, Any], anchor: str, other: str, keys: tuple[str, ...]) -> Iterator[BrokenRule]:
    """Requires that keys stand only beside `anchor`, not where `other` was chosen instead of it."""
    if other in given and anchor not in given:
        for key in keys:
            if key in given:
                yield (key,), refusal(f"stand beside {anchor}, not beside {other}", remedy="Leave it out")


def one_of_schema(*keys: str) -> dict[str, Any]:
    """Says `exactly_one` in JSON Schema."""
    not_null = {"not": {"type": "null"}}
    return {"oneOf": [{"required": [key], "properties": {key: not_null}} for key in keys]}
