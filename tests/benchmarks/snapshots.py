"""What a snapshot and going back to it cost with a gigabyte of data, beside what others do to that end.

Measured as a user meets it. A snapshot is normally made while nobody waits; code that leaves something in
the event loop forbids that, so that its whole price is the difference between such an execution and one that
finds its snapshot ready. Going back is asked for by its label, and done in the same way as when an attempt
fails; what a request costs that goes nowhere is taken off. The rows of whole executions show what is paid
besides: the pages that are copied when they are changed, the look at the variables, the files.

dill and cloudpickle write the variables and read them again; Kishu keeps a history of a notebook's variables.
Each of them runs once, in a process of its own, with the same variables (`peers.py`).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from jupyter_agent.kernel import protocol
from jupyter_agent.kernel.protocol import Wish

from .data import CHANGE, variables
from .kernels import Kernel, kernelspecs, running
from .tables import Rows, add, await_quiet, load, say, table
from .targets import Figures, Size

PEERS = ("dill", "cloudpickle", "kishu")
PYTHON = "JUPYTER_AGENT_PEERS"
"""The environment variable that names the Python in which the peers are installed, if not this one."""

_INSTALL = f"""\
is not installed. To compare with it:
    python -m venv peers && peers/bin/python -m pip install {" ".join(PEERS)} numpy pandas pyarrow
    {PYTHON}=peers/bin/python python -m tests.benchmarks snapshots"""
_TASK = "import asyncio; task = asyncio.get_running_loop().create_task(asyncio.sleep(10_000))"
_PAUSE = 0.15
"""Seconds in which a snapshot is made while nobody waits."""
_WAITS, _FINDS = ("an execution that waits for its snapshot", "ms"), ("  that finds it ready", "ms")
_BACK, _NOWHERE = ("going back, from request to reply", "ms"), ("  going nowhere", "ms")
_UNDONE = Wish(transaction=True)


def measure(size: Size) -> Figures:
    say(f"{size.rounds} rounds, {size.data_mb} MB of data, {load()}; medians (least)\n")
    rows: Rows = {}
    with kernelspecs():
        with running("plain") as plain, running("restricted") as restricted:
            kernels = (plain, restricted)
            for kernel in kernels:
                kernel.do(variables(size.data_mb))
            for number in range(size.rounds):
                for kernel in kernels:
                    await_quiet(size.quiet_seconds)
                    add(rows, kernel.kind, _executions(kernel))
                add(rows, "restricted", _undone(restricted))
                add(rows, "restricted", _rewound(restricted, number))
        with running("restricted") as waiting:
            for _ in range(size.rounds):
                await_quiet(size.quiet_seconds)
                add(rows, "restricted", _waited(waiting, size.data_mb))
    table(rows)
    snapshot = _difference(rows, _WAITS, _FINDS)
    rollback = _difference(rows, _BACK, _NOWHERE)
    say(f"\na snapshot: {snapshot:.2f} ms, going back: {rollback:.2f} ms (differences of the medians)")
    say(f"\n{'':14}{'snapshot, s':>12}{'× ours':>10}{'going back, s':>16}{'× ours':>10}")
    for peer in PEERS:
        say(f"{peer:14}{_peer(peer, size, snapshot / 1_000, rollback / 1_000)}")
    return {"snapshot": snapshot, "rollback": rollback}


def _executions(kernel: Kernel) -> dict[tuple[str, str], float]:
    """Executions that find their snapshot ready, if they have one."""
    return {
        ("an execution of nothing", "ms"): _rested(kernel, "1"),
        ("one that changes a little", "ms"): _rested(kernel, CHANGE),
        ("one that changes a column", "ms"): _rested(kernel, "frame['b'] *= 1"),
    }


def _undone(kernel: Kernel) -> dict[tuple[str, str], float]:
    """Attempts that are undone."""
    time.sleep(_PAUSE)
    failed = kernel.run(f"{CHANGE}; 1 / 0", wish=_UNDONE)
    assert failed.told["rolled_back"], failed
    again = kernel.do("1").seconds
    time.sleep(_PAUSE)
    kept = kernel.do(CHANGE, wish=_UNDONE)
    assert kept.told["protection"]["kind"] == "snapshot", kept
    return {
        ("an attempt that changes a little", "ms"): kept.seconds * 1_000,
        ("  that then fails and is undone", "ms"): failed.seconds * 1_000,
        ("  the execution after it, at once", "ms"): again * 1_000,
    }


def _rewound(kernel: Kernel, number: int) -> dict[tuple[str, str], float]:
    """Going back to before a change, and what the request itself takes."""
    kernel.do(f"mark = {number}")
    time.sleep(_PAUSE)
    kernel.do(f"{CHANGE}; mark = -1", wish=Wish(transaction=True, label="change"))
    time.sleep(_PAUSE)
    nowhere, _ = kernel.request(protocol.REWIND, label="nowhere")
    seconds, reply = kernel.request(protocol.REWIND, label="change")
    assert reply["rewound"], reply
    kernel.do(f"assert mark == {number}")
    return {_BACK: seconds * 1_000, _NOWHERE: nowhere * 1_000}


def _waited(kernel: Kernel, megabytes: int) -> dict[tuple[str, str], float]:
    """An execution that has to wait for its snapshot, and one that has not."""
    if kernel.run("frame").reply["status"] != "ok":
        kernel.do(variables(megabytes))
    kernel.do("1")
    ready = _rested(kernel, "1")
    kernel.do(_TASK)
    waited = _rested(kernel, "1")
    kernel.do("task.cancel()")
    return {_WAITS: waited, _FINDS: ready}


def _difference(rows: Rows, longer: tuple[str, str], shorter: tuple[str, str]) -> float:
    return statistics.median(rows[longer]["restricted"]) - statistics.median(rows[shorter]["restricted"])


def _rested(kernel: Kernel, code: str) -> float:
    """Milliseconds of an execution after a pause."""
    time.sleep(_PAUSE)
    return kernel.do(code).seconds * 1_000


def _peer(peer: str, size: Size, snapshot: float, rollback: float) -> str:
    """What a peer needs for the same, as the rest of a row; or why that is not known."""
    order = json.dumps({"peer": peer, "variables": variables(size.data_mb), "change": CHANGE})
    command = [os.environ.get(PYTHON) or sys.executable, str(Path(__file__).with_name("peers.py"))]
    try:
        ran = subprocess.run(command, input=order, capture_output=True, text=True, timeout=size.peer_seconds)
    except OSError as error:
        raise SystemExit(f"{PYTHON} names no Python: {error}") from error
    except subprocess.TimeoutExpired:
        return f"not done within {size.peer_seconds:.0f} s"
    if ran.returncode:
        return f"failed: {ran.stderr.strip().splitlines()[-1]}"
    found = json.loads(ran.stdout)
    if found is None:
        return _INSTALL
    taken, back = found["snapshot"], found["back"]
    return f"{taken:12.3f}{taken / snapshot:10.0f}{back:16.3f}{back / rollback:10.0f}"
