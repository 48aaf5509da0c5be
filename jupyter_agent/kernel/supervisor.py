"""Decides, in the front, about the worker's system calls that its filter puts to another process.

`judge` decides and is pure. Most calls are refused, and each refusal is reported as a `Block`, whatever made
it: Python, a library or a raw system call. Let through is the fork for a snapshot, once the front has asked
for one; a thread, while there is room for it (`tasks`); and, where Landlock does not keep signals inside
(before version 6), a signal that stays inside. Where the profile has processes, no fork is put before it.

A decision rests on the call's arguments as they stand in registers, which nobody can change while the caller
waits; never on its memory, which another thread could change after the decision.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import signal
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, assert_never

from jupyter_agent.steps import Block

from .processes import process_of
from .rules_calls import AF_UNIX, CLONE_THREAD, SETTING
from .syscalls import AUDIT_ARCHITECTURE, name
from .tasks import STARTING, Tasks


@dataclass(frozen=True, slots=True)
class Call:
    """A system call that waits for an answer."""

    name: str
    thread: int
    """Who calls: a process's id if it is its main thread."""
    arguments: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a decision depends on besides the call."""

    snapshot_of: int | None
    """The process whose main thread is expected to fork."""
    target: Literal["itself", "inside", "outside", "nobody"] = "outside"
    """For a signal: the caller's own process, another one of the code's, anything else, or nothing at all.

    For a setting: the caller's own process or thread, another thread of that process, or anything else."""
    has_room: bool = True
    """For a thread or a snapshot: whether the kernel may have one more."""
    most_tasks: int = 0
    """How many the code may have."""


@dataclass(frozen=True, slots=True)
class Proceed:
    """The call happens."""

    snapshot: bool = False
    """It is the fork that was expected; another one needs another expectation."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """The front sends the signal itself: between a decision and the call, a process id may change hands."""

    process: int
    number: int


@dataclass(frozen=True, slots=True)
class Refuse:
    """The call fails with this error."""

    code: int
    block: Block | None


Verdict = Proceed | Deliver | Refuse

_NETWORK = Block("network", "The code tried to use the network, which this kernel does not have.")
_LOCAL = Block("network", "The code tried to reach another program on this computer through a socket.")
_PROGRAM = Block("program", "The code tried to start another program, which this kernel does not do.")
_PROCESS = Block("process", "The code tried to start another process, which this kernel does not do.")
_SIGNAL = Block("signal", "The code tried to send a signal to a process that is not its own.")
_SETTING = Block("process", "The code tried to change how a process that is not its own runs.")
_INSPECTION = Block("inspection", "The code tried to look into another process.")

_SNAPSHOT_FLAGS = 0x01000000 | 0x00200000
"""CLONE_CHILD_SETTID and CLONE_CHILD_CLEARTID: what the C library's fork() passes."""
_NAME_SERVICE = (AF_UNIX, 0o2004001, 0)
"""How the C library asks for the cache of names and users: a non-blocking stream, closed on exec."""


def judge(call: Call, situation: Situation) -> Verdict:
    """What becomes of the call."""
    match call.name:
        case "socket":
            family, kind, protocol = (_int(word) for word in call.arguments[:3])
            if (family, kind, protocol) == _NAME_SERVICE:
                # It is asked whenever a user is looked up, and does not matter: nobody meant to reach out.
                return Refuse(errno.EACCES, None)
            return Refuse(errno.EACCES, _LOCAL if family == AF_UNIX else _NETWORK)
        case "connect" | "sendto" | "sendmsg" | "sendmmsg":
            return Refuse(errno.EACCES, _NETWORK)
        case "fork" | "vfork" | "clone":
            return _judge_start(call, situation)
        case "execve" | "execveat":
            return Refuse(errno.EPERM, _PROGRAM)
        case "kill" | "tgkill" | "tkill":
            return _judge_signal(call, situation)
        case "ptrace":
            return Refuse(errno.EPERM, _INSPECTION)
        case setting if setting in SETTING:
            return _judge_setting(situation)
        case _:
            # The other ways to send a signal: their targets cannot be told from registers, or hardly matter.
            return Refuse(errno.EPERM, _SIGNAL)


def _judge_start(call: Call, situation: Situation) -> Verdict:
    snapshot = situation.snapshot_of == call.thread and _is_plain_fork(call)
    if not (snapshot or _is_thread(call)):
        return Refuse(errno.EPERM, _PROCESS)
    if not situation.has_room:
        # As Linux answers where a user has too many.
        return Refuse(errno.EAGAIN, None if snapshot else _too_many(situation.most_tasks))
    return Proceed(snapshot=snapshot)


def _too_many(most: int) -> Block:
    return Block(
        "process",
        f"The code tried to have more than {most:,} threads and processes at a time, which is all that this "
        "kernel may have.",
    )


def _is_thread(call: Call) -> bool:
    return call.name == "clone" and bool(call.arguments[0] & CLONE_THREAD)


def _is_plain_fork(call: Call) -> bool:
    """A copy with its own memory, files and parent, whose end tells its parent with SIGCHLD."""
    if call.name != "clone":
        return call.name == "fork"
    flags = call.arguments[0]
    return flags & ~_SNAPSHOT_FLAGS == signal.SIGCHLD


def _judge_signal(call: Call, situation: Situation) -> Verdict:
    match situation.target:
        case "itself":
            return Proceed()
        case "inside" if call.name == "kill":
            return Deliver(_int(call.arguments[0]), _int(call.arguments[1]))
        case "nobody":
            return Refuse(errno.ESRCH, None)
        case _:
            return Refuse(errno.EPERM, _SIGNAL)


