"""What a restricted kernel is like to live in, in both profiles: what it is for works, it has nothing from
the server, and code that goes wild hurts itself only. The attacks on others stand in `test_attacks`."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.kernel.blocking import REAL, Kernel, Kernels, Ran, workspace_in

PROFILES = ("strict", "parallel")
OLD = 4
"""A version of Landlock that does not keep signals inside."""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernels]:
    kernels = Kernels(workspace_in(tmp_path_factory.mktemp("conversation")))
    yield kernels
    kernels.close()


@pytest.fixture(params=PROFILES)
def kernel(request: pytest.FixtureRequest, started: Kernels) -> Kernel:
    return started.restricted(request.param)


def test_what_it_is_for_works(kernel: Kernel) -> None:
    for code in (
        "open('mine', 'w').write('x'); assert open('mine').read() == 'x'",
        "import os; os.mkdir('d'); os.rename('mine', 'd/mine'); os.unlink('d/mine'); os.rmdir('d')",
        "import os; os.kill(os.getpid(), 0)",
        "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (200, 200))",
        "import os; assert os.environ['HOME'] == os.path.expanduser('~')",
        "import getpass; assert getpass.getuser() == 'jupyter'",
        "import numpy as n; x = n.zeros(10 ** 8); x[:] = 1; del x",
        "import asyncio; asyncio.get_event_loop_policy().new_event_loop().close()",
    ):
        ran = kernel.run(code)
        assert (ran.raised, ran.blocks) == ("", []), code


def test_processes_work_where_they_are_allowed(started: Kernels) -> None:
    kernel = started.restricted("parallel")
    for code in (
        "import subprocess as s; assert s.run('echo $((1 + 1)) | cat', shell=True, capture_output=True, "
        "text=True).stdout == '2\\n'",
        "import concurrent.futures as c\n"
        "with c.ProcessPoolExecutor(2) as p: assert list(p.map(abs, range(-9, 0))) == list(range(9, 0, -1))",
        "import multiprocessing as m\n"
        "with m.get_context('fork').Pool(2) as p: assert p.map(abs, [-1, 2]) == [1, 2]",
        "from multiprocessing import shared_memory as s\n"
        "m = s.SharedMemory(create=True, size=64); m.buf[0] = 1; m.close(); m.unlink()",
    ):
        assert kernel.raised(code) == "", code


def running_in(kernel: Kernel) -> list[psutil.Process]:
    """The processes that hold the code's variables."""
    children = psutil.Process(kernel.process).children(recursive=True)
    running = [process for process in children if process.status() != psutil.STATUS_ZOMBIE]
    assert running
    return running


def test_nothing_of_the_server_s_environment_is_inherited(kernel: Kernel) -> None:
    assert os.environ["JUPYTER_PATH"]
    assert kernel.raised("import os; assert 'JUPYTER_PATH' not in os.environ") == ""
    looked_into = 0
    for process in running_in(kernel):
        # Some end meanwhile, and what has ended is nobody's any more.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            environment = Path(f"/proc/{process.pid}/environ").read_bytes()
            assert b"JUPYTER_PATH" not in environment
            looked_into += b"MPLBACKEND" in environment
    assert looked_into


def test_no_open_file_of_others_is_inherited(kernel: Kernel) -> None:
    processes = running_in(kernel)
    own = {str(process.pid) for process in processes}
    looked_into = 0
    for process in processes:
        # Some end meanwhile, and what has ended is nobody's any more.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            targets = [link.readlink() for link in Path(f"/proc/{process.pid}/fd").iterdir()]
            for target in targets:
                if target.is_absolute() and str(target) != os.devnull:
                    assert target.parts[1] == "proc", target
                    assert target.parts[2] in own, target
            looked_into += bool(targets)
    assert looked_into


def test_start_up_files_of_the_user_are_not_run(
    started: Kernels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("started = True")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    assert started.plain().raised("assert started") == ""
    assert "NameError" in started.restricted(one=1).raised("assert started")


BOMB = """
import os
made = 0
for _ in range({tries}):
    try:
        if os.fork() == 0:
            import time
            time.sleep(600)
        made += 1
    except OSError:
        pass
"""


def test_a_fork_bomb_makes_nothing_in_strict(started: Kernels) -> None:
    assert started.restricted().raised(BOMB.format(tries=10_000) + "assert made == 0") == ""


def test_a_fork_bomb_makes_no_more_than_allowed_and_ends_with_its_kernel(started: Kernels) -> None:
    kernel = started.restricted("parallel", one=1)
    assert kernel.raised(BOMB.format(tries=1000) + "assert 0 < made < 400, made") == ""
    made = psutil.Process(kernel.process).children(recursive=True)
    assert len(made) > 1
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=60)
    psutil.wait_procs(made, timeout=30)
    assert not [process for process in made if process.is_running()]


THREADS = """
import threading
threading.stack_size(65536)
stop = threading.Event()
threads = [threading.Thread(target=stop.wait) for _ in range({number})]
for thread in threads: thread.start()
stop.set()
for thread in threads: thread.join()
threading.stack_size(0)
"""


