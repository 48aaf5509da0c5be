"""Attacks by starting: other programs, more processes and threads, and in them what else is tried."""

from __future__ import annotations

from .attack import (
    ABSENT,
    LANDLOCK,
    NETWORK,
    SECCOMP,
    SIGNAL,
    SUPERVISOR,
    TOO_MANY,
    TOO_MANY_FOR_LINUX,
    WORDS,
    Attack,
    By,
    raw,
    there_is,
)

_WAIT = "\nif not pid: os._exit(0)\nos.waitpid(pid, 0)"
_END = "\nif not pid: os._exit(0)\nos.kill(pid, 9)\nos.waitpid(pid, 0)"
"""For a child that Python does not know of: it may wait for ever for a thread that it does not have."""
_PROGRAM = "[b'/bin/true', None]"
_STARTING = [
    Attack(
        name="run a program",
        code="import subprocess; subprocess.run(['true'], check=True)",
        by=WORDS,
        parallel="allowed",
    ),
    Attack(name="run a shell", code="import os; assert os.system('true') == 0", by=WORDS, parallel="allowed"),
    Attack(
        name="spawn a program",
        code="import os; os.waitpid(os.posix_spawn('/bin/true', ['true'], dict(os.environ)), 0)",
        by=WORDS,
        parallel="allowed",
    ),
    Attack(
        name="run a shell past Python",
        code=raw("if libc.system(b'true') != 0: raise OSError(ctypes.get_errno(), 'no shell')"),
        by=SUPERVISOR,
        parallel="allowed",
    ),
    Attack(
        name="replace itself",
        code="import os; os.execv('/bin/true', ['true'])",
        by=WORDS,
        only="strict",
        plain=False,
    ),
    Attack(
        name="replace itself past Python",
        code=raw("execve!(b'/bin/true', None, None)"),
        by=SUPERVISOR,
        only="strict",
        plain=False,
    ),
    Attack(
        name="replace itself by a file",
        code=raw("execveat!(os.open('/bin/true', os.O_RDONLY), b'', None, None, 0x1000)"),
        by=SUPERVISOR,
        only="strict",
        plain=False,
    ),
    Attack(name="fork", code="import os\npid = os.fork()" + _WAIT, by=WORDS, parallel="allowed"),
    Attack(
        name="clone past Python",
        code=raw("pid = clone!(17, 0, 0, 0, 0)" + _END),
        by=SUPERVISOR,
        parallel="allowed",
    ),
    Attack(
        name="clone in the new way",
        code=raw("pid = clone3!((ctypes.c_uint64 * 8)(0, 0, 0, 0, 17), 64)" + _END),
        by=ABSENT,
    ),
    Attack(
        name="clone a process that shares its memory",
        code=raw("clone!(0x100 | 17, ctypes.addressof(ctypes.create_string_buffer(65536)) + 65536, 0, 0, 0)"),
        by=SUPERVISOR,
        only="strict",
        plain=False,
    ),
    Attack(
        name="clone a sibling",
        code=raw("pid = clone!(0x8000 | 17, 0, 0, 0, 0)\nif not pid: os._exit(0)"),
        by=SECCOMP,
        plain=False,
    ),
    Attack(
        name="use processes",
        code="import multiprocessing as m\n"
        "p = m.get_context('fork').Process(target=int); p.start(); p.join(); assert p.exitcode == 0",
        by=WORDS,
        parallel="allowed",
    ),
    Attack(
        name="start many threads",
        code="""
import threading
stop = threading.Event()
threads = [threading.Thread(target=stop.wait) for _ in range(1000)]
try:
    for thread in threads: thread.start()
finally:
    stop.set()
""",
        by=By("limits", "RuntimeError: can't start new thread"),
    ),
    Attack(
        name="start many threads with little memory",
        code="""
import threading
threading.stack_size(65536)
stop = threading.Event()
threads = [threading.Thread(target=stop.wait) for _ in range(1000)]
try:
    for thread in threads: thread.start()
finally:
    stop.set()
    threading.stack_size(0)
""",
        by=TOO_MANY,
        parallel=TOO_MANY_FOR_LINUX,
    ),
    Attack(
        name="start many processes",
        code="""
import subprocess
children = []
try:
    for _ in range(1000): children.append(subprocess.Popen(["sleep", "600"]))
finally:
    for child in children: child.kill()
    for child in children: child.wait()
""",
        by=TOO_MANY_FOR_LINUX,
        only="parallel",
        plain=False,
    ),
    *(
        Attack(
            name="fork past Python",
            code=raw("pid = fork!()" + _END),
            by=SUPERVISOR,
            parallel="allowed",
        )
        for call in ("fork",)
        if there_is(call)
    ),
]


