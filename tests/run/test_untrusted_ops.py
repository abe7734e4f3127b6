"""A hostile manifest must not loosen the checks where they are all that there is."""

import errno

import pytest

from lexport.errors import AssetError
from lexport.run.untrusted_ops import check_untrusted_ops


def no_sandbox() -> int:
    """What the kernel says where it has no Landlock."""
    raise OSError(errno.ENOSYS, "not implemented")


def test_what_writes_files_needs_a_sandbox() -> None:
    """Without one it could write wherever the user may."""
    with pytest.raises(
        AssetError, match=r"allows the graph to use ReadFile, WriteFile, and this machine has no sandbox"
    ):
        check_untrusted_ops("export", ["WriteFile", "PrintV2", "ReadFile"], no_sandbox)


@pytest.mark.parametrize(("ops", "find_sandbox"), [(["WriteFile"], lambda: 1), (["PrintV2", "OpOfNobody"], no_sandbox)])
def test_the_rest_passes(ops: list[str], find_sandbox: object) -> None:
    """What a candidate is kept from, and what harms nobody."""
    check_untrusted_ops("export", ops, find_sandbox)  # type: ignore[arg-type]
