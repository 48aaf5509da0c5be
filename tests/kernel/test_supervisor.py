"""The supervisor: what becomes of the calls that the worker's filter puts to the front."""

from __future__ import annotations

import errno
import signal

import pytest

from jupyter_agent.kernel.rules_calls import SETTING
from jupyter_agent.kernel.supervisor import Call, Deliver, Proceed, Refuse, Situation, judge
from tests.kernel.split import MOST_TASKS, run_split

WORKER = 100
FORK, SPAWN, THREAD = 0x01200011, 0x4111, 0x3D0F00
NOTHING = Situation(snapshot_of=None)
SNAPSHOT = Situation(snapshot_of=WORKER)
SYSCALL = """
import ctypes, os
libc = ctypes.PyDLL(None, use_errno=True)  # keeps Python's lock, which a fork would lose
def syscall(number, *words):
    result = libc.syscall(number, *(ctypes.c_long(w) if isinstance(w, int) else w for w in words))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
"""


def verdict(name: str, *arguments: int, thread: int = WORKER, situation: Situation = NOTHING) -> object:
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    match judge(Call(name, thread, padded), situation):
        case Refuse(code, block):
            return errno.errorcode.get(code, str(code)), block and block.kind
        case other:
            return other


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (("socket", 2, 1), ("EACCES", "network")),
        (("socket", 1, 1), ("EACCES", "network")),
        (("socket", 40, 1), ("EACCES", "network")),
        (("socket", 1, 0o2004001), ("EACCES", None)),
        (("connect", 3), ("EACCES", "network")),
        (("sendto", 3, 0, 0, 0x20000000), ("EACCES", "network")),
        (("sendmsg", 3, 0, 0x20000000), ("EACCES", "network")),
        (("sendmmsg", 3, 0, 0, 0x20000000), ("EACCES", "network")),
        (("clone", FORK), ("EPERM", "process")),
        (("fork",), ("EPERM", "process")),
        (("clone", SPAWN), ("EPERM", "process")),
        (("vfork",), ("EPERM", "process")),
        (("execve",), ("EPERM", "program")),
        (("execveat",), ("EPERM", "program")),
        (("ptrace", 16, 1), ("EPERM", "inspection")),
        (("rt_sigqueueinfo", WORKER, 9), ("EPERM", "signal")),
        (("rt_tgsigqueueinfo", WORKER, WORKER, 9), ("EPERM", "signal")),
        (("pidfd_send_signal", 3, 9), ("EPERM", "signal")),
        (("something new",), ("EPERM", "signal")),
    ],
    ids=str,
)
def test_what_is_refused_always(call: tuple[str, int], expected: tuple[str, str]) -> None:
    name, *arguments = call
    assert verdict(name, *arguments) == expected
    if name not in ("clone", "fork"):
        assert verdict(name, *arguments, situation=SNAPSHOT) == expected


@pytest.mark.parametrize("call", [("fork", 0), ("clone", FORK), ("clone", 17)])
def test_a_fork_for_a_snapshot(call: tuple[str, int]) -> None:
    assert verdict(*call, situation=SNAPSHOT) == Proceed(snapshot=True)
    assert verdict(*call, thread=WORKER + 1, situation=SNAPSHOT) == ("EPERM", "process")


def test_threads_as_long_as_there_is_room() -> None:
    assert verdict("clone", THREAD) == Proceed()
    full = Situation(snapshot_of=None, has_room=False, most_tasks=1234)
    refused = judge(Call("clone", WORKER, (THREAD, 0, 0, 0, 0, 0)), full)
    assert isinstance(refused, Refuse)
    assert refused.block is not None
    assert (refused.code, refused.block.kind) == (errno.EAGAIN, "process")
    assert "more than 1,234 threads and processes at a time" in refused.block.sentence


def test_a_snapshot_for_which_there_is_no_room_is_not_the_code_s_fault() -> None:
    assert verdict("fork", situation=Situation(snapshot_of=WORKER, has_room=False)) == ("EAGAIN", None)


@pytest.mark.parametrize("more", [0x100, 0x400, 0x8000, 0x4000, 0x2000, 1 << 33])
def test_a_fork_that_shares_something_is_no_snapshot(more: int) -> None:
    assert verdict("clone", FORK | more, situation=SNAPSHOT) == ("EPERM", "process")


