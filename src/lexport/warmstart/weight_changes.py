"""What each weight of a layer takes over from the layer that it continues."""

from dataclasses import dataclass
from typing import Any

import keras

from lexport.errors import Problem, VocabularyError
from lexport.warmstart.ids import Ids
from lexport.warmstart.layer_pairs import WeightedLayer
from lexport.warmstart.new_rows import new_rows
from lexport.warmstart.remap_embedding import as_array, moved
from lexport.warmstart.warm_start_report import WarmStartedWeight

__all__ = ["IdsOfWeights", "WeightChange", "weight_changes"]


@dataclass(frozen=True)
class IdsOfWeights:
    """What the ids of a layer's weights stand for.

    Attributes:
        old: in the old model.
        new: in the new one.
        weight: the name of the one weight that has them along its first axis; None for all of them, along the first
            axis of an embedding and the last of other layers.
    """

    old: Ids
    new: Ids
    weight: str | None = None


@dataclass(frozen=True)
class WeightChange:
    """A value for a weight.

    Attributes:
        weight: a `keras.Variable` of the new model.
        value: its new value, of its shape.
        told: what the report says.
    """

    weight: Any
    value: Any
    told: WarmStartedWeight


def weight_changes(
    new: WeightedLayer, old: WeightedLayer, ids: IdsOfWeights | None, initializer: Any
) -> tuple[list[WeightChange], list[Problem]]:
    """Finds the values of a layer's weights, and changes nothing.

    Args:
        new: the layer whose weights get values.
        old: the layer that it continues.
        ids: what the ids of its weights stand for; None where they have none.
        initializer: what new terms get.
    """
    where = f"layer {new.name!r}"
    names = [[weight.name for weight in layer.weights] for layer in (new, old)]
    if names[0] != names[1]:
        message = f"must have the weights of layer {old.name!r}, {', '.join(names[1])}; it has {', '.join(names[0])}"
        return [], [Problem(where, message)]
    changes, problems = list[WeightChange](), list[Problem]()
    for weight, before in zip(new.weights, old.weights, strict=True):
        try:
            changes.append(_change(new, old, weight, before, _ids_of(weight, ids), initializer))
        except (VocabularyError, ValueError) as error:
            problems.append(Problem(f"weight {new.path(weight)!r}", str(error)))
    return changes, problems


def _ids_of(weight: Any, ids: IdsOfWeights | None) -> IdsOfWeights | None:
    return ids if ids is not None and ids.weight in (None, weight.name) else None


def _change(
    new: WeightedLayer, old: WeightedLayer, weight: Any, before: Any, ids: IdsOfWeights | None, initializer: Any
) -> WeightChange:
    value = as_array(before)
    told = WarmStartedWeight(new.path(weight), "copied", f"from {old.path(before)}")
    by_row = ids is not None and (ids.weight is not None or isinstance(new.layer, keras.layers.Embedding))
    axis = 0 if by_row else -1
    resized = value.ndim > 0 and value.ndim == len(weight.shape) and value.shape[axis] != weight.shape[axis]
    if ids is not None and (ids.old.digest != ids.new.digest or resized):
        _check_plain(new, old)
        rows = new_rows(ids.old, ids.new, value.shape[axis], new_size=weight.shape[axis])
        value = moved(value, rows, initializer, axis)
        told = WarmStartedWeight(new.path(weight), "remapped", f"{told.detail}: {rows}")
    if value.shape != tuple(weight.shape):
        wanted = "and no vocabulary of it is known" if ids is None else "with the rows of its vocabulary"
        raise ValueError(f"must have shape {value.shape}, as the old model has it {wanted}; received {weight.shape}")
    wanted, received = (str(one.dtype) for one in (before, weight))
    if wanted != received:
        raise ValueError(f"must have dtype {wanted}, as the old model has it; received {received}")
    return WeightChange(weight, value, told)


def _check_plain(*layers: WeightedLayer) -> None:
    for layer in layers:
        if getattr(layer.layer, "quantization_mode", None) or getattr(layer.layer, "lora_enabled", False):
            raise ValueError(f"must be neither quantised nor have LoRA weights, where rows move; layer {layer.name!r}")