def test_a_bomb_that_goes_on_hinders_no_other_kernel_and_can_be_interrupted(started: Kernels) -> None:
    kernel, neighbour = started.restricted("parallel", one=3), started.restricted(one=1)
    assert kernel.raised("kept = 1") == ""
    raised = []

    def look_at_others() -> None:
        while len(psutil.Process(kernel.process).children(recursive=True)) < 100:
            time.sleep(0.1)
        raised.append(neighbour.raised(THREADS.format(number=100)))
        # The user may start what they like, too.
        subprocess.run(["true"], check=True)
        kernel.manager.interrupt_kernel()

    bomb = """
import os, time
while True:
    try:
        os.fork()
    except BlockingIOError:
        time.sleep(0.1)
"""
    ran = kernel.run(bomb, meanwhile=look_at_others)
    assert raised == [""]
    assert ran.raised.startswith(("KeyboardInterrupt", "Interrupted"))
    assert kernel.raised("assert kept == 1; import os; assert os.system('true') == 0") == ""
    assert len(running_in(kernel)) < 10


def test_programs_that_start_others_are_not_interrupted(started: Kernels) -> None:
    kernel = started.restricted("parallel")
    # The shell hears of the end of the first program while it starts the second.
    code = (
        "import subprocess as s\n"
        "for _ in range(100): assert s.check_output('echo $((1 + 1)) | cat', shell=True) == b'2\\n'"
    )
    assert kernel.raised(code) == ""


def test_what_else_the_user_runs_does_not_count(started: Kernels) -> None:
    kernel = started.restricted("strict")
    # More than the kernel may have (`blocking.LIMITS`), started after it.
    many = "import sys\n" + THREADS.format(number=400).replace(
        "stop.set", "print(flush=True); input(); stop.set"
    )
    with subprocess.Popen(
        [sys.executable, "-c", many], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as busy:
        assert busy.stdout is not None
        busy.stdout.readline()
        ran = kernel.run(THREADS.format(number=200))
        busy.communicate("\n")
    assert (busy.returncode, ran) == (0, Ran(""))


def test_what_a_kernel_started_ends_with_its_front(started: Kernels) -> None:
    kernel = started.restricted("parallel", one=2)
    start = "import subprocess; subprocess.Popen('(sleep 600 &) ; sleep 600', shell=True)"
    assert kernel.raised(start) == ""
    made = psutil.Process(kernel.process).children(recursive=True)
    assert "sleep" in [process.name() for process in made]
    os.kill(kernel.process, signal.SIGKILL)
    psutil.wait_procs(made, timeout=30)
    assert not [process for process in made if process.is_running()]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("landlock", [OLD, REAL])
@pytest.mark.parametrize("whom", ["0", "-1"])
def test_code_that_ends_everything_ends_its_own_kernel_at_most(
    started: Kernels, profile: str, landlock: int, whom: str
) -> None:
    kernel, neighbour = started.restricted(profile, landlock), started.restricted(one=1)
    refused = kernel.raised(f"import os; os.kill({os.getpid()}, 0)")
    assert "PermissionError" in refused, "else this test would end much more than itself"
    kernel.client.execute(f"import os, signal; os.kill({whom}, signal.SIGKILL)", stop_on_error=False)
    time.sleep(0.5)
    if not kernel.manager.is_alive():
        kernel.manager.restart_kernel(now=True)
        kernel.client.wait_for_ready(timeout=60)
    assert kernel.raised("assert 1 + 1 == 2") == ""
    assert neighbour.raised("assert 1 + 1 == 2") == ""


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("landlock", [OLD, REAL])
@pytest.mark.parametrize(
    "end", ["os._exit(0)", "os.kill(os.getpid(), 9)", "signal.raise_signal(11)", "ctypes.string_at(0)"]
)
def test_code_that_ends_itself_loses_no_variables(
    started: Kernels, profile: str, landlock: int, end: str
) -> None:
    kernel = started.restricted(profile, landlock)
    front = kernel.process
    assert kernel.raised("kept = 1") == ""
    assert kernel.raised(f"import ctypes, os, signal; {end}")
    assert kernel.raised("assert kept == 1") == ""
    assert kernel.process == front


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the old gate is x86_64's")
def test_system_calls_through_the_old_gate_end_the_process(started: Kernels) -> None:
    kernel = started.restricted()
    kernel.raised(
        """
        import ctypes, mmap
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, 20 (getpid); int 0x80; ret
        survived = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
        """
    )
    assert "NameError" in kernel.raised("survived")


def interrupting(kernel: Kernel) -> Callable[[], None]:
    def interrupt() -> None:
        time.sleep(0.2)
        kernel.manager.interrupt_kernel()

    return interrupt


@pytest.mark.parametrize("landlock", [OLD, REAL])
def test_an_endless_loop_is_interrupted(started: Kernels, landlock: int) -> None:
    kernel = started.restricted("strict", landlock)
    assert kernel.raised("kept = 1") == ""
    ran = kernel.run("while True: pass", meanwhile=interrupting(kernel))
    assert ran.raised.startswith("KeyboardInterrupt")
    assert kernel.raised("assert kept == 1") == ""


@pytest.mark.parametrize("profile", PROFILES)
def test_an_endless_loop_that_ignores_interrupts_is_ended_and_the_variables_kept(
    started: Kernels, profile: str
) -> None:
    kernel = started.restricted(profile)
    assert kernel.raised("kept = 1") == ""
    loop = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    assert kernel.run(loop, meanwhile=interrupting(kernel)).raised
    assert kernel.raised("assert kept == 1") == ""
