"""Attacks from inside a restricted kernel, each also tried in a plain kernel, where it must succeed: an
attack that fails everywhere shows nothing. Run as an ordinary user."""

from __future__ import annotations

import os
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from traitlets.config import Config

from tests.kernel.conftest import STRICT
from tests.kernel.victims import Victims

LIMITS = Config(RestrictedProvisioner={"memory_mb": 1024, "file_size_mb": 64, "processes": 64})
SYSCALL = """
import ctypes, os
libc = ctypes.PyDLL(None, use_errno=True)  # keeps Python's lock, which a fork would lose
def syscall(number, *words):
    result = libc.syscall(number, *(ctypes.c_long(w) if isinstance(w, int) else w for w in words))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
"""


@dataclass(frozen=True)
class Attack:
    """Code that raises unless it gets what it wants. Names in braces are the victims'."""

    name: str
    code: str
    harmless: bool = True
    """It can be tried in a plain kernel."""


ATTACKS = [
    # files
    Attack("read a key", "open('{home}/.ssh/id_rsa').read()"),
    Attack("read it through ..", "open('../' * 20 + '{home}/.ssh/id_rsa').read()"),
    Attack("read it through /proc/self/root", "open('/proc/self/root{home}/.ssh/id_rsa').read()"),
    Attack(
        "read it through a descriptor",
        "import os; os.open('id_rsa', 0, dir_fd=os.open('{home}/.ssh', 0o10000000))",
    ),
    Attack(
        "read it through a link",
        "import os; os.symlink('{home}/.ssh/id_rsa', 'a-link'); open('a-link').read()",
    ),
    Attack(
        "read it through a hard link",
        "import os; os.link('{home}/.ssh/id_rsa', 'b-link'); open('b-link').read()",
    ),
    Attack("move it here", "import os; os.rename('{home}/.ssh/movable', 'moved'); open('moved').read()"),
    Attack("list a home", "import os; assert os.listdir('{home}')"),
    Attack("read another workspace", "open('{other}/result.csv').read()"),
    Attack("write to another workspace", "open('{other}/new.csv', 'w').write('x')"),
    Attack("change an attachment", "open('{other}/result.csv', 'a').write('x')"),
    Attack("empty a file", "import os; os.truncate('{other}/result.csv', 0)"),
    Attack("delete a file", "import os; os.unlink('{other}/deletable')"),
    Attack("make a folder outside", "import os; os.mkdir('{other}/folder')"),
    Attack("read the users", "open('/etc/passwd').read()"),
    Attack(
        "watch a folder",
        SYSCALL + "fd = libc.inotify_init(); assert libc.inotify_add_watch(fd, b'{home}', 2) >= 0",
    ),
    Attack("leave a pipe for the server", "import os; os.mkfifo('trap')"),
    Attack("leave a link for the server", "import os; os.symlink('/etc/passwd', 'trap-link')"),
    # other processes
    Attack("read a server's environment", "assert open('/proc/{server}/environ').read()"),
    Attack("read a server's memory", "open('/proc/{server}/mem', 'rb').close()"),
    Attack("read a server's command", "assert open('/proc/{server}/cmdline').read()"),
    Attack("find a server's folder", "import os; os.readlink('/proc/{server}/cwd')"),
    Attack("list processes", "import os; assert '{server}' in os.listdir('/proc')"),
    Attack("signal a server", "import os; os.kill({server}, 0)"),
    Attack("end a victim", "import os; os.kill({victim}, 15)"),
    Attack(
        "signal through a pidfd", "import os, signal; signal.pidfd_send_signal(os.pidfd_open({server}), 0)"
    ),
    Attack(
        "trace a victim",
        SYSCALL + "syscall(101, 0x4206, {victim}, 0, 0); syscall(101, 0x4207, {victim}, 0, 0)\n"
        "os.waitpid({victim}, 0); syscall(101, 17, {victim}, 0, 0)",
    ),
    Attack(
        "read a victim's memory",
        SYSCALL + "v = (ctypes.c_long * 2)(0, 0); syscall(310, {victim}, v, 0, v, 0, 0)",
    ),
    Attack("limit a server", "import resource; resource.prlimit({server}, resource.RLIMIT_NOFILE)"),
    Attack("slow a server down", "import os; os.setpriority(os.PRIO_PROCESS, {server}, 1)"),
    Attack("move a server", "import os; os.sched_setaffinity({server}, os.sched_getaffinity({server}))"),
    # programs and processes
    Attack("run a program", "import subprocess; subprocess.run(['true'], check=True)"),
    Attack("run a shell", "import os; assert os.system('true') == 0"),
    Attack(
        "spawn a program", "import os; os.waitpid(os.posix_spawn('/bin/true', ['true'], dict(os.environ)), 0)"
    ),
    Attack("fork", "import os\npid = os.fork()\nif not pid: os._exit(0)\nos.waitpid(pid, 0)"),
    Attack("fork past Python", SYSCALL + "pid = syscall(57)\nif not pid: os._exit(0)\nos.waitpid(pid, 0)"),
    Attack(
        "clone past Python", SYSCALL + "pid = syscall(56, 17, 0)\nif not pid: os._exit(0)\nos.waitpid(pid, 0)"
    ),
    Attack("replace itself", SYSCALL + "syscall(59, b'/bin/true', None, None)", harmless=False),
    Attack("use processes", "import multiprocessing as m; m.get_context('fork').Process(target=int).start()"),
    # network
    Attack("connect to a port", "import socket; socket.create_connection(('127.0.0.1', {port}))"),
    Attack("connect past Python", SYSCALL + "syscall(41, 2, 1, 0)"),
    Attack("make a datagram socket", SYSCALL + "syscall(41, 2, 2, 0)"),
    Attack("make an IPv6 socket", SYSCALL + "syscall(41, 10, 1, 0)"),
    Attack("make a netlink socket", SYSCALL + "syscall(41, 16, 3, 0)"),
    Attack("listen on a port", "import socket; socket.create_server(('127.0.0.1', 0))"),
    Attack("connect to a socket file", "import socket; socket.socket(socket.AF_UNIX).connect('{socket}')"),
    Attack(
        "connect to a hidden socket", "import socket; socket.socket(socket.AF_UNIX).connect('\\0{hidden}')"
    ),
    Attack("pair datagrams", "import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)"),
    # privileges and limits
    Attack("map users anew", SYSCALL + "syscall(272, 0x10000000)", harmless=False),
    Attack("start a ring", SYSCALL + "syscall(425, 1, ctypes.create_string_buffer(120))"),
    Attack("make a file in memory", "import os; os.memfd_create('x')"),
    Attack(
        "leave a file in shared memory",
        "import os; open('/dev/shm/agent-test', 'w').close(); os.unlink('/dev/shm/agent-test')",
    ),
    Attack("use other numbers", SYSCALL + "syscall(0x40000000 | 39)", harmless=False),
    Attack("change its own code", "open('/proc/self/mem', 'r+b').close()"),
    Attack("outlive the server", SYSCALL + "assert libc.prctl(1, 0) == 0"),
    Attack(
        "raise its limits",
        "import resource as r\nr.setrlimit(r.RLIMIT_AS, (r.RLIM_INFINITY, r.RLIM_INFINITY))",
    ),
    Attack("write a huge file", "with open('huge', 'wb') as f: f.truncate(10 ** 9)"),
    Attack("take a lot of memory", "x = bytearray(2 * 10 ** 9); del x"),
    Attack("take all memory", "x = bytearray(100 << 30)", harmless=False),
    Attack(
        "start many threads",
        """
        import threading
        stop = threading.Event()
        threads = [threading.Thread(target=stop.wait) for _ in range(200)]
        try:
            for thread in threads: thread.start()
        finally:
            stop.set()
        """,
    ),
]


