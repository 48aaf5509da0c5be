"""How fast a restricted kernel is, beside a plain one, on this machine.

    python tests/benchmarks/kernel_start.py [rounds]

Ready means: started, connected, and numpy, pandas and matplotlib imported. The kernels take turns, so that
whatever else the machine does meets both. CPU is that of the kernel's process; the fork server, which imports
everything once per server, is shown by itself.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

KERNELS = {"plain": "python3", "restricted": "jupyter-agent-strict"}
READY = "import numpy, pandas, matplotlib.pyplot"
MEASURES = {
    "ready with libraries, wall": "s",
    "ready with libraries, CPU": "s",
    "trivial execution": "ms",
    "memory of its own (USS)": "MB",
}


def execute(client: BlockingKernelClient, code: str) -> None:
    reply = client.execute_interactive(code, timeout=120, output_hook=lambda _: None)
    if reply["content"]["status"] != "ok":
        raise SystemExit(f"{code}: {reply['content']}")


def timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(kernel: str) -> list[float]:
    """One start: a value for each of `MEASURES`."""
    began = time.perf_counter()
    manager = KernelManager(kernel_name=KERNELS[kernel])
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        execute(client, READY)
        wall = time.perf_counter() - began
        assert manager.provisioner is not None
        process = psutil.Process(manager.provisioner.pid)  # type: ignore[attr-defined]
        cpu = process.cpu_times()
        trivial = statistics.median(timed(lambda: execute(client, "1")) for _ in range(20))
        return [wall, cpu.user + cpu.system, trivial * 1_000, process.memory_full_info().uss / 2**20]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def main(rounds: int) -> None:
    here = Path(__file__).parents[2]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "kernels").symlink_to(here / "kernels")
        os.environ["JUPYTER_PATH"] = folder
        first = measure("restricted")[0]
        values: dict[str, list[list[float]]] = {kernel: [] for kernel in KERNELS}
        for _ in range(rounds):
            for kernel, found in values.items():
                found.append(measure(kernel))
    sys.stdout.write(f"{rounds} starts each; medians, with the least in brackets\n")
    sys.stdout.write(f"the first restricted kernel of a server, fork server included: {first:.2f} s\n\n")
    sys.stdout.write(f"{'':30}{'plain':>20}{'restricted':>20}{'ratio':>8}\n")
    for row, (name, unit) in enumerate(MEASURES.items()):
        columns = {kernel: [start[row] for start in found] for kernel, found in values.items()}
        medians = {kernel: statistics.median(column) for kernel, column in columns.items()}
        cells = "".join(f"{f'{medians[k]:.2f} ({min(c):.2f}) {unit}':>20}" for k, c in columns.items())
        sys.stdout.write(f"{name:30}{cells}{medians['plain'] / medians['restricted']:8.1f}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