def test_signals() -> None:
    def to(target: str, name: str = "kill") -> object:
        situation = Situation(snapshot_of=None, target=target)  # type: ignore[arg-type]
        return verdict(name, 7, 15, situation=situation)

    assert to("itself") == to("itself", "tgkill") == to("itself", "tkill") == Proceed()
    assert to("inside") == Deliver(7, 15)
    assert to("inside", "tgkill") == ("EPERM", "signal")
    assert to("outside") == to("outside", "tkill") == ("EPERM", "signal")
    assert to("nobody") == ("ESRCH", None)


@pytest.mark.parametrize("name", SETTING)
def test_settings(name: str) -> None:
    def of(target: str) -> object:
        return verdict(name, 7, 7, situation=Situation(snapshot_of=None, target=target))  # type: ignore[arg-type]

    assert of("itself") == Proceed()
    assert of("inside") == ("0", None)
    assert of("outside") == ("EPERM", "process")


# For real: a front, a worker, and Linux between them.


def kinds(code: str, **how: object) -> tuple[str, list[str]]:
    ended = run_split(code, **how)  # type: ignore[arg-type]
    return ended.error, [block.kind for block in ended.blocks]


@pytest.mark.parametrize(
    ("code", "error", "block"),
    [
        ("import socket; socket.socket()", errno.EACCES, "network"),
        ("import socket; socket.socketpair()[0].connect('s')", errno.EACCES, "network"),
        (SYSCALL + "syscall(44, 0, b'x', 1, 0x20000000, 0, 0)", errno.EACCES, "network"),
        (SYSCALL + "syscall(41, 40, 1, 0)", errno.EACCES, "network"),
        (SYSCALL + "syscall(57)", errno.EPERM, "process"),
        (SYSCALL + "syscall(58)", errno.EPERM, "process"),
        (SYSCALL + "syscall(56, 17, 0)", errno.EPERM, "process"),
        (SYSCALL + "syscall(59, b'/bin/true', None, None)", errno.EPERM, "program"),
        (SYSCALL + "syscall(101, 0, 0, 0)", errno.EPERM, "inspection"),
    ],
)
def test_a_refusal_says_why_and_is_reported(code: str, error: int, block: str) -> None:
    ended, blocks = kinds(code)
    assert f"[Errno {error}]" in ended
    assert blocks == [block]


def test_one_snapshot_is_let_through() -> None:
    fork = "import os\nif not os.fork(): os._exit(0)\nassert os.wait()[1] == 0\n"
    assert kinds(fork, snapshot=True) == ("", [])
    error, blocks = kinds(fork + fork, snapshot=True)
    assert "[Errno 1]" in error
    assert blocks == ["process"]


def test_another_thread_s_fork_is_not_the_snapshot() -> None:
    code = """
import os, threading
def fork():
    try:
        os.fork()
    except PermissionError:
        return
    os._exit(3)
thread = threading.Thread(target=fork)
thread.start()
thread.join()
if not os.fork():
    os._exit(0)
assert os.wait()[1] == 0
"""
    assert kinds(code, snapshot=True) == ("", ["process"])


@pytest.mark.parametrize("landlock", [1, 4, 7])
def test_signals_to_itself_arrive(landlock: int) -> None:
    code = """
import os, signal, threading
got = []
signal.signal(signal.SIGUSR1, lambda *_: got.append(1))
os.kill(os.getpid(), signal.SIGUSR1)
signal.raise_signal(signal.SIGUSR1)
signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
thread = threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGUSR1))
thread.start()
thread.join()
assert len(got) == 4, got
"""
    assert kinds(code, landlock=landlock) == ("", [])


@pytest.mark.parametrize("landlock", [1, 4, 7])
@pytest.mark.parametrize("profile", ["strict", "parallel"])
@pytest.mark.parametrize(
    "attack",
    [
        "os.kill(front, 0)",
        "os.kill(1, 0)",
        "signal.pidfd_send_signal(os.pidfd_open(front), 0)",
        SYSCALL + "syscall(234, front, front, 0)",
        SYSCALL + "syscall(200, front, 0)",
        SYSCALL + "syscall(129, front, 0, ctypes.create_string_buffer(b'\\0' * 8 + b'\\xff' * 120))",
    ],
)
def test_signals_to_others_do_not(landlock: int, profile: str, attack: str) -> None:
    error, blocks = kinds("import os, signal\n" + attack, landlock=landlock, profile=profile)
    assert "[Errno 1]" in error
    assert blocks == (["signal"] if landlock < 6 else [])


