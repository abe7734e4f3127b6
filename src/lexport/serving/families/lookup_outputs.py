"""What the lookups and tokenizers of a functional model give, by the names of the layers."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import keras

from lexport.errors import Problem, SignatureError
from lexport.layers import TextVectorization
from lexport.layers.owned_vocabulary import OwnedVocabulary
from lexport.layers.piece_tokenizer import PieceTokenizer
from lexport.layers.tokenizer_layer import TokenizerLayer
from lexport.layers.word_tokenizer import WordTokenizer
from lexport.serving.keras_graph import graph_inputs, is_graph, layer_calls, overrides_call
from lexport.serving.owned_assets import descendants

__all__ = ["lookup_outputs"]

WHERE = "outputs"

# Layers around a lookup of their own, whose ids are theirs.
_AROUND = (TextVectorization, PieceTokenizer)


class _LookupCall(NamedTuple):
    """One output of a call of a lookup layer or tokenizer, as a tensor of the whole model.

    Attributes:
        layer: what was called.
        number: the how manieth call of the layer it is.
        key: of the output, where the layer gives a dict.
        output: the symbolic tensor.
    """

    layer: Any
    number: int
    key: str
    output: Any


def lookup_outputs(model: Any, chosen: tuple[str, ...]) -> dict[str, Any]:
    """Finds the symbolic outputs of lookup layers and tokenizers, also in models that the model calls.

    Args:
        model: a built `keras.Model`.
        chosen: names of lookup layers and tokenizers; empty for all of them that give ids. A layer that is called
            several times gives `name`, `name_1`, and so on; one that gives a dict gives `name_key` for each key.

    Returns:
        Symbolic tensors of the model by name: sparse, ragged or dense.

    Raises:
        SignatureError: the model is no graph of layers or has no such layer, or names collide; all are named.
    """
    if not is_graph(model):
        what = "has its own call" if overrides_call(model) else "is subclassed"
        raise SignatureError(
            "the lookups cannot be told apart",
            [Problem(WHERE, f"need a functional model; {model.name!r} {what}", "Use family: function")],
        )
    calls = list(_lookup_calls(model))
    found, problems = _named(calls)
    problems += [
        Problem(WHERE, f"the model has no lookup layer {name!r}, but {list(found)}")
        for name in chosen
        if name not in found
    ]
    if not chosen:
        chosen = tuple(name for name, call in found.items() if _gives_ids(call.layer))
        problems += _out_of_reach(model, [call.layer for call in calls])
        if not chosen and not problems:
            problems.append(Problem(WHERE, f"model {model.name!r} has no lookup layer or tokenizer of lexport.layers"))
    if problems:
        raise SignatureError("the lookups cannot be served", problems)
    return {name: found[name].output for name in chosen}


def _lookup_calls(model: Any) -> Iterator[_LookupCall]:
    for layer, number, inputs, outputs in layer_calls(model):
        if _is_lookup(layer):
            for key, output in zip(_keys(layer, inputs), outputs, strict=True):
                yield _LookupCall(layer, number, key, output)
        elif is_graph(layer):
            inner = list(_lookup_calls(layer))
            if inner:
                # The same layers once more, on what the model gives its inner model.
                part = keras.Model(graph_inputs(layer), [call.output for call in inner])
                yield from (call._replace(output=output) for call, output in zip(inner, part(inputs), strict=True))


def _keys(layer: Any, inputs: Any) -> list[str]:
    """Gives the keys of what a layer gives, in the order of its flat outputs; of a tensor the empty one."""
    spec = layer.compute_output_spec(inputs)
    return ["_".join(map(str, path)) for path, _ in keras.tree.flatten_with_path(spec)]


def _named(calls: Sequence[_LookupCall]) -> tuple[dict[str, _LookupCall], list[Problem]]:
    found: dict[str, _LookupCall] = {}
    problems = []
    for call in calls:
        before = {other.number for other in calls if other.layer is call.layer and other.number < call.number}
        parts = [call.layer.name, *([str(len(before))] if before else []), *([call.key] if call.key else [])]
        name = "_".join(parts)
        if name in found:
            problems.append(Problem(WHERE, f"two lookups would be called {name!r}", "Rename one of the layers"))
        found[name] = call
    return found, problems


def _out_of_reach(model: Any, reached: list[Any]) -> Iterator[Problem]:
    """Names lookups that are called by other layers, where no symbolic tensor shows what they give."""
    known = {id(layer) for layer in reached}
    known |= {id(layer._lookup_layer) for layer in reached if isinstance(layer, _AROUND)}
    inner = {id(child._lookup_layer) for child in descendants(model) if isinstance(child, _AROUND)}
    for child in descendants(model):
        if _is_lookup(child) and id(child) not in known | inner and _gives_ids(child):
            yield Problem(
                WHERE,
                f"lookup layer {child.name!r} is called by another layer, so what it gives cannot be seen",
                "Name the layers to serve in outputs, or use family: function",
            )


def _is_lookup(layer: Any) -> bool:
    return isinstance(layer, OwnedVocabulary | TextVectorization | TokenizerLayer)


def _gives_ids(layer: Any) -> bool:
    # The words of a tokenizer of words are looked up behind it.
    return not getattr(layer, "invert", False) and not isinstance(layer, WordTokenizer)