def _judge_setting(situation: Situation) -> Verdict:
    match situation.target:
        case "itself":
            return Proceed()
        case "inside":
            # Between a decision and the call, a thread's id may change hands: it is only pretended.
            return Refuse(0, None)
        case _:
            return Refuse(errno.EPERM, _SETTING)


def _int(word: int) -> int:
    """What the system takes from a register for an `int`."""
    value: int = struct.unpack("i", struct.pack("I", word & 0xFFFFFFFF))[0]
    return value


_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_NOTIFICATION = struct.Struct("=QIIiIQ6Q")
"""id, thread, flags, then the call: number, architecture, instruction, arguments."""
_RESPONSE = struct.Struct("=QqiI")
_CONTINUE = 1
_SLICE_SECONDS = 0.005
"""Then the event loop goes on to its other work: code that only makes such calls would fill it."""

_ARCHITECTURES = {number: name for name, number in AUDIT_ARCHITECTURE.items()}


class Supervisor:
    """Answers the calls that arrive at a listener, of the worker and of all that descend from it."""

    def __init__(self, listener: int, *, front: int, tasks: Tasks) -> None:
        """`front`: a process in the kernel's process group that gets no signals from the others."""
        self._listener = listener
        self._front = front
        self._group = os.getpgid(front)
        self._tasks = tasks
        self._report: Callable[[Block], None] | None = None
        self._snapshot_of: int | None = None
        self._poll = select.poll()
        self._poll.register(listener, select.POLLIN)

    def fileno(self) -> int:
        return self._listener

    def report_to(self, report: Callable[[Block], None]) -> None:
        """Tell of what is refused from now on."""
        self._report = report

    def close(self) -> None:
        """Whoever waits, or calls later, is answered with ENOSYS."""
        os.close(self._listener)

    def expect_snapshot(self, process: int) -> None:
        """Let the next fork of that process's main thread through."""
        self._snapshot_of = process

    def no_snapshot(self) -> None:
        """Let no fork through any more."""
        self._snapshot_of = None

    def answer(self) -> bool:
        """Answer the calls that wait. False once there is nobody left who could call."""
        until = time.monotonic() + _SLICE_SECONDS
        while time.monotonic() < until:
            events = self._poll.poll(0)
            if not events:
                return True
            if not events[0][1] & select.POLLIN:
                return False
            self._answer_one()
        return True

    def _answer_one(self) -> None:
        notification = bytearray(_NOTIFICATION.size)
        if not _request(self._listener, _RECEIVE, notification):
            return
        identity, thread, _, number, architecture, _, *arguments = _NOTIFICATION.unpack(notification)
        call = Call(name(number, _ARCHITECTURES[architecture]) or "", thread, tuple(arguments))
        verdict = judge(call, self._situation(call))
        match verdict:
            case Proceed():
                response = _RESPONSE.pack(identity, 0, 0, _CONTINUE)
            case Deliver(process, signal_number):
                response = _RESPONSE.pack(identity, 0, -self._deliver(process, signal_number), 0)
            case Refuse(code, block):
                response = _RESPONSE.pack(identity, 0, -code, 0)
                if block is not None and self._report is not None:
                    self._report(block)
            case _:
                assert_never(verdict)
        if isinstance(verdict, Proceed) and call.name in STARTING:
            self._tasks.let_in(call.thread)
        answered = _request(self._listener, _SEND, bytearray(response))
        if answered and isinstance(verdict, Proceed) and verdict.snapshot:
            self._snapshot_of = None

    def _situation(self, call: Call) -> Situation:
        return Situation(
            snapshot_of=self._snapshot_of,
            target=self._target(call),
            has_room=call.name in STARTING and self._tasks.has_room(call.thread),
            most_tasks=self._tasks.most,
        )

    def _target(self, call: Call) -> Literal["itself", "inside", "outside", "nobody"]:
        """Whom a signal or a setting would reach."""
        if call.name in SETTING:
            return self._set(_int(call.arguments[SETTING[call.name]]), call.thread)
        if call.name not in ("kill", "tgkill", "tkill"):
            return "outside"
        target = _int(call.arguments[0])
        if call.name == "tkill":
            return "itself" if target == call.thread else "outside"
        if target <= 0:
            # A process group, which the front is in too, or everybody.
            return "outside"
        if Path(f"/proc/{target}/task/{call.thread}").exists():
            return "itself"
        return self._whereabouts(target)

    def _set(self, target: int, caller: int) -> Literal["itself", "inside", "outside"]:
        """Whose setting it is. A process's id cannot change hands while one of its threads waits here."""
        process = process_of(caller)
        if target in (caller, process):
            return "itself"
        return "inside" if Path(f"/proc/{process}/task/{target}").exists() else "outside"

    def _whereabouts(self, process: int) -> Literal["inside", "outside", "nobody"]:
        try:
            group = os.getpgid(process)
        except ProcessLookupError:
            return "nobody"
        return "inside" if group == self._group and process != self._front else "outside"

    def _deliver(self, process: int, number: int) -> int:
        """Send the signal to the process, if it still is one of the kernel's; 0 or the error."""
        try:
            handle = os.pidfd_open(process)
            try:
                # Looked up afterwards: if the id has changed hands since, the handle's process is gone.
                if self._whereabouts(process) != "inside":
                    return errno.EPERM
                signal.pidfd_send_signal(handle, number)
            finally:
                os.close(handle)
        except OSError as error:
            return error.errno or errno.EPERM
        return 0


def _request(listener: int, request: int, argument: bytearray) -> bool:
    """False if the caller died, or was interrupted: if it goes on, it will call again."""
    while True:
        try:
            fcntl.ioctl(listener, request, argument)
        except InterruptedError:
            continue
        except FileNotFoundError:
            return False
        return True
