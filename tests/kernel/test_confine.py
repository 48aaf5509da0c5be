"""What is in force once a front and its worker are confined, on the real and on simulated versions of
Landlock; and that a machine which cannot do it is refused in words."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from jupyter_agent.kernel.landlock import abi_version
from jupyter_agent.kernel.machine import detect
from tests.kernel.split import run_split

ABIS = (1, 3, 4, 6, 99)
REPOSITORY = Path(__file__).parents[2]


def refused(code: str, **environment: str) -> str:
    """What a process prints that tries something and is refused."""
    wrapped = f"""
from jupyter_agent.errors import KernelRefused
try:
{textwrap.indent(textwrap.dedent(code).strip(), "    ")}
except KernelRefused as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", wrapped],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        cwd=REPOSITORY,
        check=True,
    )
    return done.stdout


DETECT = "from jupyter_agent.kernel.machine import detect; detect()"


def test_a_machine_without_landlock_is_refused() -> None:
    message = refused(DETECT, JUPYTER_AGENT_LANDLOCK_ABI="0")
    assert "does not offer Landlock" in message
    assert "container" in message
    assert "JupyterAgent.kernel_name to python3" in message


def test_a_machine_without_seccomp_is_refused() -> None:
    message = refused(
        f"""
        from jupyter_agent.kernel.seccomp import Rule, assemble, fail, install
        install(assemble([Rule("seccomp", fail(38))], "x86_64"), "x86_64")
        {DETECT}
        """
    )
    assert "does not offer seccomp with notifications" in message
    assert "JupyterAgent.kernel_name to python3" in message


def test_a_process_that_another_program_supervises_is_refused() -> None:
    message = refused(
        """
        import os
        from jupyter_agent.kernel import confine
        from jupyter_agent.kernel.machine import detect
        from jupyter_agent.kernel.policy import Rules
        from jupyter_agent.kernel.landlock import Access, Rule, Ruleset
        from jupyter_agent.kernel.seccomp import NOTIFY, Rule as Call, assemble
        rules = Rules(
            resources={},
            files=Ruleset(handled=Access.MAKE_SOCK, network=0, scope=0, rules=()),
            calls=assemble([Call("acct", NOTIFY)], "x86_64"),
            serving=None,
        )
        confine.confine_worker(rules, detect())
        confine.confine_worker(rules, detect())
        """
    )
    assert "another program supervises the system calls here already" in message
    assert "JupyterAgent.kernel_name to python3" in message


def test_the_switch_for_tests_only_lowers(monkeypatch: pytest.MonkeyPatch) -> None:
    for asked, expected in (("99", abi_version()), ("1", 1)):
        monkeypatch.setenv("JUPYTER_AGENT_LANDLOCK_ABI", asked)
        assert detect().landlock == expected


@pytest.mark.parametrize("profile", ["strict", "parallel"])
@pytest.mark.parametrize("landlock", ABIS)
def test_what_a_worker_is_for_works(profile: str, landlock: int) -> None:
    code = f"""
    import os, shutil, socket, tempfile, threading
    open('mine', 'w').write('x')
    os.mkdir('d')
    shutil.move('mine', 'd/mine')
    shutil.copy2('d/mine', tempfile.mkdtemp(dir=folders.temporary))
    with open('d/mine', 'r+') as file:
        file.truncate(0)
    assert os.path.getsize('d/mine') == 0
    os.truncate('d/mine', 0) if {landlock} >= 3 else None
    shutil.rmtree('d')
    thread = threading.Thread(target=os.getpid)
    thread.start()
    thread.join()
    with socket.socketpair()[0]:
        pass
    os.kill(os.getpid(), 0)
    assert open('/proc/meminfo').read() and open('/dev/urandom', 'rb').read(1)
    """
    assert run_split(textwrap.dedent(code), profile=profile, landlock=landlock).error == ""


def permitted(attempts: str, before: str = "", **how: object) -> str:
    """Which of the lines did not raise PermissionError, or else what came in between."""
    code = f"""
import os, socket
{before}
permitted = []
for attempt in {attempts.strip().splitlines()!r}:
    try:
        exec(attempt)
    except PermissionError:
        continue
    permitted.append(attempt.strip())
assert not permitted, permitted
"""
    return run_split(code, **how).error  # type: ignore[arg-type]


@pytest.mark.parametrize("profile", ["strict", "parallel"])
@pytest.mark.parametrize("landlock", ABIS)
def test_what_is_the_front_s_is_out_of_reach(profile: str, landlock: int) -> None:
    attempts = """
os.listdir(folders.sockets)
os.listdir(folders.backups)
open(folders.backups + '/x', 'w')
os.listdir('/home')
open(f'/proc/{front}/environ').read()
open(f'/proc/{front}/mem', 'rb')
os.readlink(f'/proc/{front}/cwd')
os.mkfifo('pipe')
os.symlink('/etc/passwd', 'link')
socket.socketpair()[0].bind(folders.sockets + '/x')
socket.socketpair()[0].listen()
socket.socketpair()[0].accept()
"""
    assert permitted(attempts, profile=profile, landlock=landlock) == ""


@pytest.mark.parametrize("landlock", ABIS)
def test_a_file_that_may_only_be_read_cannot_be_emptied(landlock: int) -> None:
    before = Path(__file__).read_bytes()
    readable = f"readable = {__file__!r}\nopen(readable).close()"
    attempts = """
os.open(readable, os.O_RDONLY | os.O_TRUNC)
os.open(readable, 3 | os.O_TRUNC)
os.truncate(readable, 0)
open(readable, 'w')
"""
    assert permitted(attempts, before=readable, landlock=landlock) == ""
    assert Path(__file__).read_bytes() == before


PRCTL = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def allowed(*words):
    return libc.prctl(*words, 0, 0) == 0
"""


def test_nobody_cuts_the_tie_to_the_front() -> None:
    code = """
assert allowed(1, 9, 0)
assert not allowed(1, 0, 0) and not allowed(1, 15, 0)
assert not allowed(4, 0, 0) and not allowed(36, 1, 0)
"""
    assert run_split(PRCTL + code).error == ""


def test_no_other_filter_can_overrule_this_one() -> None:
    code = """
assert not allowed(22, 1, 0) and not allowed(22, 2, 0)
assert libc.syscall(317, 2, 0, ctypes.create_string_buffer(8)) == -1
assert ctypes.get_errno() == 1
"""
    assert run_split(PRCTL + code).error == ""


def test_limits_hold_and_cannot_be_raised() -> None:
    code = """
import resource
for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE):
    soft, hard = resource.getrlimit(kind)
    assert soft == hard != resource.RLIM_INFINITY
    try:
        resource.setrlimit(kind, (soft, hard + 1))
    except ValueError:
        continue
    raise AssertionError(kind)
"""
    assert run_split(code).error == ""
