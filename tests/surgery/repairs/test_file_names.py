"""Any name of a node gives the name of a file, in one folder, that nothing has yet."""

from hypothesis import given
from hypothesis import strategies as st

from lexport.savedmodel.tree import path_problem
from lexport.surgery.repairs.file_names import file_name


@given(st.text(max_size=300), st.integers(0, 3))
def test_a_name_is_safe_and_free(name: str, times: int) -> None:
    """Also that of a hostile graph: it leaves no folder, and replaces nothing."""
    taken: set[str] = set()
    for _ in range(times + 1):
        found = file_name(name, taken)
        path = f"assets/{found}"
        assert path_problem(path) is None
        assert "/" not in found
        assert not found.startswith(".")
        assert found.endswith(".txt")
        assert path not in taken
        taken.add(path)
