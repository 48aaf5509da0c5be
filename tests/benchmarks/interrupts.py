"""How soon code ends that is interrupted: an endless loop, and one that ignores the interrupt.

Both kernels hold the variables of `data.py`. What ignores the interrupt goes on for ever in a plain kernel; a
restricted one ends its process and goes on with the snapshot, and counts as restored when the next execution
has found the variables as they were. The slowest of all rounds is what counts.
"""

from __future__ import annotations

import asyncio
import time

from jupyter_core.utils import ensure_async

from .data import variables
from .kernels import Kernel, kernelspecs, running
from .tables import Rows, add, load, say, table
from .targets import Figures, Size

_LOOP = "mark = -1\nprint('runs', flush=True)\nwhile True:\n    pass"
_STUBBORN = f"import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n{_LOOP}"
_ROUNDS = 5
"""Each takes seconds, of which little is left to chance."""


def measure(size: Size) -> Figures:
    rows: Rows = {}
    rounds = min(size.rounds, _ROUNDS)
    say(f"{rounds} rounds, {size.data_mb} MB of data, {load()}; medians (least)\n")
    with kernelspecs(), running("plain") as plain, running("restricted") as restricted:
        for kernel in (plain, restricted):
            kernel.do(variables(size.data_mb))
        for number in range(rounds):
            for kernel in (plain, restricted):
                add(rows, kernel.kind, {("an endless loop, to the reply", "s"): _ended(kernel, _LOOP)[0]})
            restricted.do(f"mark = {number}")
            replied, again = _ended(restricted, _STUBBORN, f"assert mark == {number} and len(frame)")
            found = {("one that ignores it, to the reply", "s"): replied}
            found["  to the end of the next execution", "s"] = again
            add(rows, "restricted", found)
    table(rows)
    loop, _, stubborn = rows.values()
    return {"interrupt": max(loop["restricted"]), "stubborn": max(stubborn["restricted"])}


def _ended(kernel: Kernel, code: str, then: str = "1") -> tuple[float, float]:
    """Seconds from the interrupt to the reply, and to the end of what is executed then."""
    asked = kernel.ask(code)
    _await_text(kernel)
    time.sleep(0.1)
    began = time.perf_counter()
    asyncio.run(ensure_async(kernel.manager.interrupt_kernel()))
    ran = kernel.answer(asked)
    assert ran.reply["status"] == "error", ran
    replied = asked.at + ran.seconds - began
    kernel.do(then)
    return replied, time.perf_counter() - began


def _await_text(kernel: Kernel) -> None:
    """Wait until the code says that it runs."""
    while True:
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "stream":
            return
