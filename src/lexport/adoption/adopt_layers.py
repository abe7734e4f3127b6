"""`adopt_layers`: the steps of an adoption in a row."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from lexport.adoption.adoption_report import AdoptedLayer, AdoptionReport
from lexport.adoption.asset_names import AssetNames
from lexport.adoption.foreign_tokenizers import foreign_tokenizers
from lexport.adoption.hub_contents import content_of
from lexport.adoption.hub_tokenizers import HubTokenizer, hub_tokenizers
from lexport.adoption.planned_lookup import PlannedLookup
from lexport.adoption.planned_tokenizer import PlannedTokenizer
from lexport.adoption.proof import difference
from lexport.adoption.stock_lookups import StockLookup, stock_lookups
from lexport.adoption.table_terms import vocabulary_of
from lexport.errors import Problem, VocabularyError
from lexport.serving.owned_assets import lookup_layers, owned_models
from lexport.vocabulary import Vocabulary

__all__ = ["adopt_layers"]

Planned = PlannedLookup | PlannedTokenizer


def adopt_layers(undo: ExitStack, model: Any, vocabularies: Iterable[Vocabulary]) -> AdoptionReport:
    """Adopts the stock layers below a model.

    Args:
        undo: is given what leads back; whoever closes it has the model as it was.
        model: as for `lexport.adopt`.
        vocabularies: as for `lexport.adopt`.

    Raises:
        VocabularyError: layers cannot be adopted; all are named.
    """
    plan = _named(model, vocabularies, _plan(model))
    before = [one.answers() for one in plan]
    problems = []
    for one, answers in zip(plan, before, strict=True):
        try:
            one.take_over(undo)
        except VocabularyError as error:
            problems += _placed(one.found, error)
            continue
        if changed := difference(one.found.where, answers, one.answers()) or one.check():
            problems.append(changed)
    _raise_if(model, problems)
    layers = [AdoptedLayer(one.found.layer.name, type(one.found.layer).__name__, one.content) for one in plan]
    return AdoptionReport(tuple(layers))


def _plan(model: Any) -> list[Planned]:
    plan: list[Planned] = []
    problems = list(foreign_tokenizers(model))
    everything: list[StockLookup | HubTokenizer] = [*stock_lookups(model), *hub_tokenizers(model)]
    for found in everything:
        if obstacle := found.obstacle():
            problems.append(obstacle)
            continue
        try:
            plan.append(_planned(found))
        except VocabularyError as error:
            problems += _placed(found, error)
    _raise_if(model, problems)
    return plan


def _planned(found: StockLookup | HubTokenizer) -> Planned:
    if isinstance(found, StockLookup):
        return PlannedLookup(found, vocabulary_of(found))
    return PlannedTokenizer(found, content_of(found))


def _named(model: Any, vocabularies: Iterable[Vocabulary], plan: list[Planned]) -> list[Planned]:
    owned = [layer.vocabulary for layer in lookup_layers(model) if layer.vocabulary is not None]
    terms, models = AssetNames([*owned, *vocabularies]), AssetNames(owned_models(model).values())

    def named(one: Planned) -> Planned:
        if isinstance(one.content, Vocabulary):
            return replace(one, content=terms.named(one.content))
        return replace(one, content=models.named(one.content))

    # A name that the user gave a file goes before those of layers with the same terms.
    for one in sorted(plan, key=lambda each: each.found.file is None):
        named(one)
    return [named(one) for one in plan]


def _placed(found: StockLookup | HubTokenizer, error: VocabularyError) -> list[Problem]:
    if not error.problems:
        return [Problem(found.where, error.summary)]
    where = [f"{found.where}, {problem.where}" if problem.where else found.where for problem in error.problems]
    return [replace(problem, where=place) for problem, place in zip(error.problems, where, strict=True)]


def _raise_if(model: Any, problems: list[Problem]) -> None:
    if problems:
        name = getattr(model, "name", type(model).__name__)
        raise VocabularyError(f"the lookup layers of {name!r} cannot become owners of their vocabularies", problems)
