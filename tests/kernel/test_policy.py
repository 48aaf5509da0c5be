"""The policy, whole: for given folders and a given machine, exactly these rules."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from jupyter_agent.errors import KernelRefused
from jupyter_agent.kernel.landlock import Access, Rule, Ruleset
from jupyter_agent.kernel.limits import Limits, Usage
from jupyter_agent.kernel.policy import PARALLEL, PROFILES, STRICT, Folders, Machine, Policy, Profile, policy
from jupyter_agent.kernel.rules_files import READ, WRITE
from jupyter_agent.kernel.seccomp import ALLOW, NOTIFY, Program, fail
from jupyter_agent.kernel.syscalls import _NUMBERS, AUDIT_ARCHITECTURE, Architecture, number
from tests.kernel import bpf

MB = 1024 * 1024
FOLDERS = Folders(
    workspace="/w",
    home="/k/home",
    temporary="/k/tmp",
    sockets="/k/s",
    backups="/k/b",
    variables="/v",
    code=("/venv", "/usr"),
    readable=("/attachments",),
)
ABIS = (1, 3, 4, 6, 7)


def made(profile: Profile = STRICT, *, landlock: int = 7, architecture: Architecture = "x86_64") -> Policy:
    return policy(
        profile=profile,
        folders=FOLDERS,
        limits=Limits(memory_mb=1000, file_size_mb=10, processes=20, open_files=256),
        machine=Machine(architecture=architecture, landlock=landlock),
        usage=Usage(data=5 * MB, addresses=500 * MB, tasks=100),
    )


def test_the_profiles() -> None:
    assert PROFILES == {"strict": STRICT, "parallel": PARALLEL}
    assert (
        Profile(name="strict", may_fork=False, may_execute=False, shared_memory=False, sees_processes=False)
        == STRICT
    )
    assert (
        Profile(name="parallel", may_fork=True, may_execute=True, shared_memory=True, sees_processes=True)
        == PARALLEL
    )


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_resources(profile: Profile) -> None:
    counted = {"NPROC": 152} if profile.may_fork else {}
    assert made(profile).worker.resources == counted | {
        "DATA": 1005 * MB,
        "AS": (500 + 1000 + 3072) * MB,
        "FSIZE": 10 * MB,
        "NOFILE": 256,
        "SIGPENDING": 1024,
        "RTPRIO": 0,
        "NICE": 0,
        "MEMLOCK": 65_536,
        "MSGQUEUE": 0,
        "CORE": 0,
    }
    assert made(profile).front.resources == {"NOFILE": 256, "MEMLOCK": 65_536, "MSGQUEUE": 0, "CORE": 0}


PARTS = ("bin", "include", "lib", "lib32", "lib64", "libexec", "pyvenv.cfg", "sbin", "share", "ssl")
CODE = (
    *("/bin", "/lib", "/lib32", "/lib64", "/sbin"),
    *(f"{prefix}/{part}" for prefix in ("/usr", "/usr/local", "/venv") for part in PARTS),
)
SYSTEM = (
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/timezone"),
    *("/etc/mime.types", "/etc/fonts", "/etc/nsswitch.conf", "/etc/hosts", "/etc/os-release"),
    *("/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/alternatives", "/etc/host.conf"),
    *("/etc/locale.alias", "/etc/matplotlibrc"),
    *("/sys/devices/system", "/sys/kernel/mm/transparent_hugepage"),
)
MACHINE = (
    *("/proc/cpuinfo", "/proc/filesystems", "/proc/loadavg", "/proc/meminfo", "/proc/stat"),
    *("/proc/uptime", "/proc/version", "/proc/vmstat", "/proc/sys/kernel/ngroups_max"),
    *("/proc/sys/kernel/osrelease", "/proc/sys/kernel/pid_max", "/proc/sys/kernel/random"),
    *("/proc/sys/vm/max_map_count", "/proc/sys/vm/overcommit_memory"),
    *("/sys/fs/cgroup/cgroup.controllers", "/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/cpuset.cpus.effective"),
    *("/sys/fs/cgroup/memory.high", "/sys/fs/cgroup/memory.max"),
    *("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
    *("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us"),
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
READ_WRITE = Access.READ_FILE | Access.WRITE_FILE
OWN = (
    Rule(path="/attachments", access=READ),
    Rule(path="/w", access=WRITE),
    Rule(path="/k/home", access=WRITE),
    Rule(path="/k/tmp", access=WRITE),
    Rule(path="/v", access=WRITE),
)
ONLY_THE_FRONT = (
    Rule(path="/proc", access=READ),
    Rule(path="/k/s", access=Access.MAKE_SOCK),
    Rule(path="/k/b", access=WRITE | Access.MAKE_SYM),
    Rule(path="/w", access=WRITE | Access.MAKE_SYM),
)


MEASURED = {"strict": (), "parallel": (Rule(path="/dev/shm", access=Access.READ_DIR),)}


def granted(paths: tuple[str, ...], access: Access) -> Iterator[Rule]:
    return (Rule(path=path, access=access) for path in paths)


FILES: Mapping[str, tuple[Rule, ...]] = {
    "strict": (
        *granted(CODE, Access.READ_FILE | Access.READ_DIR),
        *granted(SYSTEM, READ),
        *granted(MACHINE, READ),
        *granted(DEVICES, READ_WRITE),
        *OWN,
    ),
    "parallel": (
        *granted(CODE, Access.READ_FILE | Access.READ_DIR | Access.EXECUTE),
        *granted(SYSTEM, READ),
        Rule(path="/proc", access=READ),
        Rule(path="/sys/fs/cgroup", access=READ),
        *granted(DEVICES, READ_WRITE),
        Rule(
            path="/dev/shm",
            access=READ_WRITE | Access.TRUNCATE | Access.MAKE_REG | Access.REMOVE_FILE,
        ),
        *OWN,
    ),
}


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
@pytest.mark.parametrize(
    ("landlock", "handled"),
    [(1, 0x1FFF), (2, 0x3FFF), (3, 0x7FFF), (4, 0x7FFF), (5, 0xFFFF), (6, 0xFFFF), (7, 0xFFFF), (9, 0x1FFFF)],
)
def test_files(profile: Profile, landlock: int, handled: int) -> None:
    rules = made(profile, landlock=landlock)
    worker = Ruleset(handled=Access(handled), network=3, scope=3, rules=FILES[profile.name])
    assert rules.worker.files == worker
    assert rules.front.files == replace(
        worker, rules=(*worker.rules, *ONLY_THE_FRONT, *MEASURED[profile.name])
    )


def test_a_kernel_whose_variables_do_not_outlive_it() -> None:
    assert FOLDERS.writable == ("/w", "/k/home", "/k/tmp", "/v")
    assert replace(FOLDERS, variables=None).writable == ("/w", "/k/home", "/k/tmp")


def test_nothing_that_the_server_could_trip_over_can_be_made() -> None:
    assert not WRITE & (
        Access.MAKE_SYM | Access.MAKE_FIFO | Access.MAKE_SOCK | Access.MAKE_CHAR | Access.MAKE_BLOCK
    )


def test_without_landlock_it_is_refused() -> None:
    with pytest.raises(KernelRefused, match=r"does not offer Landlock.*container.*python3"):
        made(landlock=0)


def test_a_workspace_that_other_kernels_could_read_is_refused() -> None:
    with pytest.raises(KernelRefused, match="lies in /venv/share, which every kernel may read"):
        policy(
            profile=STRICT,
            folders=replace(FOLDERS, workspace="/venv/share/jupyter/agent/w"),
            limits=Limits(),
            machine=Machine(architecture="x86_64", landlock=7),
            usage=Usage(data=0, addresses=0, tasks=1),
        )


EPERM, EACCES, ENOSYS, PRETEND = fail(errno.EPERM), fail(errno.EACCES), fail(errno.ENOSYS), fail(0)
NAMES = {
    ALLOW: "allow",
    NOTIFY: "notify",
    EPERM: "EPERM",
    EACCES: "EACCES",
    ENOSYS: "ENOSYS",
    fail(errno.ENOTSUP): "ENOTSUP",
    fail(errno.ENOTTY): "ENOTTY",
    PRETEND: "pretend",
}


def answer(program: Program, architecture: Architecture, name: str, *arguments: int) -> str:
    called = number(name, architecture)
    assert called is not None
    number_of_architecture = AUDIT_ARCHITECTURE[architecture]
    return NAMES[bpf.run(program, architecture=number_of_architecture, number=called, arguments=arguments)]


def answers(program: Program, architecture: Architecture, *arguments: int) -> dict[str, set[str]]:
    """Every call that the filters name, by what the program does to it."""
    results: dict[str, set[str]] = {}
    for name in _NUMBERS:
        if number(name, architecture) is not None:
            results.setdefault(answer(program, architecture, name, *arguments), set()).add(name)
    return results


# With zeros for arguments, which mean oneself and nothing in particular.
DENIED = """
    acct add_key adjtimex bpf capset chroot clock_adjtime clock_settime delete_module fanotify_init
    fanotify_mark finit_module fsconfig fsmount fsopen fspick init_module inotify_add_watch
    inotify_init inotify_init1 ioperm iopl ioprio_set kcmp
    kexec_file_load kexec_load keyctl lookup_dcookie lsm_set_self_attr memfd_secret migrate_pages modify_ldt
    mount mount_setattr move_mount move_pages mq_open mq_unlink msgctl msgget msgrcv msgsnd name_to_handle_at
    nfsservctl open_by_handle_at open_tree perf_event_open personality pidfd_getfd pivot_root process_madvise
    process_mrelease process_vm_readv process_vm_writev quotactl quotactl_fd reboot request_key semctl semget
    semop semtimedop setdomainname setfsgid setfsuid setgid setgroups sethostname setns setpgid setregid
    setresgid setresuid setreuid setsid settimeofday setuid shmat shmctl shmget socketpair swapoff swapon
    syslog umount2 unshare uselib userfaultfd vhangup
