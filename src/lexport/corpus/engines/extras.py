"""The packages that an engine needs, and that lexport does not bring by itself."""

import importlib
from typing import Any

from lexport.errors import MissingExtraError, Problem

__all__ = ["load_extra"]


def load_extra(module: str, extra: str) -> Any:
    """Imports a module of an extra.

    Args:
        module: its name.
        extra: the extra of lexport's that brings it.

    Raises:
        MissingExtraError: it cannot be imported; the extra is named.

    Example:
        >>> load_extra("no_such_module", "beam")
        Traceback (most recent call last):
        lexport.errors.MissingExtraError: the engine 'beam' is not installed
          no_such_module: No module named 'no_such_module'. Install lexport[beam]
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        problem = Problem(module, str(error), f"Install lexport[{extra}]")
        raise MissingExtraError(f"the engine {extra!r} is not installed", [problem]) from error