def _ignore(_message: object) -> None:
    """Outputs do not matter here."""


@dataclass
class Kernel:
    """A kernel and a way to run code in it."""

    manager: KernelManager
    client: BlockingKernelClient

    def succeeds(self, code: str) -> str:
        """Empty if the code ran, else what it raised."""
        try:
            reply = self.client.execute_interactive(
                textwrap.dedent(code), timeout=30, allow_stdin=False, stop_on_error=False, output_hook=_ignore
            )
        except TimeoutError as error:
            # The next attack is another test's.
            self.manager.restart_kernel(now=True)
            self.client.wait_for_ready(timeout=60)
            return repr(error)
        content = reply["content"]
        return "" if content["status"] == "ok" else f"{content['ename']}: {content['evalue']}"


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Kernel]]:
    started: list[Kernel] = []

    def start(name: str) -> Kernel:
        manager = KernelManager(kernel_name=name, config=LIMITS)
        manager.start_kernel(cwd=str(tmp_path_factory.mktemp("plain")))
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        started.append(Kernel(manager, client))
        return started[-1]

    yield start
    for kernel in started:
        kernel.client.stop_channels()
        kernel.manager.shutdown_kernel(now=True)
        kernel.manager.context.destroy(linger=0)


@pytest.fixture(scope="module")
def restricted(start: Callable[[str], Kernel]) -> Kernel:
    return start(STRICT)


@pytest.fixture(scope="module")
def plain(start: Callable[[str], Kernel]) -> Kernel:
    return start("python3")