"""
ABSENT = "clone3 io_setup io_uring_enter io_uring_register io_uring_setup memfd_create"
PRETENDED = """
    chmod chown fchmod fchmodat fchmodat2 fchown fchownat futimesat lchown sync syncfs utime utimensat utimes
"""
UNSUPPORTED = "fremovexattr fsetxattr lremovexattr lsetxattr removexattr setxattr"
BY_ARGUMENT = """
    fcntl open openat prctl prlimit64 sched_setaffinity sched_setattr sched_setparam
    sched_setscheduler sendmmsg sendmsg sendto setpriority
"""
NEVER_NAMED = "creat mbind set_mempolicy vmsplice"
SIGNALS = "kill pidfd_send_signal rt_sigqueueinfo rt_tgsigqueueinfo tgkill tkill"


def expected_of_worker(profile: Profile, landlock: int) -> dict[str, str]:
    notify, denied, absent = "connect ptrace socket", DENIED + "accept accept4 bind listen seccomp", ABSENT
    allowed = BY_ARGUMENT + NEVER_NAMED
    if profile is STRICT:
        notify += " clone fork vfork execve execveat"
    else:
        allowed += " clone fork vfork execve execveat"
    if landlock < 3:
        denied, absent = denied + " truncate", absent + " openat2"
    else:
        allowed += " truncate openat2"
    if landlock < 6:
        notify += " " + SIGNALS
    else:
        allowed += " " + SIGNALS
    return {
        "notify": notify,
        "EPERM": denied,
        "ENOSYS": absent,
        "allow": allowed,
        "pretend": PRETENDED,
        "ENOTSUP": UNSUPPORTED,
        "ENOTTY": "ioctl",
    }


def expected_of_front(landlock: int) -> dict[str, str]:
    denied, absent = DENIED + "clone execve execveat fork ptrace vfork", ABSENT
    allowed = BY_ARGUMENT + NEVER_NAMED + " ioctl accept accept4 bind listen seccomp " + SIGNALS
    if landlock < 3:
        denied, absent = denied + " truncate", absent + " openat2"
    else:
        allowed += " truncate openat2"
    return {
        "EACCES": "connect socket",
        "EPERM": denied,
        "ENOSYS": absent,
        "allow": allowed,
        "pretend": PRETENDED,
        "ENOTSUP": UNSUPPORTED,
    }


def there_is(expected: Mapping[str, str], architecture: Architecture) -> dict[str, set[str]]:
    return {
        action: {name for name in names.split() if number(name, architecture) is not None}
        for action, names in expected.items()
    }


@pytest.mark.parametrize("architecture", ["x86_64", "aarch64"])
@pytest.mark.parametrize("landlock", ABIS)
@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_every_call(profile: Profile, landlock: int, architecture: Architecture) -> None:
    rules = made(profile, landlock=landlock, architecture=architecture)
    assert answers(rules.worker.calls, architecture) == there_is(
        expected_of_worker(profile, landlock), architecture
    )
    assert rules.worker.serving is None
    assert answers(rules.front.calls, architecture) == there_is(expected_of_front(landlock), architecture)


THREAD, FORK, SPAWN = 0x3D0F00, 0x01200011, 0x4111
FOR_BOTH = [
    ("socketpair", (1, 1), "allow"),
    ("socketpair", (1, 0o2000001), "allow"),
    ("socketpair", (1, 2), "EPERM"),
    ("socketpair", (2, 1), "EPERM"),
    ("sendmsg", (3, 0, 0), "allow"),
    ("clone", (THREAD | 0x10000000,), "EPERM"),
    ("clone", (0x7E020000 | 17,), "EPERM"),
    ("prlimit64", (0,), "allow"),
    ("prlimit64", (1 << 32,), "allow"),
    ("setpriority", (0, 0), "allow"),
    ("setpriority", (1, 0), "EPERM"),
    ("sched_setscheduler", (1,), "pretend"),
    ("ioprio_set", (1, 0), "allow"),
    ("ioprio_set", (2, 0), "EPERM"),
    ("ioprio_set", (3, 1000), "EPERM"),
    ("ioctl", (0, 0x5401), "allow"),
    ("ioctl", (0, 0x5412), "EPERM"),
    ("ioctl", (0, 0x8901), "EPERM"),
    ("ioctl", (0, 0x40086602), "EPERM"),
    ("ioctl", (0, (1 << 32) | 0x40806685), "EPERM"),
    ("fcntl", (3, 1), "allow"),
    ("fcntl", (3, 8), "EPERM"),
    ("fcntl", (3, 1024), "EPERM"),
    ("fcntl", (3, 1031), "pretend"),
    ("fcntl", (3, 1032), "allow"),
    ("fcntl", (3, 1026), "EPERM"),
    ("fcntl", (3, 1036), "EPERM"),
    ("fcntl", (3, 1038), "EPERM"),
    ("fcntl", (3, 15), "EPERM"),
    ("prctl", (15,), "allow"),
    ("prctl", (22, 2), "EPERM"),
    ("kill", (1, 9), "allow"),
]
FOR_WORKER = [
    ("socket", (1, 1), "notify"),
    ("socket", (40, 1), "notify"),
    ("sendto", (3, 0, 0, 0x20000000), "notify"),
    ("sendto", (3, 0, 0, 0x4000), "allow"),
    ("sendmsg", (3, 0, 0x20000000), "notify"),
    ("sendmmsg", (3, 0, 0, 0x20000000), "notify"),
    ("clone", (FORK | 0x8000,), "EPERM"),
    ("prctl", (1, 9), "allow"),
    ("prctl", (1, 0), "EPERM"),
    ("prctl", (1, 15), "EPERM"),
    ("prctl", (4, 0), "EPERM"),
    ("prctl", (36, 1), "EPERM"),
    ("ioctl", (0, 2), "allow"),
    ("ioctl", (0, 0x541B), "allow"),
    ("ioctl", (0, 0x40049409), "allow"),
    ("ioctl", (0, 0x8912), "ENOTTY"),
    ("ioctl", (0, 0xC0406618), "ENOTTY"),
    ("ioctl", (0, 0x50009401), "ENOTTY"),
    ("ioctl", (0, 0x105401), "ENOTTY"),
]
OF_OTHERS = [
    ("prlimit64", (1,)),
    ("setpriority", (0, 1)),
    ("ioprio_set", (1, 1)),
    ("sched_setaffinity", (1,)),
    ("sched_setparam", (1,)),
    ("sched_setattr", (1,)),
]
FOR_WORKER += [(name, arguments, "notify") for name, arguments in OF_OTHERS]
STARTED = [("clone", (THREAD,)), ("clone", (FORK,)), ("clone", (SPAWN,)), ("execve", ()), ("execveat", ())]
FOR_STRICT = [(name, arguments, "notify") for name, arguments in STARTED]
FOR_PARALLEL = [(name, arguments, "allow") for name, arguments in STARTED]
FOR_FRONT = [
    ("socket", (1, 1), "allow"),
    ("socket", (2, 1), "EACCES"),
    ("socket", ((1 << 32) | 2, 1), "EACCES"),
    ("sendto", (3, 0, 0, 0x20000000), "EACCES"),
    ("clone", (THREAD,), "allow"),
    ("clone", (FORK,), "EPERM"),
    ("prctl", (1, 9), "allow"),
    ("prctl", (36, 1), "allow"),
    ("ioctl", (0, 0xC0502100), "allow"),
]
FOR_FRONT += [(name, arguments, "EPERM") for name, arguments in OF_OTHERS]
Case = tuple[str, tuple[int, ...], str]


@pytest.mark.parametrize("case", [*FOR_BOTH, *FOR_WORKER, *FOR_STRICT], ids=str)
@pytest.mark.parametrize("architecture", ["x86_64", "aarch64"])
def test_calls_of_a_strict_worker_by_their_arguments(case: Case, architecture: Architecture) -> None:
    name, arguments, action = case
    program = made(STRICT, architecture=architecture).worker.calls
    assert answer(program, architecture, name, *arguments) == action


@pytest.mark.parametrize("case", [*FOR_BOTH, *FOR_WORKER, *FOR_PARALLEL], ids=str)
@pytest.mark.parametrize("architecture", ["x86_64", "aarch64"])
def test_calls_of_a_parallel_worker_by_their_arguments(case: Case, architecture: Architecture) -> None:
    name, arguments, action = case
    program = made(PARALLEL, architecture=architecture).worker.calls
    assert answer(program, architecture, name, *arguments) == action


@pytest.mark.parametrize("case", [*FOR_BOTH, *FOR_FRONT], ids=str)
@pytest.mark.parametrize("architecture", ["x86_64", "aarch64"])
def test_calls_of_the_front_by_their_arguments(case: Case, architecture: Architecture) -> None:
    name, arguments, action = case
    assert answer(made(architecture=architecture).front.calls, architecture, name, *arguments) == action


@pytest.mark.parametrize("process", ["worker", "front"])
@pytest.mark.parametrize(
    ("landlock", "name", "arguments", "action"),
    [
        (2, "openat", (0, 0, 0o1000), "EACCES"),
        (2, "openat", (0, 0, 0o1003), "EACCES"),
        (2, "openat", (0, 0, 0o1001), "allow"),
        (2, "openat", (0, 0, 0), "allow"),
        (2, "open", (0, 0o1000), "EACCES"),
        (3, "openat", (0, 0, 0o1000), "allow"),
    ],
)
def test_filters_do_what_an_older_landlock_cannot(
    process: str, landlock: int, name: str, arguments: tuple[int, ...], action: str
) -> None:
    rules = made(landlock=landlock)
    program = {"worker": rules.worker, "front": rules.front}[process].calls
    assert answer(program, "x86_64", name, *arguments) == action


def test_a_front_that_serves_has_no_way_to_sockets_and_outlives_nobody() -> None:
    program = made().front.serving
    assert program is not None
    denied = {"bind", "listen", "seccomp"}
    for option, more in ((1, {"prctl"}), (36, {"prctl"}), (15, set[str]())):
        refused = answers(program, "x86_64", option)
        del refused["allow"]
        assert refused == {"EACCES": {"socket"}, "EPERM": denied | more}
