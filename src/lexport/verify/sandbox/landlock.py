"""Landlock, by which a Linux process gives up access for good, without privileges; root is bound as well.

Three system calls through `ctypes`. Of the packages for it, `landlock` knows neither network nor scopes and takes
an old `errno` for an error, `py-landlock` is an alpha, and `landlockpy` starts other programs to find the C library.
The numbers are the kernel's (`linux/landlock.h`), the same on every architecture.
"""

import ctypes
import os
import stat
from collections.abc import Mapping
from enum import IntFlag
from functools import cache
from typing import Any

__all__ = ["Access", "abi_version", "restrict"]

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION = 1
PATH_BENEATH = 1
SET_NO_NEW_PRIVILEGES = 38  # the kernel asks for it: nothing that is started later may have more rights
TCP_BIND_AND_CONNECT = 0b11
ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


class Access(IntFlag):
    """What may be done with a file or below a folder, besides executing, which is never allowed.

    Example:
        >>> Access.READ | Access.WRITE in Access.READ
        False
    """

    READ = 1 << 2 | 1 << 3
    WRITE = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 12 | 1 << 13 | 1 << 14
    CONTROL = 1 << 15  # ioctl of a device


FILE_RIGHTS = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15
# The first version of the interface that knows the rights from this bit on.
SINCE = {0: 1, 13: 2, 14: 3, 15: 5}
NETWORK_SINCE = 4
SCOPES_SINCE = 6


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("access", ctypes.c_uint64), ("descriptor", ctypes.c_int32))


def abi_version() -> int:
    """Gives the version of Landlock that this kernel has, at least 1.

    Raises:
        OSError: it has none, or it is turned off or forbidden; `errno` tells which.
    """
    return _call(CREATE_RULESET, None, 0, ASK_VERSION)


def restrict(allowed: Mapping[str, Access]) -> int:
    """Forbids the calling thread, and all that it starts from now on, every access to files that is not allowed.

    Also forbidden, as far as the kernel knows it: executing, TCP, the abstract sockets of other processes and
    signals to them. Other threads that run already are not bound, so this must come before there are any. Files
    that are open stay open.

    Args:
        allowed: what may be done, by path, with everything below it; a path that does not exist is left out.

    Returns:
        The version of Landlock.

    Raises:
        OSError: the kernel refused; nothing is forbidden then.
    """
    version = abi_version()
    handled = sum(1 << bit for bit in range(16) if max(v for start, v in SINCE.items() if start <= bit) <= version)
    ruleset = _Ruleset(
        handled,
        TCP_BIND_AND_CONNECT if version >= NETWORK_SINCE else 0,
        ABSTRACT_SOCKETS_AND_SIGNALS if version >= SCOPES_SINCE else 0,
    )
    descriptor = _call(CREATE_RULESET, ctypes.byref(ruleset), ctypes.sizeof(ruleset), 0)
    try:
        for path, access in allowed.items():
            _allow(descriptor, path, access & handled)
        _checked(_libc().prctl(SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _call(RESTRICT_SELF, descriptor, 0)
    finally:
        os.close(descriptor)
    return version


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        rule = _PathBeneath(access if folder else access & FILE_RIGHTS, descriptor)
        _call(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)
    except OSError:
        os.close(descriptor)
        raise
    # The kernel drops what it knows of a file in /proc when memory is short, and makes it anew, without its rules, when
    # it is asked for again. An open descriptor keeps it.
    if not os.path.realpath(path).startswith("/proc/"):
        os.close(descriptor)


def _call(number: int, *arguments: Any) -> int:
    return _checked(_libc().syscall(ctypes.c_long(number), *arguments))


def _checked(result: int) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


@cache
def _libc() -> Any:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc
