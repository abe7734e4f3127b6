"""A process in the sandbox reads its export, writes in its folder, and nothing else, by whatever way."""

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lexport.verify.sandbox import enter
from lexport.verify.sandbox.enter import enter_sandbox
from lexport.verify.sandbox.policy import SandboxPolicy

Inside = Callable[..., Any]
DENIED = errno.EACCES


def test_the_sandbox_says_what_it_is(inside: Inside, landlock_version: int) -> None:
    """So that the report can say it."""
    assert inside("hermetic") == f"landlock ABI {landlock_version}"


@pytest.mark.usefixtures("landlock_version")
@pytest.mark.parametrize(
    "expression",
    [
        "(folder / 'outside.txt').read_text()",
        "os.listdir(folder)",
        "os.listdir(Path.home())",
        "Path('/proc/self/root' + str(folder / 'outside.txt')).read_text()",
        "(folder / 'export' / '..' / 'outside.txt').read_text()",
        "os.symlink(folder / 'outside.txt', folder / 'work' / 'link') or (folder / 'work' / 'link').read_text()",
        "in_thread((folder / 'outside.txt').read_text)",
        "Path(f'/proc/{os.getppid()}/environ').read_text()",
    ],
)
def test_nothing_outside_can_be_read(expression: str, inside: Inside) -> None:
    """By no detour, from no thread; root is bound as everybody."""
    assert inside(expression) in (DENIED, errno.EPERM)


@pytest.mark.usefixtures("landlock_version")
@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("(folder / 'export' / 'words.txt').write_text('of')", DENIED),
        ("(folder / 'export' / 'new.txt').touch()", DENIED),
        ("os.unlink(folder / 'export' / 'words.txt')", DENIED),
        ("(folder / 'new.txt').touch()", DENIED),
        ("os.truncate(folder / 'outside.txt', 0)", DENIED),
        ("os.link(folder / 'outside.txt', folder / 'work' / 'link')", errno.EXDEV),
        ("os.rename(folder / 'export' / 'words.txt', folder / 'work' / 'words.txt')", errno.EXDEV),
        ("Path(policy.readable[1], 'new.py').touch()", DENIED),
    ],
)
def test_nothing_but_its_own_folder_can_be_written(expression: str, error: int, inside: Inside, tmp_path: Path) -> None:
    """Neither the export nor anything else."""
    assert inside(expression) in (error, DENIED)
    assert (tmp_path / "export" / "words.txt").read_text() == "the"
    assert (tmp_path / "outside.txt").read_text() == "secret"


@pytest.mark.usefixtures("landlock_version")
def test_no_program_can_be_started(inside: Inside) -> None:
    """It would be bound as well, but there is no need for one."""
    assert inside("subprocess.run(['/bin/true']).returncode") == DENIED


def test_nothing_can_be_reached_over_tcp(inside: Inside, landlock_version: int) -> None:
    """Neither as client nor as server."""
    if landlock_version < 4:
        pytest.skip("Landlock knows the network from version 4")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert inside(f"socket.create_connection(('127.0.0.1', {port})).close()") == DENIED
    assert inside("socket.create_server(('127.0.0.1', 0)).close()") == DENIED


def test_no_other_process_can_be_signalled(inside: Inside, landlock_version: int) -> None:
    """Its verifier least of all."""
    if landlock_version < 6:
        pytest.skip("Landlock knows signals from version 6")
    assert inside(f"os.kill({os.getpid()}, 0)") == errno.EPERM


def test_the_export_and_the_libraries_can_be_read_and_its_folder_written(inside: Inside) -> None:
    """With or without a sandbox."""
    assert inside("(folder / 'export' / 'words.txt').read_text()") == "the"
    assert (
        inside("(folder / 'work' / 'new' / 'file').parent.mkdir() or (folder / 'work' / 'new' / 'f').write_text('a')")
        == 1
    )
    assert inside("__import__('numpy').arange(3).tolist()") == [0, 1, 2]
    assert inside("Path('/dev/null').write_text('gone')") == 4


@pytest.mark.usefixtures("landlock_version")
def test_threads_that_run_already_are_told_about(inside: Inside) -> None:
    """They would not be bound, so the process does not claim to be hermetic."""
    early = "threading.Thread(target=time.sleep, args=(5,), daemon=True).start()"
    assert inside("hermetic", early) == "no (2 threads were running already)"


@pytest.mark.usefixtures("landlock_version")
def test_a_promise_that_the_kernel_does_not_keep_is_no_sandbox(inside: Inside) -> None:
    """Each process tries to read a file that it must not; here the policy allows it by mistake."""
    mistake = "policy = SandboxPolicy((str(folder),), (), (), policy.canary)"
    assert "let a file be read that it must not" in inside("hermetic", mistake)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSYS, "the kernel has no Landlock"),
        (errno.EOPNOTSUPP, "Landlock is turned off on this machine"),
        (errno.EPERM, "the system call is forbidden here"),
        (errno.E2BIG, "[Errno 7] Argument list too long"),
    ],
)
def test_a_machine_without_landlock_says_why(
    number: int, reason: str, policy: SandboxPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the candidate runs without."""

    def refuse(_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(enter.sys, "platform", "linux")
    monkeypatch.setattr(enter, "restrict", refuse)
    monkeypatch.setattr(enter, "THREADS", Path(policy.writable[0]))
    assert enter_sandbox(policy) == f"no ({reason})"


def test_another_system_says_that_it_is_one(policy: SandboxPolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Landlock is Linux's."""
    monkeypatch.setattr(enter.sys, "platform", "darwin")
    assert enter_sandbox(policy) == "no (Landlock needs Linux; this is darwin)"


def test_what_may_be_read_in_proc_stays_known_to_the_kernel(inside: Inside, landlock_version: int) -> None:
    """It forgets such files when memory is short, and the rules with them; XLA ends the process that cannot read them.

    Nothing here makes memory short for the whole machine: it is seen whether the process holds its folder open.
    """
    held = "[os.readlink(one) == f'/proc/{os.getpid()}' for one in Path('/proc/self/fd').iterdir() if one.is_symlink()]"
    assert inside(f"any({held})")
