"""Every single value of a message, and another one in its place."""

from collections.abc import Iterator
from typing import Any

__all__ = ["Path", "change", "leaves", "text_of"]

Path = tuple[tuple[str, Any], ...]


def leaves(message: Any, path: Path = ()) -> Iterator[Path]:
    """Yields the way to each value: the fields, each with its place in a list or its key in a map."""
    for field, value in message.ListFields():
        inner = field.message_type
        if inner is not None and inner.GetOptions().map_entry:
            holds_messages = inner.fields_by_name["value"].message_type is not None
            for key in value:
                step = (*path, (field.name, key))
                yield from leaves(value[key], step) if holds_messages else [step]
        elif hasattr(value, "append") or hasattr(value, "add"):
            for place, one in enumerate(value):
                step = (*path, (field.name, place))
                yield from leaves(one, step) if inner is not None else [step]
        else:
            yield from (
                leaves(value, (*path, (field.name, None))) if inner is not None else [(*path, (field.name, None))]
            )


def change(message: Any, path: Path) -> None:
    """Puts another value in a place."""
    for name, key in path[:-1]:
        message = getattr(message, name) if key is None else getattr(message, name)[key]
    name, key = path[-1]
    old = getattr(message, name) if key is None else getattr(message, name)[key]
    if key is None:
        setattr(message, name, _another(old))
    else:
        getattr(message, name)[key] = _another(old)


def text_of(path: Path) -> str:
    """Writes a way as `graph_def.node.attr[dtype].type`."""
    return ".".join(f"{name}[{key}]" if isinstance(key, str) and name == "attr" else name for name, key in path)


def _another(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, bytes):
        return value + b"x"
    if isinstance(value, str):
        return f"{value}x"
    return value - 1 if value > 100 else value + 1
