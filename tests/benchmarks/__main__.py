"""Measures the product and its kernel beside plain ones and other programs, and says which targets hold.

    python -m tests.benchmarks [--tiny] [name ...]

runs all benchmarks, or those that are named. It ends with 1 if a target is missed. `--tiny` only shows that
the benchmarks work: its figures mean nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from . import failing, files, interrupts, memory, overhead, prompts, ready, snapshots
from .tables import say
from .targets import FULL, TARGETS, TINY, Figures, Size

BENCHMARKS: Mapping[str, Callable[[Size], Figures]] = {
    "overhead": overhead.measure,
    "prompts": prompts.measure,
    "ready": ready.measure,
    "memory": memory.measure,
    "snapshots": snapshots.measure,
    "files": files.measure,
    "interrupts": interrupts.measure,
    "failing": failing.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "names", nargs="*", choices=[[], *BENCHMARKS], metavar="name", help=", ".join(BENCHMARKS)
    )
    parser.add_argument("--tiny", action="store_true", help="only show that they work")
    asked = parser.parse_args()
    figures: dict[str, float] = {}
    for name in asked.names or BENCHMARKS:
        say(f"\n== {name} ==")
        figures |= BENCHMARKS[name](TINY if asked.tiny else FULL)
    say()
    targets = [target for target in TARGETS if target.name in figures]
    for target in targets:
        say(target.verdict(figures[target.name]))
    return 0 if all(target.holds(figures[target.name]) for target in targets) else 1


if __name__ == "__main__":
    raise SystemExit(main())