def test_a_process_sets_how_itself_runs() -> None:
    code = """
import os, resource, threading
own = os.getpid()
soft, hard = resource.prlimit(own, resource.RLIMIT_NOFILE)
resource.prlimit(own, resource.RLIMIT_NOFILE, (soft - 1, hard))
assert resource.getrlimit(resource.RLIMIT_NOFILE) == (soft - 1, hard)
os.setpriority(os.PRIO_PROCESS, own, os.getpriority(os.PRIO_PROCESS, 0) + 1)
os.sched_setaffinity(own, {min(os.sched_getaffinity(0))})
assert len(os.sched_getaffinity(0)) == 1
started, stop = threading.Event(), threading.Event()
def other():
    os.sched_setaffinity(threading.get_native_id(), os.sched_getaffinity(0))
    started.set()
    stop.wait()
thread = threading.Thread(target=other)
thread.start()
started.wait()
os.sched_setaffinity(thread.native_id, {0})
stop.set()
thread.join()
"""
    assert kinds(code) == ("", [])


@pytest.mark.parametrize("whose", ["front", "1"])
@pytest.mark.parametrize(
    "setting",
    [
        "resource.prlimit({}, resource.RLIMIT_NOFILE)",
        "os.setpriority(os.PRIO_PROCESS, {}, 5)",
        "os.sched_setaffinity({}, {{0}})",
    ],
)
def test_nobody_sets_how_others_run(whose: str, setting: str) -> None:
    error, blocks = kinds("import os, resource\n" + setting.format(whose))
    assert "[Errno 1]" in error
    assert blocks == ["process"]


def test_a_signal_to_the_whole_group_spares_the_front() -> None:
    for landlock in (4, 7):
        ended = run_split("import os; os.kill(0, 15)", landlock=landlock)
        assert ended.error == (f"died: {signal.SIGTERM}" if landlock == 7 else ended.error)
        assert ended.error


@pytest.mark.parametrize("landlock", [4, 7])
def test_a_child_can_be_ended_where_children_are_allowed(landlock: int) -> None:
    code = """
import os, signal, subprocess
child = subprocess.Popen(["sleep", "600"])
os.kill(child.pid, 0)
child.terminate()
assert child.wait(30) == -signal.SIGTERM
try:
    os.kill(child.pid, 0)
except ProcessLookupError:
    pass
"""
    assert kinds(code, profile="parallel", landlock=landlock) == ("", [])


THREAD_BOMB = """
import threading
stop, started = threading.Event(), 0
threading.stack_size(65_536)  # else memory is what runs out
try:
    while True:
        threading.Thread(target=stop.wait).start()
        started += 1
except RuntimeError:
    stop.set()
assert started == MOST, started
"""
MOST = f"MOST = {MOST_TASKS + 2}  # the code may use what is not used for snapshots\n"


def test_a_thread_bomb_is_stopped_where_the_limit_is() -> None:
    ended = run_split(MOST + THREAD_BOMB)
    assert (ended.error, {block.kind for block in ended.blocks}) == ("", {"process"})
    assert f"more than {MOST_TASKS} threads and processes" in ended.blocks[0].sentence


def test_threads_that_have_ended_leave_room_for_others() -> None:
    code = """
import threading
for _ in range(10 * MOST):
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
"""
    assert kinds(MOST + code) == ("", [])


def test_processes_that_were_left_to_the_front_leave_room_for_others() -> None:
    code = """
import os
for _ in range(3 * MOST):
    child = os.fork()
    if not child:
        os.fork()
        os._exit(0)
    os.waitpid(child, 0)
"""
    assert kinds(MOST + code, profile="parallel") == ("", [])


def test_callers_that_die_while_they_wait_do_not_stop_it() -> None:
    code = """
import os, signal, socket, threading
def call():
    while True:
        try:
            socket.socket()
        except PermissionError:
            pass
for _ in range(50):
    child = os.fork()
    if not child:
        for _ in range(8):
            threading.Thread(target=call, daemon=True).start()
        os._exit(0) if os.getpid() % 2 else os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
try:
    socket.socket()
except PermissionError:
    print()
"""
    assert run_split(code, profile="parallel").error == ""
