"""What the rules cost code that reads files: `open`, and `read_csv` of a large file.

Measured inside the kernels, in turn: what comes first changes every round, and each waits for a moment in
which the machine has little else to do. The ratios are of neighbours, and the median of them counts: that way
a machine that grows slower or faster favours neither.
"""

from __future__ import annotations

import statistics

from .kernels import Kernel, kernelspecs, running
from .tables import Rows, add, await_quiet, load, say, table
from .targets import Figures, Size

_ROWS = 50_000
_PREPARE = f"""
import gc, time
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

def seconds(work, count=1):
    gc.collect()
    began = time.perf_counter()
    for _ in range(count):
        work()
    print((time.perf_counter() - began) / count)

def reading():
    with open("small.txt"):
        pass

def writing():
    with open("written.txt", "w"):
        pass
"""
_WORKS = {
    ("open to read", "µs"): "seconds(reading, 2_000)",
    ("open to write", "µs"): "seconds(writing, 2_000)",
    ("read_csv", "s"): "seconds(lambda: pandas.read_csv('big.csv'))",
}


def measure(size: Size) -> Figures:
    rows: Rows = {}
    with kernelspecs() as folder, running("plain", folder) as plain, running("restricted") as restricted:
        kernels = [plain, restricted]
        for kernel in kernels:
            kernel.do(_PREPARE.format(bytes=size.csv_mb * 1_000_000))
        say(f"{size.rounds} rounds, a CSV file of {size.csv_mb} MB, {load()}; medians (least)\n")
        for row in [row for row in _WORKS for _ in range(size.rounds)]:
            await_quiet(size.quiet_seconds)
            for kernel in kernels:
                add(rows, kernel.kind, {row: _found(kernel, row)})
            kernels.reverse()
    table(rows)
    ratios = {name: _of_neighbours(columns) for (name, _), columns in rows.items()}
    for name, ratio in ratios.items():
        say(f"{name}: the median of neighbours' ratios {ratio:.3f}")
    return {
        "open": max(ratios["open to read"], ratios["open to write"]),
        "read_csv": ratios["read_csv"],
    }


def _found(kernel: Kernel, row: tuple[str, str]) -> float:
    seconds = float(kernel.do(_WORKS[row]).text)
    return seconds * 1_000_000 if row[1] == "µs" else seconds


def _of_neighbours(columns: dict[str, list[float]]) -> float:
    pairs = zip(columns["restricted"], columns["plain"], strict=True)
    return statistics.median(restricted / plain for restricted, plain in pairs)
