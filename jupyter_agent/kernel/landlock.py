"""Landlock: which files a process may reach. What no rule grants is denied, to all its descendants too."""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from dataclasses import dataclass
from enum import IntFlag

from .linux import PR_SET_NO_NEW_PRIVS, prctl, syscall

# The same numbers on every processor.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1


class Access(IntFlag):
    """What can be done to files; the bits are Landlock's."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15
    RESOLVE_UNIX = 1 << 16


ON_FILES = Access.EXECUTE | Access.WRITE_FILE | Access.READ_FILE | Access.TRUNCATE | Access.IOCTL_DEV
"""What a rule on a file, rather than a folder, may grant."""

_FIRST_VERSION = Access(Access.REFER - 1)
_ADDED_IN = {2: Access.REFER, 3: Access.TRUNCATE, 5: Access.IOCTL_DEV, 9: Access.RESOLVE_UNIX}

TCP_BIND_AND_CONNECT = 0b11
SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Grants `access` to what is at `path`, and beneath it if that is a folder."""

    path: str
    access: Access


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """What is `handled` is denied unless a rule grants it; so are `network` and what leaves the `scope`."""

    handled: Access
    network: int
    scope: int
    rules: tuple[Rule, ...]


def handled_by(abi: int) -> Access:
    """All the file accesses that this version of Landlock knows to deny."""
    handled = _FIRST_VERSION
    for version, access in _ADDED_IN.items():
        if abi >= version:
            handled |= access
    return handled


def abi_version() -> int:
    """The version of Landlock's interface; 0 where there is none."""
    try:
        return syscall(_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)
    except OSError:
        return 0


def enforce(ruleset: Ruleset, *, abi: int) -> None:
    """Put the rules into force for the calling thread, which must be the process's only one.

    A rule for a path that does not exist grants nothing and is passed over.

    Raises:
        OSError: a rule was not accepted; the process must end, for it is not restricted.
    """
    words = [int(ruleset.handled)]
    if abi >= 4:
        words.append(ruleset.network)
    if abi >= 6:
        words.append(ruleset.scope)
    attribute = struct.pack(f"{len(words)}Q", *words)
    handle = syscall(
        _CREATE_RULESET, ctypes.create_string_buffer(attribute, len(attribute)), len(attribute), 0
    )
    try:
        for rule in ruleset.rules:
            _grant(handle, rule, ruleset.handled)
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        syscall(_RESTRICT_SELF, handle, 0)
    finally:
        os.close(handle)


def _grant(handle: int, rule: Rule, handled: Access) -> None:
    try:
        path = os.open(rule.path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError, NotADirectoryError):
        return
    try:
        access = rule.access & handled
        if not stat.S_ISDIR(os.fstat(path).st_mode):
            access &= ON_FILES
        if not access:
            return
        attribute = struct.pack("=Qi", access, path)
        syscall(
            _ADD_RULE,
            handle,
            _RULE_PATH_BENEATH,
            ctypes.create_string_buffer(attribute, len(attribute)),
            0,
        )
    finally:
        os.close(path)
