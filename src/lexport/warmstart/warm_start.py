"""`warm_start`: what one model has learned, put into another one with other vocabularies."""

from collections.abc import Iterator, Mapping
from typing import Any

from lexport.errors import Problem, VocabularyError
from lexport.warmstart.ids import ids_of
from lexport.warmstart.layer_pairs import LayerPairs, WeightedLayer, layer_pairs, weighted_layers
from lexport.warmstart.learned_ids import learned_ids
from lexport.warmstart.vocabulary_changes import lookups_of, unexplained_changes
from lexport.warmstart.warm_start_report import WarmStartedWeight, WarmStartReport
from lexport.warmstart.weight_changes import IdsOfWeights, WeightChange, weight_changes

__all__ = ["warm_start"]

Vocabularies = Mapping[str, tuple[Any, Any] | None]


def warm_start(
    new_model: Any, old_model: Any, *, vocabularies: Vocabularies | None = None, initializer: Any = "uniform"
) -> WarmStartReport:
    """Gives a model the weights of another one: a term has in the new model what was learned for it in the old one.

    Layers that somebody named continue the layer of that name, others the one of their class in the same place. Weights
    are copied; the rows of an embedding go where the new vocabulary has their terms, also where both vocabularies have
    as many. Which vocabulary an embedding has is seen where Keras recorded how the model was put together, and so are
    the labels of an output layer whose best class an inverse lookup reads. Everything is checked first: where something
    is wrong, the new model stays as it is. Optimizers are not touched: compile the new model, and its optimizer starts
    anew.

    Args:
        new_model: a built `keras.Model`; its weights change.
        old_model: a built `keras.Model`.
        vocabularies: what cannot be seen, by the name of a layer of the new model: the old and the new ids, each a
            `Vocabulary`, a lookup layer or a tokenizer. Of an embedding they are its rows, of another layer its
            classes, the last axis of each weight. `"layer/kernel"` names one weight that has them along its first axis,
            as behind a multi-hot lookup. None says of a lookup layer that no weight stands for its ids, and of an
            embedding that its ids stay.
        initializer: what new terms get: a Keras initializer, its name, or a callable of a shape and a dtype.

    Returns:
        What became of each weight.

    Raises:
        VocabularyError: what was given is no model, or the models do not fit: weights have other shapes and no
            vocabulary says why, special ids differ, a layer has several vocabularies, a vocabulary changed and it
            cannot be seen whose weights it concerns, or the models have other numbers of layers of a class. All of it
            is named.

    Example:
        >>> import keras
        >>> def build(terms):
        ...     word = keras.Input((), dtype="string")
        ...     ids = keras.layers.StringLookup(vocabulary=terms, name="words")(word)
        ...     return keras.Model(word, keras.layers.Embedding(len(terms) + 1, 2, name="rows")(ids))
        >>> old, new = build(["the", "of"]), build(["of", "and", "the"])
        >>> print(warm_start(new, old))
        remapped     rows/embeddings  from rows/embeddings: 2 terms kept, 1 new, 0 dropped, 1 special
        >>> bool((new(keras.ops.convert_to_tensor(["of"])) == old(keras.ops.convert_to_tensor(["of"]))).numpy().all())
        True
    """
    _check_models(new_model=new_model, old_model=old_model)
    news, olds = weighted_layers(new_model), weighted_layers(old_model)
    pairs = layer_pairs(news, olds)
    said, problems = _said(vocabularies or {}, news, {str(layer.name) for layer in lookups_of(new_model)})
    known, found = _known_ids(new_model, old_model, pairs, said)
    ignored = [name for name, ids in (vocabularies or {}).items() if ids is None]
    told = [ids for one in said.values() if one for ids in (one.old, one.new)]
    places = _moved(new_model, pairs, known)
    problems += [*pairs.problems, *found, *unexplained_changes(new_model, old_model, told, ignored, places)]
    changes: list[WeightChange] = []
    for new, old in pairs.pairs:
        given, wrong = weight_changes(new, old, known.get(id(new.layer)), initializer)
        changes += given
        problems += wrong
    if problems:
        raise VocabularyError("the new model cannot take over what the old one has learned", problems)
    for change in changes:
        change.weight.assign(change.value)
    return WarmStartReport((*(change.told for change in changes), *_initialised(pairs)), tuple(_left(pairs)))


def _check_models(**models: Any) -> None:
    import keras

    problems = [
        Problem(name, f"must be a keras.Model; received {model!r}", "keras.models.load_model reads one from a file")
        for name, model in models.items()
        if not isinstance(model, keras.Model)
    ]
    if problems:
        raise VocabularyError("warm_start takes two models", problems)


def _said(
    vocabularies: Vocabularies, news: list[WeightedLayer], lookups: set[str]
) -> tuple[dict[str, IdsOfWeights | None], list[Problem]]:
    paths = {layer.path(weight): weight.name for layer in news for weight in layer.weights}
    names = {layer.name for layer in news}
    said: dict[str, IdsOfWeights | None] = {}
    problems: list[Problem] = []
    for name, ids in vocabularies.items():
        if name not in names | paths.keys() and not (ids is None and name in lookups):
            message = f"must name a layer with weights; the new model has {', '.join(sorted(names)) or 'none'}"
            problems.append(Problem("vocabularies", f"{message}; received {name!r}"))
            continue
        layer = name.rpartition("/")[0] if name in paths else name
        if layer in said:
            message = f"must say one thing of layer {layer!r}; received another one as {name!r}"
            problems.append(Problem("vocabularies", message, "Move the other weight with remap_embedding"))
        said[layer] = None if ids is None else IdsOfWeights(ids_of(ids[0]), ids_of(ids[1]), paths.get(name))
    return said, problems


def _known_ids(
    new_model: Any, old_model: Any, pairs: LayerPairs, said: Mapping[str, IdsOfWeights | None]
) -> tuple[dict[int, IdsOfWeights | None], list[Problem]]:
    (of_new, problems), (of_old, more) = learned_ids(new_model), learned_ids(old_model)
    known: dict[int, IdsOfWeights | None] = {}
    for new, old in pairs.pairs:
        before, after = of_old.get(id(old.layer)), of_new.get(id(new.layer))
        if new.name in said:
            known[id(new.layer)] = said[new.name]
        elif before is not None and after is not None:
            known[id(new.layer)] = IdsOfWeights(before, after)
    continued = {new.name for new, _ in pairs.pairs}
    for name in sorted(name for name, ids in said.items() if ids is not None and name not in continued):
        problems.append(Problem("vocabularies", f"must name a layer that the old model has, too; received {name!r}"))
    return known, [*problems, *more]


def _moved(new_model: Any, pairs: LayerPairs, known: Mapping[int, IdsOfWeights | None]) -> set[int]:
    """The layers whose ids are known, of both models; nothing is taken over for embeddings that the old one lacks."""
    continued = {id(layer.layer) for new, old in pairs.pairs if known.get(id(new.layer)) for layer in (new, old)}
    return continued | {id(layer.layer) for layer in pairs.added} & learned_ids(new_model)[0].keys()


def _initialised(pairs: LayerPairs) -> Iterator[WarmStartedWeight]:
    for layer in pairs.added:
        yield from (WarmStartedWeight(layer.path(weight), "initialised") for weight in layer.weights)


def _left(pairs: LayerPairs) -> Iterator[str]:
    for layer in pairs.removed:
        yield from (layer.path(weight) for weight in layer.weights)
