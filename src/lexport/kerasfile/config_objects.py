"""Every object that the config of a `.keras` file names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["ConfigObject", "config_objects"]

LAMBDA = "__lambda__"
FUNCTION = "function"


@dataclass(frozen=True)
class ConfigObject:
    """An object that Keras would make.

    Attributes:
        layer: the name of the layer that holds it, or its own.
        class_name: such as `StringLookup`; `__lambda__` for bytecode.
        module: where Keras would import it from.
        registered_name: such as `lexport>StringLookup`; empty for Keras's own.
        config: what it is made from.
    """

    layer: str
    class_name: str
    module: str
    registered_name: str
    config: Any

    @property
    def is_custom(self) -> bool:
        """Whether loading needs code that is not in Keras."""
        if self.class_name in (LAMBDA, "__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__typespec__"):
            return False
        if self.class_name == FUNCTION:
            return True
        if _is_keras(self.module):  # some of Keras's own are registered under their bare names
            return ">" in self.registered_name
        return bool(self.registered_name) or self.module not in ("", "builtins")

    @property
    def is_keras(self) -> bool:
        """Whether it is of Keras's own layers."""
        return _is_keras(self.module) and not self.is_custom


def config_objects(config: Mapping[str, Any]) -> Iterator[ConfigObject]:
    """Finds every object, the model itself included, in no order that anybody should rely on.

    Args:
        config: that of the model.
    """
    pending: list[tuple[Any, str]] = [(config, "")]
    while pending:
        value, layer = pending.pop()
        if isinstance(value, dict):
            inner = value.get("config")
            if isinstance(value.get("class_name"), str) and "config" in value:
                own = inner.get("name") if isinstance(inner, dict) else None
                layer = own if isinstance(own, str) and value.get("module") != "keras" else layer
                yield ConfigObject(
                    layer, value["class_name"], _text(value, "module"), _text(value, "registered_name"), inner
                )
            pending += [(one, layer) for one in value.values() if isinstance(one, (dict, list))]
        elif isinstance(value, list):
            pending += [(one, layer) for one in value if isinstance(one, (dict, list))]


def _text(value: Mapping[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""


def _is_keras(module: str) -> bool:
    return module == "keras" or module.startswith("keras.")
