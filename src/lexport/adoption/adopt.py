"""`adopt`: the verb that makes stock layers own their vocabulary."""

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from lexport.adoption.adopt_layers import adopt_layers
from lexport.adoption.adoption_report import AdoptionReport
from lexport.serving.export_lock import EXPORT_LOCK
from lexport.vocabulary import Vocabulary

__all__ = ["adopt"]


def adopt(model: Any, *, vocabularies: Iterable[Vocabulary] = ()) -> AdoptionReport:
    """Makes Keras's own lookup layers own their vocabulary, in the place where they stand.

    `keras.layers.StringLookup`, `IntegerLookup` and `TextVectorization` become those of `lexport.layers`: adapted,
    filled from a list or a file, or reloaded from a `.keras` file; in sub-models, wrappers such as
    `TimeDistributed`, a `keras.utils.FeatureSpace`, and in attributes, lists and dicts of layers and models. They
    stay the same objects, under the same names, with the same weights, tables and answers. Every table is compared
    with its file term by term, and every layer with itself on probes.

    `WordPieceTokenizer` and `SentencePieceTokenizer` of keras-hub, and tokenizers below them such as `BertTokenizer`,
    own their vocabulary or model as well: they keep their class, and call kernels that read files.

    `lexport.export` and `lexport.save` do this by themselves, for as long as they run. Call `adopt` where the model
    itself is to change: `model.save("model.keras")` then holds the vocabulary of each lookup under its digest, and
    needs lexport to be loaded. Of tokenizers of keras-hub it holds what keras-hub writes.

    Args:
        model: a Keras model or layer, or a module that has some.
        vocabularies: those that the model was trained with. A layer that has the terms of one of them gets it, with
            its name and its statistics.

    Returns:
        What was adopted. Two layers with the same terms share one vocabulary.

    Raises:
        VocabularyError: layers cannot be adopted; all are named, with the reason. The model is as it was.

    Example:
        >>> import keras
        >>> lookup = keras.layers.StringLookup(vocabulary=["the", "of"], name="words")
        >>> model = keras.Sequential([keras.Input((1,), dtype="string"), lookup])
        >>> print(adopt(model))
        words (StringLookup): words.txt, 2 terms
        >>> lookup.vocabulary
        Vocabulary('words', 2 terms, string, sha256 7816c170aa5a)
    """
    with EXPORT_LOCK, ExitStack() as undo:
        report = adopt_layers(undo, model, vocabularies)
        undo.pop_all()
    return report
