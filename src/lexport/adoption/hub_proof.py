"""The proof that an adopted tokenizer of keras-hub answers as it did before."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from lexport.adoption.answers import Answers, answer
from lexport.adoption.hub_tokenizers import HubTokenizer
from lexport.verify.probe_values import EDGE_TEXTS, ProbeVocabulary
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["tokenizer_answers"]

SEED = 20_260_101
SAMPLE = 64


def tokenizer_answers(tokenizer: HubTokenizer, content: Vocabulary | SentencePieceModel) -> Answers:
    """Asks a tokenizer in a graph, where its kernels work: texts, and the other way round ids.

    Returns:
        The answers, as what can be compared; an error counts as an answer.
    """
    layer = tokenizer.layer
    pieces = content.terms if isinstance(content, Vocabulary) else content.pieces
    texts, ids = _texts(content.name, pieces), _ids(len(pieces))
    # A tokenizer that splits no text takes words, in rows.
    batches = [texts] if getattr(layer, "split", True) else _in_rows(texts)
    asked = [(str(batch), answer(_in_a_graph(layer.call), batch)) for batch in batches]
    return [*asked, (f"detokenize {ids}", answer(_in_a_graph(layer.detokenize), ids))]


def _in_a_graph(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def ask(asked: Any) -> Any:
        # An eager call would run other code of keras-hub, which no SavedModel holds.
        return tf.function(function, autograph=False).get_concrete_function(asked)(asked)

    return ask


def _texts(name: str, pieces: Sequence[str | int]) -> Any:
    probes = ProbeVocabulary(name, "string", tuple(pieces))
    random = np.random.default_rng(SEED)
    known = [_bytes(one) for one in probes.sample(random, SAMPLE)]
    return tf.constant([b" ".join(known), *known, *probes.values(random), *EDGE_TEXTS], tf.string)


def _in_rows(texts: Any) -> list[Any]:
    return [texts[:, tf.newaxis], tf.RaggedTensor.from_row_lengths(texts, [2, 0, len(texts) - 2])]


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _ids(size: int) -> Any:
    first, last = list(range(min(size, SAMPLE))), list(range(max(size - SAMPLE, 0), size))
    return tf.constant([first, last], tf.int32)
