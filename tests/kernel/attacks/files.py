"""Attacks on files: reading what is not the conversation's, changing what may only be read, leaving traps."""

from __future__ import annotations

from .attack import LANDLOCK, LANDLOCK_OR_SECCOMP, MOVING, PRETENDED, SECCOMP, Attack, By, raw

_WAYS = {
    "": "open('{path}').read()",
    "through ..": "open('../' * 20 + '{path}').read()",
    "through /proc/self/root": "open('/proc/self/root{path}').read()",
    "through a descriptor of its folder": (
        "import os; folder, name = os.path.split('{path}')\n"
        "os.open(name, os.O_RDONLY, dir_fd=os.open(folder, os.O_PATH))"
    ),
    "through the working folder": (
        "import os; here = os.getcwd(); folder, name = os.path.split('{path}')\n"
        "try: os.chdir(folder); open(name).read()\n"
        "finally: os.chdir(here)"
    ),
    "past Python": raw("openat!(-100, b'{path}', 0)"),
}
_WAYS_OF_MAKING_IT_ONE_S_OWN = {
    "through a symbolic link": (
        "import os; link = os.urandom(4).hex(); os.symlink('{path}', link); open(link).read()"
    ),
    "through a hard link": (
        "import os; link = os.urandom(4).hex(); os.link('{path}', link); open(link).read()"
    ),
    "by moving it": ("import os; here = os.urandom(4).hex(); os.rename('{path}', here); open(here).read()"),
}

_READING = [
    Attack(name=f"read {what} {way}".strip(), code=code.replace("{path}", path), by=LANDLOCK)
    for what, path in {
        "a key": "{home}/.ssh/id_rsa",
        "another workspace": "{other}/result.csv",
        "another kernel's connection file": "{neighbour_connection}",
    }.items()
    for way, code in _WAYS.items()
] + [
    Attack(name=f"read {what} {way}", code=code.replace("{path}", path), by=MOVING)
    for what, path in {"a key": "{home}/.ssh/id_rsa", "another workspace": "{other}/result.csv"}.items()
    for way, code in _WAYS_OF_MAKING_IT_ONE_S_OWN.items()
]

_LOOKING_AROUND = [
    Attack(name="read the passwords", code="open('/etc/shadow').read()", by=LANDLOCK, plain=False),
    Attack(name="read the users", code="open('/etc/passwd').read()", by=LANDLOCK),
    Attack(name="list a home", code="import os; assert os.listdir('{home}')", by=LANDLOCK),
    Attack(
        name="look which processes there are through their groups",
        code="import os; names = ('cgroup.procs', 'memory/cgroup.procs')\n"
        "open(next(path for name in names if os.path.exists(path := f'/sys/fs/cgroup/{name}'))).read()",
        by=LANDLOCK,
        parallel="allowed",
    ),
    Attack(name="list the root", code="import os; assert os.listdir('/')", by=LANDLOCK),
    Attack(
        name="list temporary files", code="import os; assert os.listdir('{neighbour}/../..')", by=LANDLOCK
    ),
    Attack(
        name="list another kernel's folder", code="import os; assert os.listdir('{neighbour}')", by=LANDLOCK
    ),
    Attack(
        name="list another kernel's sockets",
        code="import os; assert os.listdir('{neighbour}/s')",
        by=LANDLOCK,
    ),
    Attack(
        name="list its own sockets",
        code="import os; assert os.listdir('{own}/s')",
        by=LANDLOCK,
        plain=False,
    ),
    Attack(
        name="leave a file in shared memory",
        code="import os; name = f'/dev/shm/{os.urandom(8).hex()}'; open(name, 'w').close(); os.unlink(name)",
        by=LANDLOCK,
        parallel="allowed",
    ),
    Attack(name="list shared memory", code="import os; os.listdir('/dev/shm')", by=LANDLOCK),
    Attack(name="open a terminal", code="import os; os.openpty()", by=LANDLOCK),
    Attack(
        name="watch a folder",
        code=raw("import os; fd = libc.inotify_init(); inotify_add_watch!(fd, b'{home}', 2)"),
        by=SECCOMP,
    ),
    Attack(
        name="have changes in a folder told by a signal",
        code="import fcntl, os\n"
        "fd = os.open('{attachments}', os.O_RDONLY)\n"
        "try: fcntl.fcntl(fd, fcntl.F_NOTIFY, fcntl.DN_CREATE)\n"
        "finally: os.close(fd)",
        by=SECCOMP,
    ),
    Attack(
        name="have a handle made for a file",
        code=raw(
            "handle = ctypes.create_string_buffer(b'\\x80' + bytes(200))\n"
            "name_to_handle_at!(-100, b'{home}/.ssh/id_rsa', handle, ctypes.create_string_buffer(8), 0)"
        ),
        by=SECCOMP,
        plain=False,
    ),
]

