import copy
import json
import re
from typing import Any

import pytest
from ruamel.yaml import YAML

from lexport.config import config_schema

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
ANNOTATIONS = {"$schema", "$defs", "title", "description", "default", "format"}


class Checker:
    """The part of JSON Schema that the config's schema uses; any other keyword is an error."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.definitions = schema["$defs"]

    def accepts(self, schema: Any, value: Any) -> bool:
        """Whether a value is valid."""
        if isinstance(schema, bool):
            return schema
        return all(
            getattr(self, f"check_{keyword.strip('$')}")(argument, value, schema)
            for keyword, argument in schema.items()
            if keyword not in ANNOTATIONS
        )

    def check_ref(self, argument: str, value: Any, _: Any) -> bool:
        """Follows a reference."""
        return self.accepts(self.definitions[argument.removeprefix("#/$defs/")], value)

    def check_type(self, argument: str, value: Any, _: Any) -> bool:
        """Checks the type; a boolean is no number."""
        return isinstance(value, TYPES[argument]) and isinstance(value, bool) == (argument == "boolean")

    def check_enum(self, argument: list[Any], value: Any, _: Any) -> bool:
        """Checks membership."""
        return value in argument

    def check_not(self, argument: Any, value: Any, _: Any) -> bool:
        """Requires that a schema does not hold."""
        return not self.accepts(argument, value)

    def check_anyOf(self, argument: list[Any], value: Any, _: Any) -> bool:  # noqa: N802 - the keyword
        """Requires one of several schemas or more."""
        return any(self.accepts(schema, value) for schema in argument)

    def check_oneOf(self, argument: list[Any], value: Any, _: Any) -> bool:  # noqa: N802 - the keyword
        """Requires exactly one of several schemas."""
        return sum(self.accepts(schema, value) for schema in argument) == 1

    def check_required(self, argument: list[str], value: Any, _: Any) -> bool:
        """Requires keys."""
        return not isinstance(value, dict) or set(argument) <= set(value)

    def check_properties(self, argument: dict[str, Any], value: Any, _: Any) -> bool:
        """Checks the values of known keys."""
        known = set(argument) & set(value) if isinstance(value, dict) else set()
        return all(self.accepts(argument[key], value[key]) for key in known)

    def check_patternProperties(self, argument: dict[str, Any], value: Any, _: Any) -> bool:  # noqa: N802
        """Checks the values of keys that match a pattern."""
        return not isinstance(value, dict) or all(
            self.accepts(schema, item)
            for pattern, schema in argument.items()
            for key, item in value.items()
            if re.search(pattern, key)
        )

    def check_additionalProperties(self, argument: Any, value: Any, schema: Any) -> bool:  # noqa: N802
        """Checks the values of all other keys."""
        patterns = schema.get("patternProperties", {})
        return not isinstance(value, dict) or all(
            self.accepts(argument, item)
            for key, item in value.items()
            if key not in schema.get("properties", {}) and not any(re.search(pattern, key) for pattern in patterns)
        )

    def check_items(self, argument: Any, value: Any, _: Any) -> bool:
        """Checks every item of a list."""
        return not isinstance(value, list) or all(self.accepts(argument, item) for item in value)

    def check_minItems(self, argument: int, value: Any, _: Any) -> bool:  # noqa: N802 - the keyword
        """Requires items."""
        return not isinstance(value, list) or len(value) >= argument

    def check_minProperties(self, argument: int, value: Any, _: Any) -> bool:  # noqa: N802 - the keyword
        """Requires keys."""
        return not isinstance(value, dict) or len(value) >= argument

    def check_minLength(self, argument: int, value: Any, _: Any) -> bool:  # noqa: N802 - the keyword
        """Requires characters."""
        return not isinstance(value, str) or len(value) >= argument

    def check_pattern(self, argument: str, value: Any, _: Any) -> bool:
        """Requires a form of text."""
        return not isinstance(value, str) or re.search(argument, value) is not None

    def check_minimum(self, argument: float, value: Any, _: Any) -> bool:
        """Requires a least number."""
        return not isinstance(value, int | float) or value >= argument

    def check_exclusiveMinimum(self, argument: float, value: Any, _: Any) -> bool:  # noqa: N802 - the keyword
        """Requires more than a number."""
        return not isinstance(value, int | float) or value > argument

    def check_maximum(self, argument: float, value: Any, _: Any) -> bool:
        """Requires a greatest number."""
        return not isinstance(value, int | float) or value <= argument


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The schema, as an editor reads it."""
    return json.loads(json.dumps(config_schema()))


@pytest.fixture(scope="module")
def valid(sample: str) -> Any:
    """The valid config as plain values."""
    return YAML(typ="safe", pure=True).load(sample)


