from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.corpus.selection import TermGroups, term_groups
from lexport.errors import VocabularyError


def _keys(key: Any, terms: list[Any]) -> list[str | None]:
    kind = pa.int64() if isinstance(terms[0], int) else pa.large_string()
    return list(TermGroups(max_terms=1, key=key).keys(pa.array(terms, kind)).to_pylist())


@pytest.mark.parametrize(
    ("expression", "terms", "keys"),
    [
        ("^([a-z]+):", ["en:the", "de:der", "the", "EN:x", ":", "en:a:b"], ["en", "de", None, None, None, "en"]),
        (r"(\d+)", ["a12b34", "none", "7"], ["12", None, "7"]),
        ("(?:_)(.)$", ["a_b", "a_b_c", "é_\U00010000"], ["b", "c", "\U00010000"]),
        ("(?i)^(ab)", ["ABc", "abc", "b"], ["AB", "ab", None]),
        ("(a|b)", ["xbya", "c"], ["b", None]),
        ("^(a*)", ["aab", "b"], ["aa", ""]),
        ("(?s)^.(.)", ["a\nb", "ab"], ["\n", "b"]),
    ],
)
def test_an_expression_gives_what_its_group_captures(expression: str, terms: list[str], keys: list[str | None]) -> None:
    """Of the leftmost match, whatever stands around it; terms that do not match have no group."""
    assert _keys(expression, terms) == keys


def test_the_group_of_an_integer_is_found_in_its_digits() -> None:
    """With its sign."""
    assert _keys("^(-?[0-9])", [123, -45, 7]) == ["1", "-4", "7"]


@given(st.lists(st.text(st.sampled_from("ab:\n\x00é")), min_size=1))
def test_the_expression_sees_every_term(terms: list[str]) -> None:
    """Those with line ends and NULs too, and empty ones."""
    expected = [term.split(":")[0] if ":" in term else None for term in terms]
    assert _keys("(?s)^([^:]*):", terms) == expected


def test_a_function_gives_the_groups_of_a_list_of_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Called with as many terms as are good for it, as Python strings; None is no group."""
    monkeypatch.setattr(term_groups, "TERMS_AT_ONCE", 2)
    calls = []

    def first_letter(terms: Sequence[Any]) -> list[Any]:
        calls.append(list(terms))
        return [term[0] if term else None for term in terms]

    assert _keys(first_letter, ["ab", "", "c"]) == ["a", None, "c"]
    assert calls == [["ab", ""], ["c"]]
    assert TermGroups(max_terms=1, key=first_letter).keys(pa.array([], pa.large_string())).to_pylist() == []


def test_a_function_that_fails_or_forgets_terms_is_an_error() -> None:
    """The error says which of the two, and keeps the cause."""
    with pytest.raises(VocabularyError, match="failed: IndexError: string index out of range") as caught:
        _keys(lambda terms: [term[0] for term in terms], ["a", ""])
    assert isinstance(caught.value.__cause__, IndexError)
    with pytest.raises(VocabularyError, match="must give 2 keys; received 1"):
        _keys(lambda terms: terms[:1], ["a", "b"])


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"key": "(a)"}, "groups: must have a limit, such as max_terms: without one they change nothing"),
        ({"key": "a", "max_terms": 1}, "groups.key: must have one capture group, as in '^([a-z]+):'; received 'a', "),
        ({"key": "(a)(b)", "max_terms": 1}, "groups.key: must have one capture group"),
        ({"key": "(", "max_terms": 1}, "groups.key: must be a regular expression; received '('"),
        ({"key": r"(a)(?=b)", "max_terms": 1}, "groups.key: must be in the syntax of RE2"),
        ({"key": "(a)", "max_terms": 0}, "groups.max_terms: must be at least 1 or None; received 0"),
    ],
)
def test_groups_that_change_nothing_or_cannot_be_are_refused(given: dict[str, Any], problem: str) -> None:
    """When they are made, not after the data was counted."""
    with pytest.raises(VocabularyError) as caught:
        TermGroups(**given)
    assert str(caught.value.problems[0]).startswith(problem)
