"""What the rules cost code that reads files: `open`, and `read_csv` of a large file.

Measured inside the kernels, in short turns: what comes first changes with every pair. The ratios are of
neighbours, and the median of them counts: that way a machine that grows slower or faster favours neither. A
turn of `open` is the median of short stretches, so that it does not matter who else was given the processor.
Processor time is for information: it does not see what another process does for the code.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .kernels import Kernel, kernelspecs, running
from .tables import Rows, add, await_quiet, load, say, table
from .targets import Figures, Size

_ROWS = 50_000
_PREPARE = f"""
import gc, statistics, time
import numpy, pandas

chance = numpy.random.default_rng(0)
rows = pandas.DataFrame(chance.random(({_ROWS}, 5)), columns=list("abcde"))
rows["when"] = pandas.date_range("2020", periods={_ROWS}, freq="s")
rows["kind"] = pandas.Categorical.from_codes(chance.integers(0, 3, {_ROWS}), ["North", "South", "West"])
text = rows.to_csv(index=False, header=False)
with open("big.csv", "w") as file:
    print(*rows.columns, sep=",", file=file)
    while file.tell() < {{bytes}}:
        file.write(text)
open("small.txt", "w").close()

def measured(work, count=1, stretches=1):
    gc.collect()
    used, taken = time.process_time(), []
    for _ in range(stretches):
        began = time.perf_counter()
        for _ in range(count):
            work()
        taken.append((time.perf_counter() - began) / count)
    print(statistics.median(taken), (time.process_time() - used) / count / stretches)

def reading():
    with open("small.txt"):
        pass

def writing():
    with open("written.txt", "w"):
        pass
"""


@dataclass(frozen=True)
class Work:
    """Something that is measured in turns; `pairs` of them a round."""

    name: str
    code: str
    unit: Literal["µs", "s"]
    pairs: int = 1


_OPEN_TO_READ = Work("open to read", "measured(reading, 100, 20)", "µs", 10)
_OPEN_TO_WRITE = Work("open to write", "measured(writing, 100, 20)", "µs", 10)
_READ_CSV = Work("read_csv", "measured(lambda: pandas.read_csv('big.csv'))", "s")


def measure(size: Size) -> Figures:
    rows: Rows = {}
    ratios: dict[Work, float] = {}
    with kernelspecs() as folder, running("plain", folder) as plain, running("restricted") as restricted:
        kernels = [plain, restricted]
        for kernel in kernels:
            kernel.do(_PREPARE.format(bytes=size.csv_mb * 1_000_000))
        say(f"{size.rounds} rounds, a CSV file of {size.csv_mb} MB, {load()}; medians (least)\n")
        for work in (_OPEN_TO_READ, _OPEN_TO_WRITE, _READ_CSV):
            await_quiet(size.quiet_seconds)
            for _ in range(size.rounds * work.pairs):
                for kernel in kernels:
                    add(rows, kernel.kind, _found(kernel, work))
                kernels.reverse()
            ratios[work] = of_neighbours(rows[work.name, work.unit])
    table(rows)
    for work, ratio in ratios.items():
        say(f"{work.name}: the median of neighbours' ratios {ratio:.3f}")
    return {"open": max(ratios[_OPEN_TO_READ], ratios[_OPEN_TO_WRITE]), "read_csv": ratios[_READ_CSV]}


def of_neighbours(columns: Mapping[str, Sequence[float]]) -> float:
    """The median of how many times what plain takes its neighbour takes."""
    pairs = zip(columns["restricted"], columns["plain"], strict=True)
    return statistics.median(restricted / plain for restricted, plain in pairs)


def _found(kernel: Kernel, work: Work) -> dict[tuple[str, str], float]:
    factor = 1_000_000 if work.unit == "µs" else 1
    wall, processor = (float(word) * factor for word in kernel.do(work.code).text.split())
    return {(work.name, work.unit): wall, (f"{work.name}, processor", work.unit): processor}
