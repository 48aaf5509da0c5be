"""The policy: from a profile, the folders and the machine to the rules that Linux enforces. Pure.

Nothing here looks at the machine or changes anything: the same arguments give the same rules, and the tests
compare whole results. `confine` puts them into force.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from jupyter_agent.errors import KernelRefused

from . import landlock, seccomp
from .landlock import SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS, TCP_BIND_AND_CONNECT, Access
from .limits import Limits, Usage, resource_limits
from .seccomp import Program, When, assemble, fail
from .syscalls import Architecture

CHOICES = (
    "Use JupyterLab on Linux 5.13 or newer with Landlock, run the kernel in a container or behind a kernel "
    "gateway, or choose an unrestricted kernel on purpose: set the trait JupyterAgent.kernel_name to python3."
)
"""What a person can do where the restrictions cannot be enforced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What kind of work a kernel is for."""

    name: str
    may_fork: bool
    may_execute: bool


STRICT = Profile(name="strict", may_fork=False, may_execute=False)
PROFILES: Mapping[str, Profile] = {STRICT.name: STRICT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Absolute paths, without symbolic links."""

    workspace: str
    """Where the code works; it may write there."""
    home: str
    """Its own, private and passing."""
    temporary: str
    """Its own too."""
    sockets: str
    """Where Jupyter's channels are bound; the code cannot even list it."""
    code: tuple[str, ...]
    """Prefixes of the Python installation: `sys.prefix` and `sys.base_prefix`."""
    readable: tuple[str, ...] = ()
    """What it may read besides: packages of the user, the attachments, data folders from the settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What Linux can enforce here."""

    architecture: Architecture
    landlock: int
    """The version of its interface."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules, in the order in which they come into force."""

    resources: Mapping[str, int]
    files: landlock.Ruleset
    starting: Program
    """For a process with one thread, before it binds its sockets."""
    serving: Program
    """For all threads, once the sockets are bound and before any user code."""


READ = Access.READ_FILE | Access.READ_DIR
WRITE = (
    READ
    | Access.WRITE_FILE
    | Access.TRUNCATE
    | Access.MAKE_REG
    | Access.MAKE_DIR
    | Access.REMOVE_FILE
    | Access.REMOVE_DIR
    | Access.REFER
)
"""No links, pipes or sockets: the server, which is not restricted, might open what the code left there."""
DEVICE = Access.READ_FILE | Access.WRITE_FILE

# Of a prefix only these: beside them may stand configuration, projects, other people's environments.
_PREFIX_PARTS = ("bin", "include", "lib", "lib32", "lib64", "libexec", "pyvenv.cfg", "sbin", "share", "ssl")
_SYSTEM_PREFIXES = ("/usr", "/usr/local")
_SYSTEM_CODE = ("/bin", "/lib", "/lib32", "/lib64", "/sbin")

# Not passwd and group: they are what a program that looks around reads first. HOME and USER are set instead.
_SYSTEM_FILES = """
    /etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d /etc/localtime /etc/timezone /etc/mime.types /etc/fonts
    /etc/nsswitch.conf /etc/hosts /etc/os-release /etc/ssl/certs /etc/ssl/openssl.cnf /etc/alternatives
    /etc/host.conf /etc/locale.alias /etc/matplotlibrc
    /proc/cpuinfo /proc/filesystems /proc/loadavg /proc/meminfo /proc/stat /proc/uptime /proc/version
    /proc/vmstat /proc/sys/kernel/ngroups_max /proc/sys/kernel/osrelease /proc/sys/kernel/pid_max
    /proc/sys/kernel/random /proc/sys/vm/max_map_count /proc/sys/vm/overcommit_memory
    /sys/devices/system /sys/fs/cgroup /sys/kernel/mm/transparent_hugepage
"""
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def policy(
    *, profile: Profile, folders: Folders, limits: Limits, machine: Machine, usage: Usage, process: int
) -> Policy:
    """The rules for the process with the id `process`.

    Raises:
        KernelRefused: this machine cannot enforce them.
    """
    if machine.landlock < 1:
        raise KernelRefused(
            "The restricted kernel was not started: this system does not offer Landlock, which keeps code "
            "away from your files.",
            CHOICES,
        )
    for part in _code_parts(folders):
        if PurePosixPath(folders.workspace).is_relative_to(part):
            raise KernelRefused(
                f"The restricted kernel was not started: its folder {folders.workspace} lies in {part}, "
                "which every kernel may read.",
                "Keep Jupyter's data outside of the Python installation.",
            )
    return Policy(
        resources=resource_limits(limits, usage),
        files=landlock.Ruleset(
            handled=landlock.handled_by(machine.landlock),
            network=TCP_BIND_AND_CONNECT,
            scope=SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS,
            rules=tuple(_file_rules(profile, folders, process)),
        ),
        starting=assemble(_starting(profile, machine.landlock, process), machine.architecture),
        serving=assemble(_SERVING, machine.architecture),
    )


