"""`check_untrusted_ops`: what the manifest of somebody else allows a graph to do needs a sandbox."""

import os
import sys
from collections.abc import Callable, Collection

from lexport.errors import AssetError
from lexport.savedmodel.op_kinds import OpKind, op_kind
from lexport.verify.sandbox.landlock import abi_version

__all__ = ["check_untrusted_ops"]

HARMLESS = (OpKind.COMPUTES, OpKind.PRINTS, None)  # an op that is of no known library cannot be loaded


def check_untrusted_ops(
    directory: str | os.PathLike[str], allow_ops: Collection[str], find_sandbox: Callable[[], int] = abi_version
) -> None:
    """Refuses ops that reach beyond the graph where nothing keeps a candidate from the rest of the machine.

    Whoever writes a graph writes its manifest, too, which could allow it to overwrite any file of the user.

    Args:
        directory: the export.
        allow_ops: what its manifest allows.
        find_sandbox: gives the version of Landlock, or raises an OSError where there is none.

    Raises:
        AssetError: there is no sandbox, and an op among them needs it.

    Example:
        >>> check_untrusted_ops("export", ["PrintV2"])
    """
    reaching = sorted(op for op in set(allow_ops) if op_kind(op) not in HARMLESS)
    if not reaching:
        return
    try:
        if sys.platform == "linux" and find_sandbox():
            return
    except OSError:
        pass
    raise AssetError(
        f"the manifest of {directory} allows the graph to use {', '.join(reaching)}, and this machine has no sandbox "
        "(Landlock) in which to run it. Verify it on Linux 5.13 or later"
    )
