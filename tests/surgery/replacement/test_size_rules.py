"""What becomes of each line of a vocabulary, and which changes are refused."""

from hypothesis import given
from hypothesis import strategies as st

from lexport.surgery.replacement.size_rules import Room, size_problems
from lexport.surgery.replacement.term_changes import TermChanges

TERMS = st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b"e", b"f"]), min_size=1, max_size=6)
DISTINCT = st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b"e", b"f"]), min_size=1, max_size=6, unique=True)


@given(TERMS, DISTINCT)
def test_each_line_is_told_once(old: list[bytes], new: list[bytes]) -> None:
    """Every new line is kept, exchanged, added, or has a term that moved there; nothing is told twice or left out."""
    changes = TermChanges(old, new)
    moved_to = [line for _, _, line in changes.moved]
    told = [*changes.kept, *changes.exchanged, *changes.added, *moved_to]
    assert sorted(told) == list(range(len(new)))
    gone = [*changes.kept, *changes.exchanged, *changes.removed, *(line for _, line, _ in changes.moved)]
    assert sorted(gone) == list(range(len(old)))


@given(TERMS, DISTINCT)
def test_what_is_told_is_so(old: list[bytes], new: list[bytes]) -> None:
    """The words mean what they say."""
    changes = TermChanges(old, new)
    assert all(old[line] == new[line] for line in changes.kept)
    assert all(old[line] not in new or old.count(old[line]) > 1 for line in changes.exchanged)
    assert all(new[line] not in old for line in (*changes.exchanged, *changes.added))
    assert all(old[before] == term == new[after] and before != after for term, before, after in changes.moved)


@given(TERMS, DISTINCT, st.none() | st.integers(0, 8), st.booleans())
def test_nothing_gets_another_id_unless_it_was_allowed(
    old: list[bytes], new: list[bytes], room: int | None, allow_moved: bool
) -> None:
    """What passes has as many lines, or all old ones at its head and room for the rest; and no term has moved."""
    changes = TermChanges(old, new)
    passes = not list(size_problems("new.txt", changes, Room(room, "why"), allow_moved=allow_moved))
    same_size = len(new) == len(old)
    appended = len(new) > len(old) and new[: len(old)] == old and room is not None and len(new) <= room
    stays = all(old[line : line + 1] == [term] for line, term in enumerate(new) if term in old)
    assert passes == ((same_size or appended) and (allow_moved or stays))


def test_every_problem_is_told() -> None:
    """The file is wrong in two ways, and each of its moved terms is named with both lines."""
    changes = TermChanges([b"a", b"b", b"c"], [b"b", b"a"])
    told = [str(one) for one in size_problems("new.txt", changes, Room(None, ""), allow_moved=False)]
    assert told[0].startswith("new.txt: must have 3 terms, as the one that it replaces; received 2. ")
    assert told[1].startswith("new.txt line 1: 'b' stood on line 2: it would get another id than in training. ")
    assert told[2].startswith("new.txt line 2: 'a' stood on line 1: it would get another id than in training. ")


def test_terms_between_the_old_ones_are_told_by_their_first_line() -> None:
    """More terms can only follow all the old ones."""
    changes = TermChanges([b"a", b"b"], [b"a", b"new", b"b"])
    [problem] = size_problems("new.txt", changes, Room(9, ""), allow_moved=True)
    assert "line 2 has 'new' where 'b' stood. Append them in one step" in str(problem)


def test_the_last_row_of_the_embedding_can_be_taken_and_no_further() -> None:
    """The limit is exact, and its reason is told."""
    changes = TermChanges([b"a"], [b"a", b"b", b"c"])
    assert not list(size_problems("new.txt", changes, Room(3, "4 rows"), allow_moved=False))
    [problem] = size_problems("new.txt", changes, Room(2, "3 rows"), allow_moved=False)
    assert "must have at most 2 terms; received 3: 3 rows" in str(problem)
