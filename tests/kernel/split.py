"""A front and a worker without Jupyter: the rules and the supervisor of a split kernel, for real, in a
tenth of the time of a kernel.

    python -m tests.kernel.split

reads an order from its input, becomes the front, forks the worker, which runs the code, and prints how that
ended. `run_split` starts it.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from jupyter_agent.kernel import confine
from jupyter_agent.kernel.limits import Limits
from jupyter_agent.kernel.linux import PR_SET_CHILD_SUBREAPER, prctl
from jupyter_agent.kernel.machine import detect
from jupyter_agent.kernel.policy import PROFILES, Folders, Policy, policy
from jupyter_agent.kernel.supervisor import Supervisor
from jupyter_agent.kernel.tasks import LinuxView, Tasks
from jupyter_agent.steps import Block

MOST_TASKS = 64
"""Threads and processes that the code may have."""


@dataclass(frozen=True)
class Ended:
    """How the code in the worker ended."""

    error: str
    """What it raised; empty if it ran to its end. If the worker died, its wait status."""
    blocks: list[Block]


def run_split(
    code: str,
    *,
    profile: str = "strict",
    landlock: int | None = None,
    snapshot: bool = False,
    workspace: Path | None = None,
) -> Ended:
    """Run code in a worker. `snapshot`: one fork of its main thread is expected.

    The code finds in `front` the front's process, and its folders in `folders`.
    """
    order = {
        "code": code,
        "profile": profile,
        "snapshot": snapshot,
        "workspace": None if workspace is None else str(workspace),
    }
    environment = dict(os.environ)
    if landlock is not None:
        environment["JUPYTER_AGENT_LANDLOCK_ABI"] = str(landlock)
    done = subprocess.run(
        [sys.executable, "-m", "tests.kernel.split"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[2],
        timeout=60,
        start_new_session=True,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    return Ended(result["error"], [Block(**block) for block in result["blocks"]])


def main() -> None:
    order = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        names = {name: str(Path(folder, name)) for name in ("home", "temporary", "sockets", "backups")}
        names["workspace"] = order["workspace"] or str(Path(folder, "workspace"))
        for path in names.values():
            Path(path).mkdir(exist_ok=True)
        folders = Folders(**names, code=(sys.prefix, sys.base_prefix), readable=(str(Path.cwd()),))
        reading, writing = os.pipe()
        # The rules cannot be taken off again, and this process still has to clean up.
        front = os.fork()
        if front == 0:
            with os.fdopen(writing, "w") as pipe:
                pipe.write(_front(order, folders))
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            print(pipe.read())
        os.waitpid(front, 0)


def _front(order: dict[str, object], folders: Folders) -> str:
    os.setsid()
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    machine = detect()
    rules = policy(
        profile=PROFILES[str(order["profile"])],
        folders=folders,
        limits=Limits(memory_mb=512, file_size_mb=8),
        machine=machine,
        usage=confine.usage(),
    )
    ours, theirs = socket.socketpair()
    confine.confine_files(rules.front, machine)
    worker = os.fork()
    if worker == 0:
        ours.close()
        _worker(theirs, rules, str(order["code"]), folders)
    theirs.close()
    _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
    confine.confine_calls(rules.front, machine)
    confine.confine_threads(rules.front, machine)
    blocks: list[Block] = []
    supervisor = Supervisor(
        descriptors[0],
        front=os.getpid(),
        tasks=Tasks(MOST_TASKS, snapshots=1, view=LinuxView(machine.architecture)),
    )
    supervisor.report_to(blocks.append)
    if order["snapshot"]:
        supervisor.expect_snapshot(worker)
    ended = ""
    while True:
        ready, _, _ = select.select([ours.fileno(), supervisor.fileno()], [], [])
        if supervisor.fileno() in ready:
            supervisor.answer()
        if ours.fileno() in ready:
            if message := ours.recv(65_536):
                ended += message.decode()
            else:
                break
    status = 0
    # The supervisor lets the system forget what has ended when it counts.
    with contextlib.suppress(ChildProcessError):
        status = os.waitpid(worker, 0)[1]
    error = ended if ended or status == 0 else f"died: {status}"
    return json.dumps(
        {
            "error": error,
            "blocks": [{"kind": block.kind, "sentence": block.sentence} for block in blocks],
        }
    )


def _worker(pair: socket.socket, rules: Policy, code: str, folders: Folders) -> NoReturn:
    try:
        os.chdir(folders.workspace)
        listener = confine.confine_worker(rules.worker, detect())
        socket.send_fds(pair, [b"L"], [listener])
        os.close(listener)
        exec(code, {"__name__": "__main__", "front": os.getppid(), "folders": folders})
    except BaseException as error:  # noqa: BLE001 - whatever the code raises
        pair.sendall(f"{type(error).__name__}: {error}".encode())
    os._exit(0)


if __name__ == "__main__":
    main()