def test_the_schema_says_what_it_is(schema: dict[str, Any]) -> None:
    """Editors need the dialect; people the title."""
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "lexport config"


def test_every_setting_is_explained(schema: dict[str, Any]) -> None:
    """An editor shows a description for each key, and one for each section."""
    sections = {"": schema, **schema["$defs"]}
    for name, section in sections.items():
        assert section["description"].endswith("."), name
        assert "\n" not in section["description"]
        for key, setting in section["properties"].items():
            assert setting["description"].endswith("."), (name, key)
            assert "title" in setting or "$ref" in setting or "anyOf" in setting, (name, key)


def test_the_schema_accepts_the_sample(schema: dict[str, Any], valid: Any) -> None:
    """What the loader takes is not underlined."""
    assert Checker(schema).accepts(schema, valid)


BROKEN: list[tuple[tuple[str | int, ...], Any]] = [
    (("name",), "a b"),
    (("name",), "a."),
    (("vocabularies", "words", "max_terms"), 0),
    (("vocabularies", "words", "file"), "x.txt"),
    (("vocabularies", "words", "source", "files"), []),
    (("vocabularies", "words", "source", "colum"), "x"),
    (("vocabularies", "words", "terms", "split"), ""),
    (("vocabularies", "words", "coverage"), 0),
    (("vocabularies", "words", "coverage"), 1.5),
    (("vocabularies", "words", "min_documents"), -1),
    (("vocabularies", "words", "min_weight"), "much"),
    (("vocabularies", "words", "rank"), "frequency"),
    (("vocabularies", "words", "order"), "alphabet"),
    (("vocabularies", "words", "weight"), ""),
    (("vocabularies", "words", "reserved"), ["[CLS]", ""]),
    (("vocabularies", "words", "reserved"), [1.5]),
    (("vocabularies", "words", "groups"), {"max_terms": 3}),
    (("vocabularies", "words", "groups"), {"pattern": "^(.)", "function": "a:b", "max_terms": 3}),
    (("vocabularies", "words", "groups"), {"function": "b", "max_terms": 3}),
    (("vocabularies", "words", "update"), {}),
    (("vocabularies", "words", "update"), {"form": "x.txt"}),
    (("vocabularies", "words", "counts"), {}),
    (("vocabularies", "sections", "sha256"), "abc"),
    (("vocabularies", "sections", "allow"), ["blank"]),
    (("vocabularies", "empty"), {}),
    (("vocabularies", "a/b"), {"file": "x.txt"}),
    (("model", "factory"), "build"),
    (("model", "file"), "x.keras"),
    (("signatures",), {}),
    (("signatures", "serving_default", "inputs", "description", "dtype"), "str"),
    (("signatures", "serving_default", "inputs", "description", "shape", 0), 0),
    (("signatures", "serving_default", "outputs"), []),
    (("verify", "rtol"), -1),
    (("verify",), None),
    (("device",), "tpu"),
    (("publish",), {}),
    (("publish", "version"), 2**63),
    (("other",), 1),
]


@pytest.mark.parametrize(("path", "value"), BROKEN, ids=[".".join(map(str, path)) for path, _ in BROKEN])
def test_the_schema_refuses_what_the_loader_refuses(
    schema: dict[str, Any], valid: Any, path: tuple[str | int, ...], value: Any
) -> None:
    """All that can be known without looking at files is underlined while typing."""
    broken = copy.deepcopy(valid)
    place = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not Checker(schema).accepts(schema, broken)


def test_the_schema_accepts_every_key_of_a_selection(schema: dict[str, Any], valid: Any) -> None:
    """A config that uses all of them is not underlined."""
    values = copy.deepcopy(valid)
    values["vocabularies"]["words"] |= {
        "min_documents": 2,
        "min_weight": 0.5,
        "min_score": -1,
        "coverage": 0.99,
        "documents": True,
        "weight": "w",
        "label": "l",
        "rank": "adjusted_mutual_information",
        "order": "fingerprint",
        "min_difference": 2,
        "reserved": ["[CLS]", 7],
        "groups": {"pattern": "^(..):", "max_terms": 3},
        "update": {"from": "words.txt", "sha256": "0" * 64},
        "counts": {"from": "old.parquet", "to": "new.parquet"},
    }
    values["vocabularies"]["sections"]["statistics"] = "sections.parquet"
    assert Checker(schema).accepts(schema, values)


def test_null_counts_as_left_out_for_editors_too(schema: dict[str, Any], valid: Any) -> None:
    """The schema and the loader agree on `file: null`."""
    values = copy.deepcopy(valid)
    values["model"]["file"] = None
    values["vocabularies"]["words"]["file"] = None
    assert Checker(schema).accepts(schema, values)
