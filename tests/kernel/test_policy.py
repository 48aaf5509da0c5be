"""The policy, whole: for given folders and a given machine, exactly these rules."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import replace

import pytest

from jupyter_agent.errors import KernelRefused
from jupyter_agent.kernel.landlock import Access, Rule, Ruleset
from jupyter_agent.kernel.limits import Limits, Usage
from jupyter_agent.kernel.policy import READ, STRICT, WRITE, Folders, Machine, Policy, policy
from jupyter_agent.kernel.seccomp import ALLOW, Program, fail
from jupyter_agent.kernel.syscalls import _NUMBERS, AUDIT_ARCHITECTURE, Architecture, number
from tests.kernel import bpf

MB = 1024 * 1024
FOLDERS = Folders(
    workspace="/w",
    home="/k/home",
    temporary="/k/tmp",
    sockets="/k/s",
    code=("/venv", "/usr"),
    readable=("/attachments",),
)
PROCESS = 4711


def strict(*, landlock: int = 7, architecture: Architecture = "x86_64") -> Policy:
    return policy(
        profile=STRICT,
        folders=FOLDERS,
        limits=Limits(memory_mb=1000, file_size_mb=10, processes=20, open_files=256),
        machine=Machine(architecture=architecture, landlock=landlock),
        usage=Usage(data=5 * MB, addresses=500 * MB, tasks=100),
        process=PROCESS,
    )


def test_resources() -> None:
    assert strict().resources == {
        "DATA": 1005 * MB,
        "AS": (500 + 1000 + 3072) * MB,
        "FSIZE": 10 * MB,
        "NOFILE": 256,
        "NPROC": 120,
        "MEMLOCK": 65_536,
        "MSGQUEUE": 0,
        "CORE": 0,
    }


PARTS = ("bin", "include", "lib", "lib32", "lib64", "libexec", "pyvenv.cfg", "sbin", "share", "ssl")


def test_files() -> None:
    read = [
        *("/bin", "/lib", "/lib32", "/lib64", "/sbin"),
        *(f"{prefix}/{part}" for prefix in ("/usr", "/usr/local", "/venv") for part in PARTS),
        *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/timezone"),
        *("/etc/mime.types", "/etc/fonts", "/etc/nsswitch.conf", "/etc/hosts", "/etc/os-release"),
        *("/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/alternatives", "/etc/host.conf"),
        *("/etc/locale.alias", "/etc/matplotlibrc"),
        *("/proc/cpuinfo", "/proc/filesystems", "/proc/loadavg", "/proc/meminfo", "/proc/stat"),
        *("/proc/uptime", "/proc/version", "/proc/vmstat", "/proc/sys/kernel/ngroups_max"),
        *("/proc/sys/kernel/osrelease", "/proc/sys/kernel/pid_max", "/proc/sys/kernel/random"),
        *("/proc/sys/vm/max_map_count", "/proc/sys/vm/overcommit_memory"),
        *("/sys/devices/system", "/sys/fs/cgroup", "/sys/kernel/mm/transparent_hugepage"),
        "/proc/4711",
    ]
    devices = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
    assert strict().files == Ruleset(
        handled=Access((1 << 16) - 1),
        network=3,
        scope=3,
        rules=(
            *(Rule(path=path, access=Access.READ_FILE | Access.READ_DIR) for path in read),
            *(Rule(path=path, access=Access.READ_FILE | Access.WRITE_FILE) for path in devices),
            Rule(path="/attachments", access=READ),
            Rule(path="/w", access=WRITE),
            Rule(path="/k/home", access=WRITE),
            Rule(path="/k/tmp", access=WRITE),
            Rule(path="/k/s", access=Access.MAKE_SOCK),
        ),
    )


def test_nothing_that_the_server_could_trip_over_can_be_made() -> None:
    assert not WRITE & (
        Access.MAKE_SYM | Access.MAKE_FIFO | Access.MAKE_SOCK | Access.MAKE_CHAR | Access.MAKE_BLOCK
    )


@pytest.mark.parametrize(
    ("landlock", "handled"), [(1, 0x1FFF), (2, 0x3FFF), (3, 0x7FFF), (5, 0xFFFF), (9, 0x1FFFF)]
)
def test_older_and_newer_machines_handle_what_they_know(landlock: int, handled: int) -> None:
    assert strict(landlock=landlock).files.handled == Access(handled)


def test_without_landlock_it_is_refused() -> None:
    with pytest.raises(KernelRefused, match=r"does not offer Landlock.*container.*python3"):
        strict(landlock=0)


def test_a_workspace_that_other_kernels_could_read_is_refused() -> None:
    with pytest.raises(KernelRefused, match="lies in /venv/share, which every kernel may read"):
        policy(
            profile=STRICT,
            folders=replace(FOLDERS, workspace="/venv/share/jupyter/agent/w"),
            limits=Limits(),
            machine=Machine(architecture="x86_64", landlock=7),
            usage=Usage(data=0, addresses=0, tasks=1),
            process=PROCESS,
        )


def answers(program: Program, architecture: Architecture, *arguments: int) -> Mapping[str, int]:
    """What the program does to each call that it could be about, unless it allows it."""
    results = {}
    for name in _NUMBERS:
        called = number(name, architecture)
        if called is None:
            continue
        result = bpf.run(
            program, architecture=AUDIT_ARCHITECTURE[architecture], number=called, arguments=arguments
        )
        if result != ALLOW:
            results[name] = result
    return results


EPERM, EACCES, PRETEND = fail(errno.EPERM), fail(errno.EACCES), fail(0)
FAKED = """
    chmod chown fchmod fchmodat fchmodat2 fchown fchownat futimesat lchown utime utimensat utimes
