"""Tables for the policy: which system calls are refused, to whom, and how.

The front is trusted: its rules are there for the case that a library is not. The worker runs the user's code:
what it must not do is either answered at once with an error, or put to the front (`NOTIFY`), which decides,
answers and remembers what was tried (`supervisor`).
"""

from __future__ import annotations

import errno
import signal

from .seccomp import ALLOW, NOTIFY, Rule, When, fail

_EPERM, _EACCES, _ENOSYS = fail(errno.EPERM), fail(errno.EACCES), fail(errno.ENOSYS)

# What no analysis needs and what would reach outside the process.
_DENIED = """
    acct add_key adjtimex bpf capset chroot clock_adjtime clock_settime delete_module fanotify_init
    fanotify_mark finit_module fsconfig fsmount fsopen fspick init_module ioperm iopl kcmp kexec_file_load
    kexec_load keyctl lookup_dcookie lsm_set_self_attr memfd_secret migrate_pages modify_ldt mount
    mount_setattr move_mount move_pages mq_open mq_unlink msgctl msgget msgrcv msgsnd name_to_handle_at
    nfsservctl open_by_handle_at open_tree perf_event_open personality pidfd_getfd pivot_root process_madvise
    process_mrelease process_vm_readv process_vm_writev quotactl quotactl_fd reboot request_key semctl
    semget semop semtimedop setdomainname setfsgid setfsuid setgid setgroups sethostname setns setpgid
    setregid setresgid setresuid setreuid setsid settimeofday setuid shmat shmctl shmget swapoff swapon syslog
    umount2 unshare uselib userfaultfd vhangup
    inotify_add_watch inotify_init inotify_init1
"""
# Answered as if the kernel were too old for them: their users then take another way.
_ABSENT = "io_setup io_uring_setup io_uring_enter io_uring_register clone3 memfd_create"
# Landlock does not cover these, and shutil, zipfile and the like fail if they fail. The last two would have
# all programs wait for their files to be written.
_PRETENDED = """
    chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat
    sync syncfs
"""
_UNSUPPORTED = """
    setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
"""

AF_UNIX, SOCK_STREAM = 1, 1
CLONE_THREAD = 0x00010000
_CLONE_PARENT = 0x00008000
_CLONE_NAMESPACES = 0x7E020080
_MSG_FASTOPEN = 0x20000000
# A file that becomes readable, or a folder that changes, would send a signal on one's behalf; whoever wants
# to change a file would wait for the end of a lease; a hint stays with the file.
_F_SETOWN, _F_SETOWN_EX, _F_NOTIFY = 8, 15, 1026
_F_SETLEASE, _F_SET_RW_HINT, _F_SET_FILE_RW_HINT, _F_SETPIPE_SZ = 1024, 1036, 1038, 1031
_REFUSED_COMMANDS = (_F_SETOWN, _F_SETOWN_EX, _F_NOTIFY, _F_SETLEASE, _F_SET_RW_HINT, _F_SET_FILE_RW_HINT)
_PRIO_PROCESS, _IOPRIO_WHO_PROCESS = 0, 1
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_CHILD_SUBREAPER = 1, 4, 22, 36
_O_RDONLY, _O_NEITHER, _O_ACCESS_MODE, _O_TRUNCATE = 0, 3, 3, 0o1000

# Type into somebody's terminal; have signals sent to somebody; change a file that is only open for reading.
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_FIOSETOWN, _SIOCSPGRP = 0x8901, 0x8902
_SET_FLAGS, _SET_FLAGS_32, _SET_VERSION, _SET_VERSION_32 = 0x40086602, 0x40046602, 0x40087602, 0x40047602
_SET_PROJECT, _SET_ENCRYPTION, _SEAL = 0x401C5820, 0x800C6613, 0x40806685
_REFUSED_REQUESTS = (
    *(_TIOCSTI, _TIOCLINUX, _FIOSETOWN, _SIOCSPGRP),
    *(_SET_FLAGS, _SET_FLAGS_32, _SET_VERSION, _SET_VERSION_32, _SET_PROJECT, _SET_ENCRYPTION, _SEAL),
)
# Everything else that can be asked of a descriptor is for file systems, networks and devices: it would reach
# whoever uses these, too, and rules about paths do not cover it.
_OF_TERMINALS_AND_DESCRIPTORS, _KINDS_OF_REQUESTS = 0x5400, 0xFFFFFF00
_FIBMAP, _FIGETBSZ, _FICLONE, _FICLONERANGE = 1, 2, 0x40049409, 0x4020940D
_FS_IOC_GETFLAGS, _FS_IOC_FSGETXATTR, _FS_IOC_FIEMAP = 0x80086601, 0x801C581F, 0xC020660B
_GRANTED_REQUESTS = (
    *(_FIBMAP, _FIGETBSZ, _FICLONE, _FICLONERANGE),
    *(_FS_IOC_GETFLAGS, _FS_IOC_FSGETXATTR, _FS_IOC_FIEMAP),
)