def _code_parts(folders: Folders) -> tuple[str, ...]:
    prefixes = dict.fromkeys((*_SYSTEM_PREFIXES, *folders.code))
    return (*_SYSTEM_CODE, *(f"{prefix}/{part}" for prefix in prefixes for part in _PREFIX_PARTS))


def _file_rules(profile: Profile, folders: Folders, process: int) -> list[landlock.Rule]:
    code = READ | Access.EXECUTE if profile.may_execute else READ
    grants = [(path, code) for path in _code_parts(folders)]
    grants += [(path, READ) for path in _SYSTEM_FILES.split()]
    grants += [(f"/proc/{process}", READ)]
    grants += [(path, DEVICE) for path in _DEVICES]
    grants += [(path, READ) for path in folders.readable]
    grants += [(path, WRITE) for path in (folders.workspace, folders.home, folders.temporary)]
    grants += [(folders.sockets, Access.MAKE_SOCK)]
    return [landlock.Rule(path=path, access=access) for path, access in grants]


# What no analysis needs and what would reach outside the process.
_DENIED = """
    acct add_key adjtimex bpf capset chroot clock_adjtime clock_settime delete_module fanotify_init
    fanotify_mark finit_module fsconfig fsmount fsopen fspick init_module ioperm iopl kcmp kexec_file_load
    kexec_load keyctl lookup_dcookie lsm_set_self_attr memfd_secret migrate_pages modify_ldt mount
    mount_setattr move_mount move_pages mq_open mq_unlink msgctl msgget msgrcv msgsnd name_to_handle_at
    nfsservctl open_by_handle_at open_tree perf_event_open personality pidfd_getfd pivot_root process_madvise
    process_mrelease process_vm_readv process_vm_writev ptrace quotactl quotactl_fd reboot request_key semctl
    semget semop semtimedop setdomainname setfsgid setfsuid setgid setgroups sethostname setns setpgid
    setregid setresgid setresuid setreuid setsid settimeofday setuid shmat shmctl shmget swapoff swapon syslog
    umount2 unshare uselib userfaultfd vhangup
    inotify_add_watch connect
"""
# Answered as if the kernel were too old for them: their users then take another way.
_ABSENT = "io_uring_setup io_uring_enter io_uring_register clone3 memfd_create"
# Landlock does not cover these, and shutil, zipfile and the like fail if they fail.
_PRETENDED = """
    chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat
"""
_UNSUPPORTED = """
    setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
"""

_AF_UNIX, _SOCK_STREAM = 1, 1
_MSG_FASTOPEN = 0x20000000
_CLONE_THREAD = 0x00010000
_CLONE_NAMESPACES = 0x7E020080
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_F_SETOWN, _F_SETOWN_EX = 8, 15
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_O_RDONLY, _O_NEITHER, _O_ACCESS_MODE, _O_TRUNCATE = 0, 3, 3, 0o1000

_EPERM, _EACCES = fail(errno.EPERM), fail(errno.EACCES)


