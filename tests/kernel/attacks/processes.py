"""Attacks on other processes: looking into them, ending them, crippling them."""

from __future__ import annotations

from .attack import LANDLOCK, PRETENDED, SECCOMP, SIGNAL, SUPERVISOR, Attack, By, raw

_NOBODY = By("landlock", r"Error: \[Errno (1|13)\]")
"""In strict there is nothing in /proc; in parallel Landlock lets nobody look into what is outside."""

_LOOKING = [
    Attack(
        name="read a server's environment", code="assert open('/proc/{server}/environ').read()", by=_NOBODY
    ),
    Attack(name="read a server's memory map", code="assert open('/proc/{server}/maps').read()", by=_NOBODY),
    Attack(name="read a process's memory", code="open('/proc/{victim}/mem', 'rb').close()", by=_NOBODY),
    Attack(
        name="read a server's command",
        code="assert open('/proc/{server}/cmdline').read()",
        by=LANDLOCK,
        parallel="allowed",
    ),
    Attack(name="find a server's folder", code="import os; os.readlink('/proc/{server}/cwd')", by=_NOBODY),
    Attack(
        name="find a server's open files", code="import os; os.readlink('/proc/{server}/fd/0')", by=_NOBODY
    ),
    Attack(
        name="read a file of a server",
        code="open('/proc/{victim}/root{home}/.ssh/id_rsa').read()",
        by=_NOBODY,
    ),
    Attack(
        name="list processes",
        code="import os; assert '{server}' in [entry.name for entry in os.scandir('/proc')]",
        by=LANDLOCK,
        parallel="allowed",
    ),
    Attack(
        name="read its front's environment",
        code="assert open('/proc/{front}/environ').read()",
        by=_NOBODY,
        plain=False,
    ),
    Attack(
        name="read its front's memory",
        code="open('/proc/{front}/mem', 'rb').close()",
        by=_NOBODY,
        plain=False,
    ),
    Attack(
        name="read its fork server's memory",
        code="open('/proc/{zygote}/mem', 'rb').close()",
        by=_NOBODY,
        plain=False,
    ),
    Attack(
        name="trace a process",
        code=raw(
            "ptrace!(0x4206, {victim}, 0, 0); ptrace!(0x4207, {victim}, 0, 0)\n"
            "os.waitpid({victim}, 0); ptrace!(17, {victim}, 0, 0)"
        ),
        by=SUPERVISOR,
    ),
    Attack(name="be traced", code=raw("ptrace!(0, 0, 0, 0)"), by=SUPERVISOR, plain=False),
    Attack(name="trace its front", code=raw("ptrace!(0x4206, {front}, 0, 0)"), by=SUPERVISOR, plain=False),
    Attack(
        name="read a process's memory past Python",
        code=raw("v = (ctypes.c_long * 2)(0, 0); process_vm_readv!({victim}, v, 0, v, 0, 0)"),
        by=SECCOMP,
    ),
    Attack(
        name="write a process's memory past Python",
        code=raw("v = (ctypes.c_long * 2)(0, 0); process_vm_writev!({victim}, v, 0, v, 0, 0)"),
        by=SECCOMP,
    ),
    Attack(
        name="take a process's open file",
        code=raw("pidfd_getfd!(os.pidfd_open({victim}), 0, 0)"),
        by=SECCOMP,
    ),
    Attack(
        name="compare a process's files with its own",
        code=raw("kcmp!(os.getpid(), {victim}, 0, 0, 0)"),
        by=SECCOMP,
    ),
]

