"""`LoggedSteps`: the steps of a run in the log of whatever runs them."""

import logging
from collections.abc import Mapping

__all__ = ["LoggedSteps"]

LOGGER = logging.getLogger("lexport")


class LoggedSteps:
    """Logs each step, at the level `INFO`, and the figures of a model factory. Satisfies `Announcer`.

    Example:
        >>> LoggedSteps("KerasExporter").step("building the model")

    Args:
        component: who runs them.
    """

    def __init__(self, component: str) -> None:
        self._component = component

    def step(self, text: str) -> None:
        """Logs that a step begins."""
        LOGGER.info("%s: %s", self._component, text)

    def progress(self, done: int, total: int) -> None:
        """Keeps it to itself: a log is read afterwards."""

    def figures(self, figures: Mapping[str, float]) -> None:
        """Logs the figures of a model factory."""
        if figures:
            LOGGER.info("%s: %s", self._component, ", ".join(f"{name} {value:.4g}" for name, value in figures.items()))