def _in_a_child(code: str) -> str:
    """The code in a process of its own, which passes on the error number."""
    indented = "\n".join(f"        {line}" for line in code.splitlines())
    return f"""
import os
pid = os.fork()
if not pid:
    try:
{indented}
    except OSError as error:
        os._exit(error.errno)
    os._exit(0)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
if code: raise OSError(code, os.strerror(code))
"""


def _in_a_shell(command: str) -> str:
    return (
        "import subprocess\n"
        f"done = subprocess.run([{command!r}], shell=True, capture_output=True, text=True)\n"
        "assert done.returncode == 0, done.stderr"
    )


_PERMISSION = "AssertionError: .*(Permission denied|Operation not permitted|not permitted)"
_BY_DESCENDANTS = [
    Attack(
        name="read a key in a child",
        code=_in_a_child("open('{home}/.ssh/id_rsa').read()"),
        by=LANDLOCK,
        only="parallel",
    ),
    Attack(
        name="connect in a child",
        code=_in_a_child(
            "import socket; s = socket.socket(); s.connect(('127.0.0.1', {port}))",
        ),
        by=NETWORK,
        only="parallel",
    ),
    Attack(
        name="end a process in a child",
        code=_in_a_child("os.kill({victim}, 15)"),
        only="parallel",
        by=SIGNAL,
    ),
    Attack(
        name="end its front in a child",
        code=_in_a_child("os.kill({front}, 9)"),
        only="parallel",
        plain=False,
        by=SIGNAL,
    ),
    Attack(
        name="read a key in a program",
        code=_in_a_shell("cat {home}/.ssh/id_rsa"),
        by=By("landlock", _PERMISSION),
        only="parallel",
    ),
    Attack(
        name="end a process in a program",
        code=_in_a_shell("kill {victim}"),
        by=By("landlock", _PERMISSION, older=(6, By("supervisor", _PERMISSION))),
        only="parallel",
    ),
    Attack(
        name="connect in a program",
        code=_in_a_shell("python3 -c 'import socket as s; s.socket().connect((\"127.0.0.1\", {port}))'"),
        by=By("supervisor", "AssertionError: [^$]*Permission denied"),
        only="parallel",
    ),
    Attack(
        name="write to another workspace in a program",
        code=_in_a_shell("echo x > {other}/new.csv"),
        by=By("landlock", "AssertionError: .*(Permission denied|cannot create)"),
        only="parallel",
    ),
    Attack(
        name="run a program of its own",
        code="import os, shutil, subprocess\n"
        "open('program', 'wb').write(open('/bin/true', 'rb').read()); os.chmod('program', 0o700)\n"
        "subprocess.run(['./program'], check=True)",
        by=LANDLOCK,
        only="parallel",
    ),
    Attack(
        name="leave its session in a program",
        code="import subprocess; subprocess.run(['true'], start_new_session=True, check=True)",
        by=SECCOMP,
        only="parallel",
    ),
]

PROGRAMS: tuple[Attack, ...] = (*_STARTING, *_BY_DESCENDANTS)
