"""seccomp: which system calls a process may make, and with which arguments.

A filter is a tuple of rules, which `assemble` turns into the small program that the kernel runs before each
system call. Both are plain values, so that tests read the one and run the other.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from .linux import PR_SET_NO_NEW_PRIVS, prctl, syscall
from .syscalls import AUDIT_ARCHITECTURE, LAST_KNOWN, Architecture, number

ALLOW = 0x7FFF0000
KILL = 0x80000000
NOTIFY = 0x7FC00000
"""Another process is asked, through a descriptor that `install_with_listener` returns; the caller waits. If
nobody holds that descriptor any more, the call fails with ENOSYS."""


def fail(code: int) -> int:
    """The system call does not happen and returns this error; 0 pretends that it succeeded."""
    return 0x00050000 | code


@dataclass(frozen=True, slots=True)
class When:
    """A test on the low 32 bits of an argument: all that an `int` passes, whatever the others hold."""

    argument: int
    is_: Literal["equal", "different", "any-bit", "no-bit"]
    value: int
    mask: int = 0xFFFFFFFF
    """Applied before `equal` and `different`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`action` for the call, or for the call when the tests on its arguments hold."""

    call: str
    action: int
    when: When | None = None
    also: When | None = None
    """A second test, which must hold too."""


class Instruction(NamedTuple):
    """One instruction of classic BPF."""

    code: int
    jump_true: int
    jump_false: int
    value: int


Program = tuple[Instruction, ...]

_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_JUMP_EQUAL, _JUMP_GREATER, _JUMP_BITS = 0x15, 0x25, 0x45
_OFFSET_NUMBER, _OFFSET_ARCHITECTURE, _OFFSET_ARGUMENTS = 0, 4, 16


def assemble(rules: Iterable[Rule], architecture: Architecture) -> Program:
    """The program: the first rule that applies decides, and a call that no rule is about is allowed.

    A foreign architecture ends the process; a number above the known is answered with ENOSYS.
    """
    program = [
        Instruction(_LOAD, 0, 0, _OFFSET_ARCHITECTURE),
        Instruction(_JUMP_EQUAL, 1, 0, AUDIT_ARCHITECTURE[architecture]),
        Instruction(_RETURN, 0, 0, KILL),
        Instruction(_LOAD, 0, 0, _OFFSET_NUMBER),
        Instruction(_JUMP_GREATER, 0, 1, LAST_KNOWN),
        Instruction(_RETURN, 0, 0, fail(errno.ENOSYS)),
    ]
    for rule in rules:
        call = number(rule.call, architecture)
        if call is None:
            continue
        body = _body(rule)
        program += [Instruction(_JUMP_EQUAL, 0, len(body), call), *body]
    return (*program, Instruction(_RETURN, 0, 0, ALLOW))


def _body(rule: Rule) -> list[Instruction]:
    body = [Instruction(_RETURN, 0, 0, rule.action)]
    for test in (rule.also, rule.when):
        if test is not None:
            body = [*_test(test, otherwise=len(body)), *body]
    if len(body) == 1:
        return body
    # The next rule compares the number again.
    return [*body, Instruction(_LOAD, 0, 0, _OFFSET_NUMBER)]


def _test(test: When, *, otherwise: int) -> list[Instruction]:
    """Goes on if the test holds, and skips that many instructions otherwise."""
    instructions = [Instruction(_LOAD, 0, 0, _OFFSET_ARGUMENTS + 8 * test.argument)]
    if test.mask != 0xFFFFFFFF:
        instructions.append(Instruction(_AND, 0, 0, test.mask))
    match test.is_:
        case "equal":
            jump = Instruction(_JUMP_EQUAL, 0, otherwise, test.value)
        case "different":
            jump = Instruction(_JUMP_EQUAL, otherwise, 0, test.value)
        case "any-bit":
            jump = Instruction(_JUMP_BITS, 0, otherwise, test.value)
        case "no-bit":
            jump = Instruction(_JUMP_BITS, otherwise, 0, test.value)
    return [*instructions, jump]


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


_SET_MODE_FILTER, _GET_ACTION_AVAILABLE = 1, 2
_ALL_THREADS, _NEW_LISTENER = 1, 8
_UNINTERRUPTED = 32
"""Since Linux 5.19: a signal does not end the wait for an answer once the call was received. Else a call that
never fails so, as fork(), would fail with EINTR in a program that handles the end of its children."""


def install(program: Program, architecture: Architecture, *, all_threads: bool = False) -> None:
    """Put the program into force, on top of those that are; none of them can be taken away again.

    Raises:
        OSError: it was not accepted, or not for every thread; the process must end.
    """
    thread = _install(program, architecture, _ALL_THREADS if all_threads else 0)
    if thread:
        raise OSError(errno.EPERM, f"thread {thread} could not be restricted")


def install_with_listener(program: Program, architecture: Architecture) -> int:
    """As `install`, for a process with one thread, whose program puts calls to another process (`NOTIFY`).

    Returns:
        The descriptor through which that process is asked. It is closed when a program is started.

    Raises:
        OSError: it was not accepted: EBUSY where another program supervises this process already.
    """
    try:
        return _install(program, architecture, _NEW_LISTENER | _UNINTERRUPTED)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        return _install(program, architecture, _NEW_LISTENER)


def can_notify(architecture: Architecture) -> bool:
    """Whether this kernel has filters, and lets them put calls to another process."""
    action = ctypes.create_string_buffer(struct.pack("I", NOTIFY), 4)
    try:
        syscall(_number("seccomp", architecture), _GET_ACTION_AVAILABLE, 0, action)
    except OSError:
        return False
    return True


def _install(program: Program, architecture: Architecture, flags: int) -> int:
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    instructions = ctypes.create_string_buffer(code, len(code))
    header = _FilterProgram(len(program), ctypes.addressof(instructions))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    return syscall(_number("seccomp", architecture), _SET_MODE_FILTER, flags, ctypes.addressof(header))


def _number(call: str, architecture: Architecture) -> int:
    called = number(call, architecture)
    assert called is not None
    return called
