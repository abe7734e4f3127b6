"""The check that the requests reached every lookup table: what nobody looks up is not verified."""

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence

from lexport.savedmodel import Table
from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.table_watch import TableWatch
from lexport.verify.asked_terms import AskedTerms
from lexport.verify.candidates import C_API, Candidate, is_watcher
from lexport.verify.judge import Replay
from lexport.verify.observation import Observation
from lexport.verify.report import CheckResult
from lexport.verify.table_names import TableNames

__all__ = ["TABLES_CHECK", "tables_check"]

TABLES_CHECK = "probes:tables-reached"
NO_WATCHER = f"only {C_API} sees which tables are reached, and it is not among the loaders"

NO_REQUEST = "no request that looks anything up was answered"
# A table in which more was found is not looked at: probes ask all terms of small vocabularies alone.
MOST_LOOKED_AT = 100
NOT_ALL_TRAVEL = "not all requests travel with the export, and of those that do:"


def tables_check(
    tables: TableWatch,
    candidates: Sequence[Candidate],
    replays: Sequence[Replay],
    names: TableNames,
    allow_unreached: Collection[str] = (),
    *,
    asked: AskedTerms | None = None,
    partial: bool = False,
) -> list[CheckResult]:
    """Checks that some request found something in each table that a signature uses.

    Args:
        tables: the tables of the export, and who looks up in them.
        candidates: the loaders.
        replays: what came of each.
        names: what the tables are called.
        allow_unreached: names of tables that no request need reach.
        asked: what the requests held; None where that is not known.
        partial: whether others than these requests were asked before the publication; what these do not reach is
            then not verified, and fails nothing.

    Returns:
        One result; none where the export has no table.
    """
    unknown = sorted(set(allow_unreached) - names.known)
    if unknown:
        return [CheckResult(TABLES_CHECK, False, _names_nothing(unknown, sorted(names.known)))]
    if not tables.tables:
        return []
    seen = _seen(tables, candidates, replays)
    if isinstance(seen, str):
        return [CheckResult(TABLES_CHECK, None, seen)]
    judged = _judged(tables, seen, names, frozenset(allow_unreached), asked)
    if partial and judged.passed is False:
        return [CheckResult(TABLES_CHECK, None, f"{NOT_ALL_TRAVEL}\n{judged.detail}", required=False)]
    return [judged]


def _names_nothing(unknown: Sequence[str], known: Sequence[str]) -> str:
    near = [name for one in unknown for name in difflib.get_close_matches(one, known, 1)]
    verb = "names" if len(unknown) == 1 else "name"
    return (
        f"verify.allow_unreached: {', '.join(map(repr, unknown))} {verb} nothing; the vocabularies and asset files "
        f"are {', '.join(known) or 'none'}" + (f". Did you mean {', '.join(map(repr, near))}?" if near else "")
    )


def _seen(tables: TableWatch, candidates: Sequence[Candidate], replays: Sequence[Replay]) -> Observation | str:
    """Gives what was observed, or why nothing was."""
    for candidate, replay in zip(candidates, replays, strict=True):
        if is_watcher(candidate):
            seen = replay.observation
            if seen is None:
                return next((check.detail for check in replay.checks), NO_REQUEST)
            if len(seen.found) != len(tables.watched):
                return f"the candidate tells of {len(seen.found)} tables; {len(tables.watched)} were to be watched"
            return seen if seen.requests or seen.error or not tables.watched else NO_REQUEST
    return NO_WATCHER


def _judged(
    tables: TableWatch, seen: Observation, names: TableNames, allowed: frozenset[str], asked: AskedTerms | None
) -> CheckResult:
    found = dict(zip(tables.watched, seen.found, strict=True))
    missed = [table for table, count in found.items() if not count]
    faults = [table for table in missed if allowed.isdisjoint(names.of(table))]
    if faults and seen.error:
        return CheckResult(TABLES_CHECK, None, f"the lookups cannot be watched: {seen.error}")
    if faults:
        return CheckResult(TABLES_CHECK, False, "\n".join(_fault(tables, table, names, asked) for table in faults))
    requests = f"{counted(sum(found.values()), 'distinct value')} found by {counted(seen.requests, 'request')}"
    parts = [f"{len(found) - len(missed)} of {counted(len(found), 'table')}, {requests}"]
    parts += _hardly_found(tables, found, names, asked)
    parts += [f"not reached, as is allowed: {names.told(table)}" for table in missed]
    parts += [f"not watched: {names.told(table)}: {obstacle}" for table, obstacle in tables.unwatched.items()]
    parts += [f"no signature reads {names.told(table)}" for table in tables.unserved]
    return CheckResult(TABLES_CHECK, True, "\n".join(parts))


def _hardly_found(
    tables: TableWatch, found: Mapping[Table, int], names: TableNames, asked: AskedTerms | None
) -> Iterator[str]:
    """Names tables of which all terms were asked and few were found: the others may be written otherwise."""
    for table, count in found.items():
        terms = asked.of(table, tables.signatures(table)) if asked and 0 < count <= MOST_LOOKED_AT else None
        if terms and terms.asked == terms.terms and count * 2 < terms.terms:
            yield f"all {terms.terms} terms were asked, and {count} found, in {names.told(table)}"


def _fault(tables: TableWatch, table: Table, names: TableNames, asked: AskedTerms | None) -> str:
    users = tables.signatures(table)
    signatures = f"signature{'s' if len(users) > 1 else ''} {', '.join(users)} use{'' if len(users) > 1 else 's'}"
    missed = f"no request found anything in {names.told(table)}, which the {signatures}"
    allow = f"or name {names.shortest(table)!r} in verify.allow_unreached"
    terms = asked.of(table, users) if asked else None
    if terms and terms.asked:
        shown = ", ".join(repr(term.decode(errors="replace")) for term in terms.first)
        return (
            f"{missed}, although the requests held {terms.asked} of its {terms.terms} terms, as {shown}. Look at what "
            "standardizes or changes the text before the lookup, and at the condition that the lookup stands behind, "
            f"{allow}"
        )
    what = "terms" if table.value_dtype == "int64" else "keys"
    return f"{missed}. Add a row that holds one of its {what} to verify.examples, {allow}"