@pytest.fixture
def victims(tmp_path: Path) -> Iterator[Victims]:
    with Victims(tmp_path) as victims:
        yield victims


def test_the_tests_run_as_an_ordinary_user() -> None:
    assert os.geteuid() != 0, "root may do what these attacks try: run the tests as an ordinary user"


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_fails(restricted: Kernel, victims: Victims, attack: Attack) -> None:
    assert restricted.succeeds(victims.named_in(attack.code)) != ""
    assert victims.unharmed()
    assert restricted.succeeds("1") == "", "the kernel itself goes on"


@pytest.mark.parametrize(
    "attack", [attack for attack in ATTACKS if attack.harmless], ids=lambda attack: attack.name
)
def test_it_succeeds_in_a_plain_kernel(plain: Kernel, victims: Victims, attack: Attack) -> None:
    assert plain.succeeds(victims.named_in(attack.code)) == ""


def test_a_fork_bomb_makes_nothing(restricted: Kernel) -> None:
    bomb = """
    import os
    made = 0
    for _ in range(10_000):
        try:
            made += os.fork() > 0
        except OSError:
            pass
    assert made == 0
    """
    assert restricted.succeeds(bomb) == ""


def test_killing_everything_kills_only_itself(start: Callable[[str], Kernel], victims: Victims) -> None:
    kernel = start(STRICT)
    kernel.client.execute("import os, signal; os.kill(-1, signal.SIGKILL)")
    os.kill(victims.server, 0)
    assert victims.unharmed()


def test_a_kernel_cannot_end_the_process_that_forked_it(restricted: Kernel) -> None:
    assert "PermissionError" in restricted.succeeds(
        "import os, signal; os.kill(os.getppid(), signal.SIGKILL)"
    )
    assert restricted.succeeds("import os; assert os.getppid() > 1") == ""


def test_metadata_changes_are_pretended(restricted: Kernel, victims: Victims) -> None:
    mode = victims.other.stat().st_mode
    assert restricted.succeeds(f"import os; os.chmod({str(victims.other)!r}, 0o777)") == ""
    assert victims.other.stat().st_mode == mode


def test_what_it_is_for_works(restricted: Kernel) -> None:
    for code in (
        "open('mine', 'w').write('x'); assert open('mine').read() == 'x'",
        "import os; os.mkdir('d'); os.rename('mine', 'd/mine'); os.unlink('d/mine'); os.rmdir('d')",
        "import os; os.kill(os.getpid(), 0)",
        "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (200, 200))",
        "import os; assert os.environ['HOME'] == os.path.expanduser('~')",
        "import getpass; assert getpass.getuser() == 'jupyter'",
        "import numpy as n; x = n.zeros(10 ** 8); x[:] = 1; del x",
    ):
        assert restricted.succeeds(code) == ""


SIGNAL_THROUGH_A_PIPE = """
import fcntl, os, signal
reading, writing = os.pipe()
fcntl.fcntl(reading, fcntl.F_SETSIG, signal.SIGTERM)
fcntl.fcntl(reading, fcntl.F_SETOWN, {victim})
fcntl.fcntl(reading, fcntl.F_SETFL, os.O_ASYNC)
os.write(writing, b"x")
"""


def test_a_pipe_that_signals_a_victim(restricted: Kernel, plain: Kernel, victims: Victims) -> None:
    restricted.succeeds(victims.named_in(SIGNAL_THROUGH_A_PIPE))
    time.sleep(0.5)
    assert victims.unharmed()
    plain.succeeds(victims.named_in(SIGNAL_THROUGH_A_PIPE))
    time.sleep(0.5)
    assert not victims.unharmed()


OPEN_FILES = """
import os
links = (f'/proc/self/fd/{descriptor}' for descriptor in os.listdir('/proc/self/fd'))
targets = [os.readlink(link) for link in links if os.path.islink(link)]
files = [target for target in targets if target.startswith('/') and target != '/dev/null']
assert not files, files
"""


def test_nothing_of_the_server_is_inherited(start: Callable[[str], Kernel]) -> None:
    kernel = start(STRICT)
    assert os.environ["JUPYTER_PATH"]
    assert kernel.succeeds("import os; assert 'JUPYTER_PATH' not in os.environ") == ""
    assert kernel.succeeds("assert b'JUPYTER_PATH' not in open('/proc/self/environ', 'rb').read()") == ""
    assert kernel.succeeds(OPEN_FILES) == ""


def test_start_up_files_of_the_user_are_not_run(
    start: Callable[[str], Kernel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("started = True")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    assert start("python3").succeeds("assert started") == ""
    assert "NameError" in start(STRICT).succeeds("assert started")
