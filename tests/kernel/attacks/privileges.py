"""Attacks on the rules themselves: taking them off, getting around them, and the parts of Linux that are best
not offered to anybody."""

from __future__ import annotations

from .attack import ABSENT, LANDLOCK, SECCOMP, Attack, By, raw, there_is

_PRCTL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def prctl(*words):
    if libc.prctl(*words, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
_ALLOW_ALL = """
return_allow = (6).to_bytes(2, 'little') + bytes(2) + (0x7fff0000).to_bytes(4, 'little')
instruction = ctypes.create_string_buffer(return_allow)
class Program(ctypes.Structure): _fields_ = [('n', ctypes.c_ushort), ('p', ctypes.c_void_p)]
program = Program(1, ctypes.addressof(instruction))
"""
_LANDLOCK_WITH_EVERYTHING = """
rules = syscall(444, ctypes.byref(ctypes.c_uint64(4)), 8, 0)
root = os.open('/', os.O_PATH)
import struct
syscall(445, rules, 1, ctypes.create_string_buffer(struct.pack('=Qi', 4, root), 12), 0)
libc.prctl(38, 1, 0, 0, 0)
syscall(446, rules, 0)
open('{home}/.ssh/id_rsa').read()
"""

_TAKING_OFF = [
    Attack(name="outlive the front", code=_PRCTL + "prctl(1, 0)", by=SECCOMP),
    Attack(name="outlive the front with a milder signal", code=_PRCTL + "prctl(1, 15)", by=SECCOMP),
    Attack(name="become the parent of orphans", code=_PRCTL + "prctl(36, 1)", by=SECCOMP),
    Attack(name="hide from its front", code=_PRCTL + "prctl(4, 0); prctl(4, 1)", by=SECCOMP),
    Attack(name="leave its session", code="import os; os.setsid()", by=SECCOMP, plain=False),
    Attack(name="leave its process group", code="import os; os.setpgid(0, 0)", by=SECCOMP, plain=False),
    Attack(name="take Landlock off", code=raw(_LANDLOCK_WITH_EVERYTHING), by=LANDLOCK, plain=False),
    Attack(
        name="put a milder filter on top",
        code=_PRCTL + _ALLOW_ALL + "prctl(38, 1); prctl(22, 2, ctypes.byref(program))",
        by=SECCOMP,
        plain=False,
    ),
    Attack(
        name="put a milder filter on top past prctl",
        code=raw(_ALLOW_ALL + "seccomp!(1, 0, ctypes.addressof(program))"),
        by=SECCOMP,
        plain=False,
    ),
    Attack(
        name="answer its own filter",
        code=raw(_ALLOW_ALL + "seccomp!(1, 8, ctypes.addressof(program))"),
        by=SECCOMP,
        plain=False,
    ),
    Attack(
        name="gain privileges again",
        code=_PRCTL + "prctl(38, 0)",
        by=By("not there", r"\[Errno 22\]"),
        plain=False,
    ),
    Attack(name="map users anew", code=raw("unshare!(0x10000000)"), by=SECCOMP, plain=False),
    Attack(
        name="clone a namespace", code=raw("clone!(0x10000000 | 17, 0, 0, 0, 0)"), by=SECCOMP, plain=False
    ),
    Attack(
        name="enter a namespace",
        code=raw("setns!(os.pidfd_open({server}), 0x10000000)"),
        by=SECCOMP,
        plain=False,
    ),
    Attack(name="become root", code="import os; os.setuid(0)", by=SECCOMP, plain=False),
    Attack(name="change its root", code="import os; os.chroot('.')", by=SECCOMP, plain=False),
    Attack(
        name="raise its limits",
        code="import resource as r\n"
        "for kind in (r.RLIMIT_AS, r.RLIMIT_DATA, r.RLIMIT_NOFILE, r.RLIMIT_FSIZE):\n"
        "    r.setrlimit(kind, (r.RLIM_INFINITY, r.RLIM_INFINITY))",
        by=By("limits", "ValueError: not allowed to raise maximum limit"),
        plain=False,
    ),
    Attack(
        name="take a lot of memory",
        code="import numpy; numpy.empty(3 * 10 ** 9, dtype='b')",
        by=By("limits", "MemoryError"),
    ),
    Attack(
        name="take what pipes may hold from all programs",
        code="import fcntl, os\n"
        "reading, writing = os.pipe()\n"
        "fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 1 << 20)\n"
        "size = fcntl.fcntl(writing, fcntl.F_GETPIPE_SZ); os.close(reading); os.close(writing)\n"
        "assert size == 1 << 20",
        by=By("seccomp", "AssertionError"),
    ),
    Attack(
        # With more on their way, a program that may have 1024 files open can pass none to another one.
        name="take what all programs may pass to each other",
        code="import os, socket\n"
        "sent, pairs, null = 0, [], os.open(os.devnull, os.O_RDONLY)\n"
        "try:\n"
        "    while sent <= 1024:\n"
        "        pairs.append(socket.socketpair())\n"
        "        for _ in range(5):\n"
        "            socket.send_fds(pairs[-1][0], [b'x'], [null] * 250)\n"
        "            sent += 250\n"
        "except OSError:\n"
        "    assert sent > 1024, sent\n"
        "finally:\n"
        "    os.close(null)\n"
        "    for end in sum(pairs, ()): end.close()",
        by=By("limits", "AssertionError"),
    ),
    Attack(
        # What is used up here, the user's other programs lack.
        name="take the timers of all programs",
        code=raw(
            "timers = []\n"
            "try:\n"
            "    for _ in range(2000):\n"
            "        timers.append(ctypes.c_void_p())\n"
            "        if libc.timer_create(0, None, ctypes.byref(timers[-1])):\n"
            "            timers.pop(); raise OSError(ctypes.get_errno(), 'no more timers')\n"
            "finally:\n"
            "    for timer in timers: libc.timer_delete(timer)"
        ),
        by=By("limits", r"Error: \[Errno 11\]"),
    ),
    Attack(
        name="take all memory", code="x = bytearray(100 << 30)", by=By("limits", "MemoryError"), plain=False
    ),
    Attack(
        name="take all memory past Python",
        code="import mmap; m = mmap.mmap(-1, 100 << 30)",
        by=By("limits", r"OSError: \[Errno 12\]"),
        plain=False,
    ),
]

# What plain kernels succeed with, or fail with other errors than these.
_PARTS_OF_LINUX = [
    Attack(name=f"use {what}", code=raw(code), by=by, plain=plain)
    for what, code, by, plain in (
        ("a ring of requests", "io_uring_setup!(1, ctypes.create_string_buffer(120))", ABSENT, True),
        ("a file in memory", "memfd_create!(b'x', 0)", ABSENT, True),
        ("a secret file in memory", "memfd_secret!(0)", SECCOMP, False),
        ("requests that do not wait", "io_setup!(1, ctypes.byref(ctypes.c_long(0)))", ABSENT, True),
        ("what watches folders", "os.close(inotify_init1!(0))", SECCOMP, True),
        ("page faults", "userfaultfd!(1)", SECCOMP, True),
        ("a keyring", "keyctl!(0, -3, 0)", SECCOMP, False),
        ("a new key", "add_key!(b'user', b'x', b'x', 1, -3)", SECCOMP, False),
        ("old shared memory", "shmget!(0, 4096, 0o1600)", SECCOMP, False),
        ("a semaphore", "semget!(0, 1, 0o1600)", SECCOMP, False),
        ("a message queue", "mq_open!(b'agent', 0o102, 0o600, None)", SECCOMP, False),
        (
            "performance counters",
            "perf_event_open!(ctypes.create_string_buffer(128), 0, -1, -1, 0)",
            SECCOMP,
            False,
        ),
        ("programs in the kernel", "bpf!(0, ctypes.create_string_buffer(128), 128)", SECCOMP, False),
        ("another personality", "personality!(0x0040000)", SECCOMP, True),
        ("the kernel's log", "syslog!(10, 0, 0)", SECCOMP, False),
        ("mounts", "mount!(b'x', b'{home}', b'tmpfs', 0, 0)", SECCOMP, False),
        ("handles of files", "open_by_handle_at!(-100, 0, 0)", SECCOMP, False),
    )
]

_OTHER_NUMBERS = [
    Attack(
        name="use the numbers for short pointers",
        code=raw("syscall(0x40000000 | 39)"),
        by=ABSENT,
        plain=False,
    ),
    Attack(name="use numbers that nobody knows", code=raw("syscall(463)"), by=ABSENT, plain=False),
    Attack(
        name="change its segments",
        code=raw("modify_ldt!(0, ctypes.create_string_buffer(16), 16)"),
        by=SECCOMP,
    ),
    Attack(name="reach devices' ports", code=raw("ioperm!(0x80, 1, 1)"), by=SECCOMP, plain=False),
]

PRIVILEGES: tuple[Attack, ...] = (
    *_TAKING_OFF,
    *_PARTS_OF_LINUX,
    *(attack for attack in _OTHER_NUMBERS if there_is("modify_ldt") or "463" in attack.code),
)
