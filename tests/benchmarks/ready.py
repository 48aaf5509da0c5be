"""How fast a restricted kernel starts, answers and ends, beside a plain one, on this machine.

The kernels take turns, so that whatever else the machine does meets both. "Ready" is the reply to the
client's first request; "with libraries": that numpy, pandas and matplotlib are imported, too. Processor time
is that of all processes of a kernel, from the start on: the front, the worker and its snapshots; what the
fork server does for each start, the fork of the next spare process above all, is shown by itself and also
added, and the sum is what counts. What it imports, once per server, is in the first line.

`wait_for_ready` of jupyter_client, which other programs use, ends only when nothing has been published for
0.2 s: its row shows what it takes with a kernel that has long been ready.
"""

from __future__ import annotations

import statistics
import time

from .kernels import KERNELS, LIBRARIES, Kernel, fork_server, kernelspecs, processor_seconds
from .tables import Rows, add, await_quiet, load, say, table, timed, times
from .targets import Figures, Size

FRAME = "pandas.DataFrame({'a': range(1000), 'b': 'text'}).groupby('b').describe()"

Values = dict[tuple[str, str], float]


def with_libraries(kind: str) -> Values:
    """One start, up to work with the libraries."""
    server = fork_server()
    server_before = processor_seconds([server])
    began = time.perf_counter()
    kernel = Kernel.start(kind)
    try:
        started = time.perf_counter()
        kernel.greet()
        greeted = time.perf_counter()
        kernel.do(LIBRARIES)
        ready = time.perf_counter()
        used = processor_seconds(kernel.processes())
        server_used = processor_seconds([server]) - server_before if kind == "restricted" else 0.0
        first = kernel.do(FRAME).seconds
        later = statistics.median(kernel.do(FRAME).seconds for _ in range(5))
        waiting = timed(lambda: kernel.client.wait_for_ready(timeout=60))
    finally:
        kernel.end()
    return {
        ("ready with libraries, wall", "s"): ready - began,
        ("  until the provisioner has started it", "s"): started - began,
        ("  until the first reply", "s"): greeted - started,
        ("  the imports", "s"): ready - greeted,
        ("ready with libraries, CPU of the kernel", "s"): used,
        ("  with the fork server's", "s"): used + server_used,
        ("the first work with a table", "ms"): first * 1_000,
        ("the same again", "ms"): later * 1_000,
        ("wait_for_ready of the client, afterwards", "s"): waiting,
    }


def trivial(kind: str) -> Values:
    """One start, and executions that do nothing."""
    kernel = Kernel.start(kind)
    try:
        kernel.greet()
        first = kernel.do("1").seconds
        second = kernel.do("1").seconds
        rested, at_once = [], []
        for _ in range(10):
            time.sleep(0.1)
            rested.append(kernel.do("1").seconds)
            at_once.append(kernel.do("1").seconds)
        before = processor_seconds(kernel.processes())
        for _ in range(50):
            kernel.do("1")
        used = processor_seconds(kernel.processes()) - before
        shut_down = timed(kernel.shut_down)
    finally:
        kernel.end()
    return {
        ("the first execution, of `1`", "ms"): first * 1_000,
        ("the second", "ms"): second * 1_000,
        ("later ones, each after a pause", "ms"): statistics.median(rested) * 1_000,
        ("later ones, at once", "ms"): statistics.median(at_once) * 1_000,
        ("CPU of an execution, all processes", "ms"): used / 50 * 1_000,
        ("a clean shutdown", "s"): shut_down,
    }


def measure(size: Size) -> Figures:
    rows: Rows = {}
    with kernelspecs():
        server = timed(fork_server)
        say(f"{size.rounds} starts each of {' and '.join(KERNELS)} kernels, {load()}; medians (least)")
        say(f"the fork server, once per Jupyter server: {server:.2f} s until it has imported everything\n")
        for work in (with_libraries, trivial):
            for number in range(size.rounds + 1):
                for kind in KERNELS:
                    await_quiet(size.quiet_seconds)
                    found = work(kind)
                    # The first start of each kind warms the machine's caches.
                    if number:
                        add(rows, kind, found)
    table(rows)
    ready, processor = rows["ready with libraries, wall", "s"], rows["  with the fork server's", "s"]
    first = rows["the first execution, of `1`", "ms"]
    return {
        "ready": times(ready["plain"], ready["restricted"]),
        "ready_processor": times(processor["plain"], processor["restricted"]),
        "first_execution": times(first["restricted"], first["plain"]),
        "shutdown": max(rows["a clean shutdown", "s"]["restricted"]),
    }
