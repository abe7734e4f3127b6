"""The check that two SavedModels hold the same terms at the same ids, term by term."""

import hashlib
from collections.abc import Iterator

from lexport.savedmodel import Inventory
from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.stored_terms import StoredTerms, read_stored_terms
from lexport.verify import CheckResult

__all__ = ["SAME_TERMS_CHECK", "same_terms_check"]

SAME_TERMS_CHECK = "static:same-terms"


def same_terms_check(original: Inventory, repaired: Inventory) -> CheckResult:
    """Compares all vocabularies, wherever they are stored.

    Args:
        original: the SavedModel that was repaired.
        repaired: its copy.
    """
    before, after = (dict(_contents(read_stored_terms(one))) for one in (original, repaired))
    lost = [before[content] for content in before.keys() - after.keys()]
    new = [after[content] for content in after.keys() - before.keys()]
    if lost or new:
        detail = f"{', '.join(sorted(lost)) or 'nothing'} became {', '.join(sorted(new)) or 'nothing'}"
        return CheckResult(SAME_TERMS_CHECK, False, detail)
    return CheckResult(SAME_TERMS_CHECK, True, f"{counted(len(before), 'vocabulary')}, term by term")


def _contents(found: list[StoredTerms]) -> Iterator[tuple[str, str]]:
    for stored in found:
        digest = hashlib.sha256()
        pairs = stored.terms() if stored.asset is not None else sorted(stored.terms(), key=lambda pair: int(pair[0]))
        for number, term in pairs:
            digest.update(b"%s %d " % (number.encode(), len(term)) + term)
        yield digest.hexdigest(), stored.name