def _starting(profile: Profile, abi: int, process: int) -> list[seccomp.Rule]:
    rules = [
        *(seccomp.Rule(call, _EPERM) for call in _DENIED.split()),
        *(seccomp.Rule(call, fail(errno.ENOSYS)) for call in _ABSENT.split()),
        *(seccomp.Rule(call, fail(0)) for call in _PRETENDED.split()),
        *(seccomp.Rule(call, fail(errno.ENOTSUP)) for call in _UNSUPPORTED.split()),
        *_NETWORK,
        *_OTHER_PROCESSES,
        seccomp.Rule("ioctl", _EPERM, When(1, "equal", _TIOCSTI)),
        seccomp.Rule("ioctl", _EPERM, When(1, "equal", _TIOCLINUX)),
        seccomp.Rule("clone", _EPERM, When(0, "any-bit", _CLONE_NAMESPACES)),
    ]
    if not profile.may_fork:
        rules += [
            seccomp.Rule("clone", _EPERM, When(0, "no-bit", _CLONE_THREAD)),
            seccomp.Rule("fork", _EPERM),
            seccomp.Rule("vfork", _EPERM),
        ]
    if not profile.may_execute:
        rules += [seccomp.Rule("execve", _EPERM), seccomp.Rule("execveat", _EPERM)]
    if abi < 3:
        rules += _TRUNCATION
    if abi < 6:
        rules += _signals_to_itself_only(process)
    return rules


_NETWORK = (
    # Unix sockets until Jupyter's are bound, then none at all.
    seccomp.Rule("socket", _EACCES, When(0, "different", _AF_UNIX)),
    # Event loops need a pair of streams; datagrams could be sent to any address.
    seccomp.Rule("socketpair", _EPERM, When(0, "different", _AF_UNIX)),
    seccomp.Rule("socketpair", _EPERM, When(1, "different", _SOCK_STREAM, mask=0xFF)),
    # A connect in disguise, which Landlock does not see either.
    seccomp.Rule("sendto", _EPERM, When(3, "any-bit", _MSG_FASTOPEN)),
    seccomp.Rule("sendmsg", _EPERM, When(2, "any-bit", _MSG_FASTOPEN)),
    seccomp.Rule("sendmmsg", _EPERM, When(3, "any-bit", _MSG_FASTOPEN)),
)

_OTHER_PROCESSES = (
    # Landlock leaves these to ordinary rights, with which code could cripple the server.
    seccomp.Rule("prlimit64", _EPERM, When(0, "different", 0)),
    seccomp.Rule("setpriority", _EPERM, When(0, "different", 0)),
    seccomp.Rule("setpriority", _EPERM, When(1, "different", 0)),
    seccomp.Rule("ioprio_set", _EPERM, When(1, "different", 0)),
    seccomp.Rule("sched_setaffinity", _EPERM, When(0, "different", 0)),
    seccomp.Rule("sched_setparam", _EPERM, When(0, "different", 0)),
    seccomp.Rule("sched_setattr", _EPERM, When(0, "different", 0)),
    # libzmq sets its threads' schedule and ends the process if that fails.
    seccomp.Rule("sched_setscheduler", fail(0), When(0, "different", 0)),
)

# Where Landlock does not know about truncation yet, a file that may only be read could be emptied.
_TRUNCATION = [
    seccomp.Rule("truncate", _EPERM),
    seccomp.Rule("openat2", fail(errno.ENOSYS)),
    *(
        seccomp.Rule(
            call, _EACCES, When(flags, "equal", _O_TRUNCATE | mode, mask=_O_TRUNCATE | _O_ACCESS_MODE)
        )
        for call, flags in (("open", 1), ("openat", 2))
        for mode in (_O_RDONLY, _O_NEITHER)
    ),
]


def _signals_to_itself_only(process: int) -> list[seccomp.Rule]:
    """For where Landlock does not keep signals inside."""
    return [
        seccomp.Rule("kill", _EPERM, When(0, "different", process)),
        seccomp.Rule("tgkill", _EPERM, When(0, "different", process)),
        seccomp.Rule("tkill", _EPERM),
        seccomp.Rule("rt_sigqueueinfo", _EPERM),
        seccomp.Rule("rt_tgsigqueueinfo", _EPERM),
        seccomp.Rule("pidfd_send_signal", _EPERM),
        seccomp.Rule("fcntl", _EPERM, When(1, "equal", _F_SETOWN)),
        seccomp.Rule("fcntl", _EPERM, When(1, "equal", _F_SETOWN_EX)),
    ]


_SERVING = (
    seccomp.Rule("socket", _EACCES),
    seccomp.Rule("bind", _EPERM),
    seccomp.Rule("listen", _EPERM),
    # It must end with the server.
    seccomp.Rule("prctl", _EPERM, When(0, "equal", _PR_SET_PDEATHSIG)),
    seccomp.Rule("prctl", _EPERM, When(0, "equal", _PR_SET_CHILD_SUBREAPER)),
)