_SIGINFO = "ctypes.create_string_buffer((15).to_bytes(4, 'little') + bytes(4) + b'\\xff' * 4 + bytes(116))"
_SIGNALLING = [
    *(
        Attack(name=f"signal {whom}", code=f"import os; os.kill({{{name}}}, 0)", plain=plain, by=SIGNAL)
        for whom, name, plain in (
            ("a server", "server", True),
            ("the fork server", "zygote", True),
            ("another kernel", "neighbour_process", True),
            ("its front", "front", False),
        )
    ),
    Attack(name="end a process", code="import os; os.kill({victim}, 15)", by=SIGNAL),
    Attack(
        name="end its front",
        code="import os, signal; os.kill({front}, signal.SIGKILL)",
        plain=False,
        by=SIGNAL,
    ),
    Attack(name="end a process past Python", code=raw("kill!({victim}, 15)"), by=SIGNAL),
    Attack(name="end a process group", code="import os; os.killpg(os.getpgid({victim}), 15)", by=SIGNAL),
    Attack(name="end a thread", code=raw("tgkill!({victim}, {victim}, 15)"), by=SIGNAL),
    Attack(name="end a thread in the old way", code=raw("tkill!({victim}, 15)"), by=SIGNAL),
    Attack(
        name="end a process through a handle",
        code="import os, signal; signal.pidfd_send_signal(os.pidfd_open({victim}), 15)",
        by=SIGNAL,
    ),
    Attack(
        name="end a process with a message",
        code=raw(f"rt_sigqueueinfo!({{victim}}, 15, {_SIGINFO})"),
        by=SIGNAL,
    ),
    Attack(
        name="end a thread with a message",
        code=raw(f"rt_tgsigqueueinfo!({{victim}}, {{victim}}, 15, {_SIGINFO})"),
        by=SIGNAL,
    ),
    Attack(
        name="signal everybody",
        # Whoever has not asked for this one is not disturbed by it.
        code="import os, signal\ntry: os.kill(-1, signal.SIGWINCH)\nexcept PermissionError: pass",
        by=By("landlock", "^$", older=(6, By("supervisor", "^$"))),
        effect=True,
    ),
    *(
        Attack(
            name=f"have a pipe signal a process ({how})",
            code="import fcntl, os, signal, struct\n"
            "reading, writing = os.pipe()\n"
            "fcntl.fcntl(reading, fcntl.F_SETSIG, signal.SIGWINCH)\n"
            f"fcntl.fcntl(reading, {setting})\n"
            "fcntl.fcntl(reading, fcntl.F_SETFL, os.O_ASYNC)\n"
            "os.write(writing, b'x')",
            by=SECCOMP,
            effect=True,
        )
        for how, setting in (
            ("F_SETOWN", "8, {victim}"),
            ("F_SETOWN_EX", "15, struct.pack('ii', 1, {victim})"),
        )
    ),
    Attack(
        name="have a socket signal a process",
        code="import fcntl, os, signal, socket, struct\n"
        "reading, writing = socket.socketpair()\n"
        "fcntl.fcntl(reading, fcntl.F_SETSIG, signal.SIGWINCH)\n"
        "fcntl.ioctl(reading, 0x8901, struct.pack('i', {victim}))\n"
        "fcntl.fcntl(reading, fcntl.F_SETFL, os.O_ASYNC)\n"
        "writing.send(b'x')",
        by=SECCOMP,
        effect=True,
    ),
]

_CRIPPLING = [
    Attack(
        name="limit a process",
        code="import resource; resource.prlimit({victim}, resource.RLIMIT_NOFILE, (3, 3))",
        by=SUPERVISOR,
    ),
    Attack(
        name="slow a process down",
        code="import os; os.setpriority(os.PRIO_PROCESS, {victim}, 5)",
        by=SUPERVISOR,
    ),
    Attack(
        name="slow the user's processes down",
        code="import os; os.setpriority(os.PRIO_USER, 0, os.getpriority(os.PRIO_USER, 0))",
        by=SECCOMP,
        plain=False,
    ),
    Attack(
        name="move a process to another processor",
        code="import os; os.sched_setaffinity({victim}, os.sched_getaffinity({victim}))",
        by=SUPERVISOR,
    ),
    Attack(
        name="let a process wait for all others",
        code="import os; os.sched_setscheduler({victim}, os.SCHED_IDLE, os.sched_param(0))",
        by=PRETENDED,
        effect=True,
    ),
    Attack(
        name="let a process's disk wait",
        code=raw("ioprio_set!(1, {victim}, (3 << 13) | 0)"),
        by=SUPERVISOR,
    ),
    Attack(name="let its process group's disk wait", code=raw("ioprio_set!(2, 0, 0)"), by=SECCOMP),
    Attack(
        name="let the user's processes' disk wait",
        code=raw("ioprio_set!(3, os.getuid(), 0)"),
        by=SECCOMP,
        # It fails where one of them has other rights, after it has reached those before.
        plain=False,
    ),
    Attack(
        name="let the disk of its own user wait", code=raw("ioprio_set!(3, 0, 0)"), by=SECCOMP, plain=False
    ),
    Attack(
        name="slow its process group down",
        code="import os; os.setpriority(os.PRIO_PGRP, 0, os.getpriority(os.PRIO_PGRP, 0))",
        by=SECCOMP,
        plain=False,
    ),
    Attack(
        name="schedule a process past Python",
        code=raw("sched_setattr!({victim}, (ctypes.c_uint64 * 6)(48), 0)"),
        by=SUPERVISOR,
    ),
    Attack(
        name="have a process ended when memory runs out",
        code="open('/proc/{victim}/oom_score_adj', 'w').write('1000')",
        by=LANDLOCK,
    ),
    Attack(
        name="have the files of all programs written",
        # Of no file: an error tells that Linux was asked.
        code=raw(
            "try: syncfs!(-1)\nexcept OSError: pass\nelse: raise AssertionError('it was only pretended')"
        ),
        by=By("seccomp", "AssertionError"),
    ),
    Attack(
        name="move a process's memory",
        code=raw(
            "migrate_pages!({victim}, 8, ctypes.byref(ctypes.c_long(1)), ctypes.byref(ctypes.c_long(1)))"
        ),
        by=SECCOMP,
        plain=False,
    ),
]

PROCESSES: tuple[Attack, ...] = (*_LOOKING, *_SIGNALLING, *_CRIPPLING)
