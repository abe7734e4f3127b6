"""Which layers of two models are the same."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lexport.errors import Problem
from lexport.layers.keras_internals import flat_layers

__all__ = ["LayerPairs", "WeightedLayer", "layer_pairs", "weighted_layers"]


@dataclass(frozen=True)
class WeightedLayer:
    """A layer with weights of its own.

    Attributes:
        layer: the layer.
        weights: those that no layer below it has.
    """

    layer: Any
    weights: tuple[Any, ...]

    @property
    def name(self) -> str:
        """The layer's name."""
        return str(self.layer.name)

    @property
    def kind(self) -> str:
        """The name of its class; a layer of lexport has that of Keras's layer."""
        return type(self.layer).__name__

    @property
    def is_named(self) -> bool:
        """Whether somebody named it; Keras counts the layers of a process, so its own names say nothing."""
        snake = re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", self.kind)).lower()
        return re.fullmatch(rf"{re.escape(snake)}(_\d+)?", self.name) is None

    def path(self, weight: Any) -> str:
        """How reports name a weight."""
        return f"{self.name}/{weight.name}"


@dataclass
class LayerPairs:
    """Layers of a new model, and which layers of an old one they continue.

    Attributes:
        pairs: the new layer, and the old one.
        added: layers of the new model alone.
        removed: layers of the old model alone.
        problems: layers of which nobody can say.
    """

    pairs: list[tuple[WeightedLayer, WeightedLayer]] = field(default_factory=list)
    added: list[WeightedLayer] = field(default_factory=list)
    removed: list[WeightedLayer] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def weighted_layers(model: Any) -> list[WeightedLayer]:
    """Finds the layers of a model that have weights of their own, in the order in which Keras keeps them."""
    found, seen = list[WeightedLayer](), set[int]()
    for layer in flat_layers(model):
        below = {id(weight) for inner in flat_layers(layer)[1:] for weight in inner.weights}
        own = tuple(weight for weight in layer.weights if id(weight) not in below | seen)
        seen |= {id(weight) for weight in own}
        if own:
            found.append(WeightedLayer(layer, own))
    return found


def layer_pairs(new: list[WeightedLayer], old: list[WeightedLayer]) -> LayerPairs:
    """Pairs layers: by name where somebody named them, and otherwise by class, in their order.

    Layers of a class without names of their own are paired only where both models have as many of them: which one was
    added or removed cannot be seen.
    """
    found = LayerPairs()
    for key, news, olds in _groups(new, old):
        if len(news) == len(olds):
            found.pairs += zip(news, olds, strict=True)
        elif news and olds:
            what = f"layers named {key[1]!r}" if key[1] else f"{key[0]} layers without a name of their own"
            message = f"both models must have as many; the new one has {len(news)}, the old one {len(olds)}"
            found.problems.append(Problem(what, message, "Give each a name, the same in both models"))
        else:
            found.added += news
            found.removed += olds
    return found


def _groups(
    new: list[WeightedLayer], old: list[WeightedLayer]
) -> Iterator[tuple[tuple[str, str], list[WeightedLayer], list[WeightedLayer]]]:
    groups: dict[tuple[str, str], tuple[list[WeightedLayer], list[WeightedLayer]]] = defaultdict(lambda: ([], []))
    for side, layers in enumerate((new, old)):
        for layer in layers:
            key = (layer.kind, layer.name if layer.is_named else "")
            groups[key][side].append(layer)
    yield from ((key, *sides) for key, sides in groups.items())
