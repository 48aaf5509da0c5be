"""What an attempt costs that fails, beside a failing cell of a plain kernel; there is nothing to be lost.

From the request to the reply, and to the end of the execution after it, which comes at once. "Undone" is what
the agent asks for: a transaction, which also tells the variables at the moment of failure. With threads of
OpenBLAS is after a product of matrices, whose threads spin for a while and are joined before a fork.
"""

from __future__ import annotations

import time

from jupyter_agent.kernel.protocol import Wish

from .kernels import Kernel, kernelspecs, running
from .tables import Rows, add, await_quiet, load, say, table
from .targets import Figures, Size

_KINDS: dict[str, tuple[str, Wish | None]] = {
    "plain": ("plain", None),
    "restricted": ("restricted", None),
    "undone": ("restricted", Wish(transaction=True)),
}
_CODES = {
    "succeeds": "1",
    "fails": "1 / 0",
    "fails, with threads of OpenBLAS": "a @ a; 1 / 0",
}
_PAUSE = 0.1


def measure(size: Size) -> Figures:
    rows: Rows = {}
    say(f"{size.rounds} rounds, {load()}; medians (least)\n")
    with kernelspecs(), running("plain") as plain, running("restricted") as restricted:
        kernels = {"plain": plain, "restricted": restricted}
        for kernel in kernels.values():
            kernel.do("import numpy, pandas; a = numpy.ones((400, 400)); a @ a")
        # In the first round caches are filled.
        for number in range(size.rounds + 1):
            for name, code in _CODES.items():
                for kind, (of, wish) in _KINDS.items():
                    await_quiet(size.quiet_seconds)
                    found = _found(kernels[of], name, code, wish)
                    if number:
                        add(rows, kind, found)
    table(rows)
    return {}


def _found(kernel: Kernel, name: str, code: str, wish: Wish | None) -> dict[tuple[str, str], float]:
    kernel.do("1")
    time.sleep(_PAUSE)
    ran = kernel.run(code, wish=wish)
    assert (ran.reply["status"] == "ok") == (name == "succeeds"), ran
    assert not wish or ran.told["rolled_back"] == (ran.reply["status"] != "ok"), ran
    after = kernel.do("1").seconds
    return {
        (name, "ms"): ran.seconds * 1_000,
        (f"{name}, with the next one", "ms"): (ran.seconds + after) * 1_000,
    }