"""
DEPENDS_ON_ARGUMENTS = """
    fcntl ioctl ioprio_set kill open openat openat2 pidfd_send_signal prctl prlimit64 rt_sigqueueinfo
    rt_tgsigqueueinfo sched_setaffinity sched_setattr sched_setparam sched_setscheduler sendmmsg sendmsg
    sendto setpriority tgkill tkill truncate
"""
NAMED_BUT_ALLOWED = "accept accept4 bind creat listen mbind set_mempolicy vmsplice"


@pytest.mark.parametrize("architecture", ["x86_64", "aarch64"])
def test_calls_with_harmless_arguments(architecture: Architecture) -> None:
    """Zeros, which mean oneself and nothing in particular: what is refused even then."""
    refused = answers(strict(architecture=architecture).starting, architecture)
    always = set(_NUMBERS) - set(DEPENDS_ON_ARGUMENTS.split()) - set(NAMED_BUT_ALLOWED.split())
    assert set(refused) == {name for name in always if number(name, architecture) is not None}
    assert {name for name, action in refused.items() if action == PRETEND} == {
        name for name in FAKED.split() if number(name, architecture) is not None
    }
    assert {name for name, action in refused.items() if action == fail(errno.ENOSYS)} == {
        *("io_uring_setup", "io_uring_enter", "io_uring_register", "clone3", "memfd_create")
    }


@pytest.mark.parametrize(
    ("name", "arguments", "action"),
    [
        ("socket", (1, 1), ALLOW),
        ("socket", (2, 1), EACCES),
        ("socket", (16, 3), EACCES),
        ("socket", ((1 << 32) | 2, 1), EACCES),
        ("socketpair", (1, 1), ALLOW),
        ("socketpair", (1, 0o2000001), ALLOW),
        ("socketpair", (1, 2), EPERM),
        ("socketpair", (2, 1), EPERM),
        ("sendto", (3, 0, 0, 0x20000000), EPERM),
        ("sendmsg", (3, 0, 0x20000000), EPERM),
        ("sendmsg", (3, 0, 0), ALLOW),
        ("connect", (3,), EPERM),
        ("clone", (0x3D0F00,), ALLOW),
        ("clone", (17,), EPERM),
        ("clone", (0x3D0F00 | 0x10000000,), EPERM),
        ("prlimit64", (0,), ALLOW),
        ("prlimit64", (1,), EPERM),
        ("prlimit64", (1 << 32,), ALLOW),
        ("setpriority", (0, 0), ALLOW),
        ("setpriority", (0, 1), EPERM),
        ("setpriority", (1, 0), EPERM),
        ("sched_setaffinity", (1,), EPERM),
        ("sched_setscheduler", (1,), PRETEND),
        ("ioctl", (0, 0x5412), EPERM),
        ("ioctl", (0, 0x5401), ALLOW),
        ("setxattr", (), fail(errno.ENOTSUP)),
        ("kill", (1, 9), ALLOW),
        ("truncate", (), ALLOW),
    ],
)
def test_calls_by_their_arguments(name: str, arguments: tuple[int, ...], action: int) -> None:
    called = number(name, "x86_64")
    assert called is not None
    program = strict().starting
    assert (
        bpf.run(program, architecture=AUDIT_ARCHITECTURE["x86_64"], number=called, arguments=arguments)
        == action
    )


@pytest.mark.parametrize(
    ("landlock", "name", "arguments", "action"),
    [
        (5, "kill", (PROCESS, 15), ALLOW),
        (5, "kill", (1, 15), EPERM),
        (5, "kill", (0, 15), EPERM),
        (5, "tgkill", (PROCESS, PROCESS + 1), ALLOW),
        (5, "tgkill", (1, 1), EPERM),
        (5, "pidfd_send_signal", (), EPERM),
        (5, "fcntl", (3, 8), EPERM),
        (2, "truncate", (), EPERM),
        (2, "openat", (0, 0, 0o1000), EACCES),
        (2, "openat", (0, 0, 0o1003), EACCES),
        (2, "openat", (0, 0, 0o1001), ALLOW),
        (2, "open", (0, 0o1000), EACCES),
        (2, "openat2", (), fail(errno.ENOSYS)),
        (3, "openat", (0, 0, 0o1000), ALLOW),
    ],
)
def test_filters_do_what_an_older_landlock_cannot(
    landlock: int, name: str, arguments: tuple[int, ...], action: int
) -> None:
    called = number(name, "x86_64")
    assert called is not None
    program = strict(landlock=landlock).starting
    assert (
        bpf.run(program, architecture=AUDIT_ARCHITECTURE["x86_64"], number=called, arguments=arguments)
        == action
    )


def test_once_it_serves_there_are_no_sockets_and_no_way_to_outlive_the_server() -> None:
    program = strict().serving
    assert answers(program, "x86_64", 1) == {"socket": EACCES, "bind": EPERM, "listen": EPERM, "prctl": EPERM}
    assert answers(program, "x86_64", 15) == {"socket": EACCES, "bind": EPERM, "listen": EPERM}