_FOR_BOTH = (
    *(Rule(call, _EPERM) for call in _DENIED.split()),
    *(Rule(call, _ENOSYS) for call in _ABSENT.split()),
    *(Rule(call, fail(0)) for call in _PRETENDED.split()),
    *(Rule(call, fail(errno.ENOTSUP)) for call in _UNSUPPORTED.split()),
    # Event loops need a pair of streams; datagrams could be sent to any address.
    Rule("socketpair", _EPERM, When(0, "different", AF_UNIX)),
    Rule("socketpair", _EPERM, When(1, "different", SOCK_STREAM, mask=0xFF)),
    *(Rule("ioctl", _EPERM, When(1, "equal", request)) for request in _REFUSED_REQUESTS),
    *(Rule("fcntl", _EPERM, When(1, "equal", command)) for command in _REFUSED_COMMANDS),
    # What all pipes of a user may hold together has a limit: others' would be small.
    Rule("fcntl", fail(0), When(1, "equal", _F_SETPIPE_SZ)),
    Rule("clone", _EPERM, When(0, "any-bit", _CLONE_NAMESPACES)),
    Rule("prctl", _EPERM, When(0, "equal", _PR_SET_SECCOMP)),
    # Of a group or a user. Landlock leaves this to ordinary rights, with which code could cripple the server.
    Rule("setpriority", _EPERM, When(0, "different", _PRIO_PROCESS)),
    Rule("ioprio_set", _EPERM, When(0, "different", _IOPRIO_WHO_PROCESS)),
    # libzmq sets its threads' schedule and ends the process if that fails.
    Rule("sched_setscheduler", fail(0), When(0, "different", 0)),
)

SETTING = {
    "prlimit64": 0,
    "setpriority": 1,
    "ioprio_set": 1,
    "sched_setaffinity": 0,
    "sched_setparam": 0,
    "sched_setattr": 0,
}
"""What sets how a process or thread runs: the argument that says which; 0 is the caller."""

# A connect in disguise, which Landlock does not see either: call, argument with the flags.
_SENDING = (("sendto", 3), ("sendmsg", 2), ("sendmmsg", 3))
_STARTING_PROCESSES = ("fork", "vfork")
_STARTING_PROGRAMS = ("execve", "execveat")
_SIGNALLING = ("kill", "tgkill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal")

# Where Landlock does not know about truncation yet, a file that may only be read could be emptied.
_TRUNCATION = (
    Rule("truncate", _EPERM),
    Rule("openat2", _ENOSYS),
    *(
        Rule(call, _EACCES, When(flags, "equal", _O_TRUNCATE | mode, mask=_O_TRUNCATE | _O_ACCESS_MODE))
        for call, flags in (("open", 1), ("openat", 2))
        for mode in (_O_RDONLY, _O_NEITHER)
    ),
)


def for_front(*, landlock: int) -> list[Rule]:
    """For the front, before it binds its sockets: sockets in the file system only, and nothing is started."""
    return [
        *_FOR_BOTH,
        Rule("socket", _EACCES, When(0, "different", AF_UNIX)),
        Rule("connect", _EACCES),
        *(Rule(call, _EACCES, When(flags, "any-bit", _MSG_FASTOPEN)) for call, flags in _SENDING),
        Rule("ptrace", _EPERM),
        *(Rule(call, _EPERM, When(which, "different", 0)) for call, which in SETTING.items()),
        Rule("clone", _EPERM, When(0, "no-bit", CLONE_THREAD)),
        *(Rule(call, _EPERM) for call in (*_STARTING_PROCESSES, *_STARTING_PROGRAMS)),
        *(_TRUNCATION if landlock < 3 else ()),
    ]


FRONT_SERVING = (
    Rule("socket", _EACCES),
    Rule("bind", _EPERM),
    Rule("listen", _EPERM),
    # It must end with the server, and stay the parent of what the worker leaves behind.
    Rule("prctl", _EPERM, When(0, "equal", _PR_SET_PDEATHSIG)),
    Rule("prctl", _EPERM, When(0, "equal", _PR_SET_CHILD_SUBREAPER)),
    Rule("seccomp", _EPERM),
)
"""For the front, once its sockets are bound, on top of the others."""


def for_worker(*, may_fork: bool, may_execute: bool, landlock: int) -> list[Rule]:
    """For the worker: it has no sockets but the pairs it makes, and what it tries is put to the front."""
    rules = [
        *_FOR_BOTH,
        Rule("socket", NOTIFY),
        Rule("connect", NOTIFY),
        *(Rule(call, NOTIFY, When(flags, "any-bit", _MSG_FASTOPEN)) for call, flags in _SENDING),
        *(Rule(call, _EPERM) for call in ("accept", "accept4", "bind", "listen")),
        Rule("ioctl", ALLOW, When(1, "equal", _OF_TERMINALS_AND_DESCRIPTORS, mask=_KINDS_OF_REQUESTS)),
        *(Rule("ioctl", ALLOW, When(1, "equal", request)) for request in _GRANTED_REQUESTS),
        Rule("ioctl", fail(errno.ENOTTY)),
        Rule("ptrace", NOTIFY),
        *(Rule(call, NOTIFY, When(which, "different", 0)) for call, which in SETTING.items()),
        # A filter with a listener of its own could let through what this one refuses.
        Rule("seccomp", _EPERM),
        # A snapshot that becomes the worker ties itself to the front. Nobody cuts that tie.
        Rule("prctl", _EPERM, When(0, "equal", _PR_SET_PDEATHSIG), When(1, "different", signal.SIGKILL)),
        Rule("prctl", _EPERM, When(0, "equal", _PR_SET_CHILD_SUBREAPER)),
        Rule("prctl", _EPERM, When(0, "equal", _PR_SET_DUMPABLE)),
        # A sibling would be the front's child instead.
        Rule("clone", _EPERM, When(0, "any-bit", _CLONE_PARENT), When(0, "no-bit", CLONE_THREAD)),
    ]
    if not may_fork:
        # Threads, too: the front counts what the kernel has. Not where processes are allowed: a signal can
        # end the wait for an answer, and programs that start others do not expect fork() to fail for that.
        rules += [Rule(call, NOTIFY) for call in ("clone", *_STARTING_PROCESSES)]
    if not may_execute:
        rules += [Rule(call, NOTIFY) for call in _STARTING_PROGRAMS]
    if landlock < 3:
        rules += _TRUNCATION
    if landlock < 6:
        rules += [Rule(call, NOTIFY) for call in _SIGNALLING]
    return rules
