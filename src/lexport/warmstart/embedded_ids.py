"""Which ids the embeddings of a model have rows for."""

from typing import Any

from lexport.errors import Problem, VocabularyError
from lexport.serving.fed_embeddings import fed_embeddings
from lexport.warmstart.ids import Ids, ids_of

__all__ = ["embedded_ids"]


def embedded_ids(model: Any) -> tuple[dict[int, Ids], list[Problem]]:
    """Finds what the rows of each embedding stand for, where Keras recorded how the model was put together.

    Args:
        model: a built `keras.Model`.

    Returns:
        The ids by the identity of the embedding, and what is wrong: an embedding with several vocabularies, or a lookup
        without one.
    """
    found: dict[int, Ids] = {}
    problems: list[Problem] = []
    for embedding, lookup in fed_embeddings(model):
        try:
            ids = ids_of(lookup)
        except VocabularyError as error:
            problems.append(Problem(f"layer {embedding.name!r}", str(error)))
            continue
        before = found.setdefault(id(embedding), ids)
        if before.digest != ids.digest:
            message = f"must have one vocabulary; it is fed by {before.owner} and {ids.owner}, whose ids differ"
            problems.append(Problem(f"layer {embedding.name!r}", message, "Give each lookup an embedding of its own"))
    return found, problems
