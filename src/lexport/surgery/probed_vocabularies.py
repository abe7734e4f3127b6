"""`probed_vocabularies`: the vocabularies of a SavedModel as probes are made from them."""

from collections.abc import Collection
from itertools import islice

from lexport.savedmodel import Inventory
from lexport.savedmodel.stored_terms import StoredTerms, read_stored_terms
from lexport.verify import ProbeVocabulary

__all__ = ["probed_vocabularies"]

MOST_TERMS = 100_000  # from which probes are drawn


def probed_vocabularies(inventory: Inventory, without: Collection[str] = ()) -> list[ProbeVocabulary]:
    """Reads the first terms of each vocabulary, from its file or from the graph.

    Args:
        inventory: the SavedModel.
        without: file names below `assets/` that are left out.
    """
    return [_probed(stored) for stored in read_stored_terms(inventory) if stored.asset not in without]


def _probed(stored: StoredTerms) -> ProbeVocabulary:
    texts = [term.decode(errors="replace") for _, term in islice(stored.terms(), MOST_TERMS)]
    if texts and all(text.removeprefix("-").isdecimal() for text in texts):
        return ProbeVocabulary(stored.name, "int64", [int(text) for text in texts])
    return ProbeVocabulary(stored.name, "string", texts)
