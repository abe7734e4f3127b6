"""`adopt_layers`: the steps of an adoption in a row."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from lexport.adoption.adoption_report import AdoptedLayer, AdoptionReport
from lexport.adoption.asset_names import AssetNames
from lexport.adoption.foreign_tokenizers import foreign_tokenizers
from lexport.adoption.proof import answers_of, difference, table_difference
from lexport.adoption.stock_lookups import StockLookup, stock_lookups
from lexport.adoption.table_terms import vocabulary_of
from lexport.adoption.take_over import take_over
from lexport.errors import Problem, VocabularyError
from lexport.serving.owned_assets import lookup_layers
from lexport.vocabulary import Vocabulary

__all__ = ["adopt_layers"]


def adopt_layers(undo: ExitStack, model: Any, vocabularies: Iterable[Vocabulary]) -> AdoptionReport:
    """Adopts the stock layers below a model.

    Args:
        undo: is given what leads back; whoever closes it has the model as it was.
        model: as for `lexport.adopt`.
        vocabularies: as for `lexport.adopt`.

    Raises:
        VocabularyError: layers cannot be adopted; all are named.
    """
    plan = _plan(model, vocabularies)
    before = [answers_of(stock, vocabulary) for stock, vocabulary in plan]
    problems = []
    for (stock, vocabulary), answers in zip(plan, before, strict=True):
        take_over(stock, vocabulary, undo)
        changed = difference(stock, answers, answers_of(stock, vocabulary)) or table_difference(stock, vocabulary)
        if changed:
            problems.append(changed)
    _raise_if(model, problems)
    return AdoptionReport(tuple(_adopted(stock, vocabulary) for stock, vocabulary in plan))


def _plan(model: Any, vocabularies: Iterable[Vocabulary]) -> list[tuple[StockLookup, Vocabulary]]:
    owned = [layer.vocabulary for layer in lookup_layers(model) if layer.vocabulary is not None]
    names = AssetNames([*owned, *vocabularies])
    found: list[tuple[StockLookup, Vocabulary]] = []
    problems = list(foreign_tokenizers(model))
    for stock in stock_lookups(model):
        if obstacle := stock.obstacle():
            problems.append(obstacle)
            continue
        try:
            found.append((stock, vocabulary_of(stock)))
        except VocabularyError as error:
            problems += _placed(stock, error)
    _raise_if(model, problems)
    # A name that the user gave a file goes before those of layers with the same terms.
    for _, vocabulary in sorted(found, key=lambda one: one[0].file is None):
        names.named(vocabulary)
    return [(stock, names.named(vocabulary)) for stock, vocabulary in found]


def _placed(stock: StockLookup, error: VocabularyError) -> list[Problem]:
    if not error.problems:
        return [Problem(stock.where, error.summary)]
    where = [f"{stock.where}, {problem.where}" if problem.where else stock.where for problem in error.problems]
    return [replace(problem, where=place) for problem, place in zip(error.problems, where, strict=True)]


def _raise_if(model: Any, problems: list[Problem]) -> None:
    if problems:
        name = getattr(model, "name", type(model).__name__)
        raise VocabularyError(f"the lookup layers of {name!r} cannot become owners of their vocabularies", problems)


def _adopted(stock: StockLookup, vocabulary: Vocabulary) -> AdoptedLayer:
    return AdoptedLayer(stock.layer.name, type(stock.layer).__name__, vocabulary)