_WRITING = [
    Attack(name="write to another workspace", code="open('{other}/new.csv', 'w').write('x')", by=LANDLOCK),
    Attack(name="add to another workspace's file", code="open('{other}/result.csv', 'a')", by=LANDLOCK),
    Attack(name="delete a file", code="import os; os.unlink('{other}/deletable')", by=LANDLOCK),
    Attack(name="make a folder outside", code="import os; os.mkdir('{other}/folder')", by=LANDLOCK),
    Attack(
        name="move a file out",
        code="import os; open('out', 'w').close(); os.rename('out', '{other}/out')",
        by=MOVING,
    ),
    Attack(
        name="link a file out",
        code="import os; open('out', 'w').close(); os.link('out', '{other}/out')",
        by=MOVING,
    ),
    Attack(
        name="add a start-up file to the user's Python",
        code="open('{home}/.local/lib/site-packages/x.pth', 'w').write('import os')",
        by=LANDLOCK,
    ),
    Attack(
        name="add a start-up file to IPython",
        code="open('{home}/.ipython/profile_default/startup/x.py', 'w').write('x = 1')",
        by=LANDLOCK,
    ),
    Attack(
        name="add a start-up file to Python",
        code="import numpy, pathlib; (pathlib.Path(numpy.__file__).parents[1] / 'x.pth').write_text('')",
        by=LANDLOCK,
        plain=False,
    ),
    Attack(name="change its own code", code="open('/proc/self/mem', 'r+b').close()", by=LANDLOCK),
    Attack(
        name="be spared when memory runs out",
        code="open('/proc/self/oom_score_adj', 'w').write('0')",
        by=LANDLOCK,
    ),
    Attack(
        name="write a huge file",
        code="with open('huge', 'wb') as f: f.truncate(10 ** 9)",
        by=By("limits", r"OSError: \[Errno 27\]"),
    ),
]

_SET_NODUMP = "fcntl.ioctl(open('{attachments}/sales.csv'), 0x40086602, struct.pack('l', 0x40))"
_ATTACHMENTS = [
    Attack(name="change an attachment", code="open('{attachments}/sales.csv', 'a').write('x')", by=LANDLOCK),
    Attack(name="replace an attachment", code="open('{attachments}/sales.csv', 'w')", by=LANDLOCK),
    Attack(
        name="change an attachment through a link",
        code="open('sales.csv', 'a').write('x')",
        by=LANDLOCK,
    ),
    Attack(
        name="empty an attachment",
        code="import os; os.truncate('{attachments}/sales.csv', 0)",
        by=LANDLOCK_OR_SECCOMP,
    ),
    Attack(
        name="empty an attachment that is opened for reading",
        code="import os; os.open('{attachments}/sales.csv', os.O_RDONLY | os.O_TRUNC)",
        by=LANDLOCK_OR_SECCOMP,
    ),
    Attack(
        name="empty an attachment with other flags",
        code="import os; os.open('{attachments}/sales.csv', 3 | os.O_TRUNC)",
        by=LANDLOCK_OR_SECCOMP,
    ),
    Attack(
        name="empty an attachment past Python",
        code=raw("openat2!(-100, b'{attachments}/sales.csv', (ctypes.c_uint64 * 3)(0o1000, 0, 0), 24)"),
        by=LANDLOCK_OR_SECCOMP,
    ),
    Attack(name="delete an attachment", code="import os; os.unlink('{attachments}/sales.csv')", by=LANDLOCK),
    Attack(
        name="rename an attachment",
        code="import os; os.rename('{attachments}/sales.csv', '{attachments}/sold.csv')",
        by=LANDLOCK,
    ),
    Attack(
        name="write to an attachment through a hard link",
        code="import os; os.link('{attachments}/sales.csv', 'linked'); open('linked', 'w')",
        by=MOVING,
    ),
    Attack(
        name="open an attachment to others",
        code="import os; os.chmod('{attachments}/sales.csv', 0o777)",
        by=PRETENDED,
        effect=True,
    ),
    Attack(
        name="open an attachment to others past Python",
        code=raw("fchmodat!(-100, b'{attachments}/sales.csv', 0o777)"),
        by=PRETENDED,
        effect=True,
    ),
    Attack(
        name="make an attachment look old",
        code="import os; os.utime('{attachments}/sales.csv', (0, 0))",
        by=PRETENDED,
        effect=True,
    ),
    Attack(
        name="mark an attachment",
        code="import os; os.setxattr('{attachments}/sales.csv', 'user.x', b'x')",
        by=By("seccomp", r"OSError: \[Errno 95\]"),
        effect=True,
    ),
    Attack(
        name="make those who change an attachment wait",
        code="import fcntl; fcntl.fcntl(open('{attachments}/sales.csv'), fcntl.F_SETLEASE, fcntl.F_RDLCK)",
        by=SECCOMP,
    ),
    Attack(
        name="say how long an attachment will live",
        code="import fcntl, struct; fcntl.fcntl(open('{attachments}/sales.csv'), 1036, struct.pack('Q', 0))",
        by=SECCOMP,
    ),
    Attack(
        name="change an attachment's flags",
        code=f"import fcntl, struct; {_SET_NODUMP}",
        by=SECCOMP,
        plain=False,
    ),
]

_TRAPS = [
    Attack(name="leave a pipe for the server", code="import os; os.mkfifo(os.urandom(4).hex())", by=LANDLOCK),
    Attack(
        name="leave a link for the server",
        code="import os; os.symlink('/etc/passwd', os.urandom(4).hex())",
        by=LANDLOCK,
    ),
    Attack(
        name="leave a socket for the server",
        code="import os, stat; os.mknod(os.urandom(4).hex(), stat.S_IFSOCK | 0o600)",
        by=LANDLOCK,
    ),
    Attack(
        name="leave a device for the server",
        code="import os, stat; os.mknod(os.urandom(4).hex(), stat.S_IFCHR | 0o600, os.makedev(1, 3))",
        by=By("landlock", r"Error: \[Errno (1|13)\]"),
        plain=False,
    ),
]

FILES: tuple[Attack, ...] = (*_READING, *_LOOKING_AROUND, *_WRITING, *_ATTACHMENTS, *_TRAPS)
