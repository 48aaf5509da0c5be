"""How quickly variables go to the disk and come back, beside what others use for that.

    python tests/benchmarks/checkpoint.py [megabytes]

A frame of numbers, moments, categories and texts (1,000 MB unless another size is given) and a tenth of that
in an array are written, brought to the disk with fsync, and read again from the disk's cache. Each way runs
in a process of its own, so that none finds the memory of another; the best of three runs counts, and the
ratio is to a checkpoint of ours. `mapped` reads a page when it is used; one column is summed by all, so that
something is used. Pickle and cloudpickle run code when they read; a Parquet file keeps fewer types.
"""

from __future__ import annotations

import importlib.util
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from jupyter_agent.variables import load, save

ROUNDS = 3
Namespace = Mapping[str, Any]


def namespace(megabytes: float) -> Namespace:
    """A frame of so many megabytes, and a tenth of that in arrays."""
    rows = int(megabytes * 2**20 / 100)
    chance = np.random.default_rng(0)
    numbers = {f"x{n}": chance.random(rows) for n in range(8)}
    frame = pd.DataFrame(
        {
            **numbers,
            "count": chance.integers(0, 1_000, rows),
            "when": pd.date_range("2020", periods=rows, freq="s"),
            "kind": pd.Categorical.from_codes(chance.integers(0, 5, rows), list("abcde")),
            "text": pd.Series(chance.integers(0, 10**7, rows)).astype(str),
        }
    )
    return {"frame": frame, "array": chance.random((rows, 1)), "settings": {"by": ("kind", 2)}}


def ours(variables: Namespace, folder: Path) -> None:
    save(variables, folder, limit_bytes=2**40)


def ours_read(folder: Path) -> Namespace:
    return load(folder).values


def ours_mapped(folder: Path) -> Namespace:
    return load(folder, mapped=True).values


def pickled(variables: Namespace, folder: Path) -> None:
    with (folder / "all.pickle").open("wb") as file:
        pickle.dump(variables, file, protocol=5)
        file.flush()
        os.fsync(file.fileno())


def unpickled(folder: Path) -> Namespace:
    with (folder / "all.pickle").open("rb") as file:
        variables: Namespace = pickle.load(file)
        return variables


def cloudpickled(variables: Namespace, folder: Path) -> None:
    import cloudpickle

    with (folder / "all.pickle").open("wb") as file:
        cloudpickle.dump(variables, file)
        file.flush()
        os.fsync(file.fileno())


def parquet(variables: Namespace, folder: Path) -> None:
    variables["frame"].to_parquet(folder / "frame.parquet")
    pd.DataFrame(variables["array"], columns=["a"]).to_parquet(folder / "array.parquet")
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def parquet_read(folder: Path) -> Namespace:
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in ("frame", "array")}


WAYS: Mapping[str, tuple[Callable[[Namespace, Path], None], Callable[[Path], Namespace]]] = {
    "checkpoint": (ours, ours_read),
    "checkpoint, mapped": (ours, ours_mapped),
    "pickle": (pickled, unpickled),
    "cloudpickle": (cloudpickled, unpickled),
    "parquet": (parquet, parquet_read),
}


def measure(way: str, megabytes: float) -> dict[str, float]:
    """Seconds, and how much the memory in use grew at most, of one way in this process."""
    write, read = WAYS[way]
    variables = namespace(megabytes)
    expected = float(variables["frame"]["x3"].sum())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken: dict[str, list[float]] = {"write": [], "read": []}
    with tempfile.TemporaryDirectory() as temporary:
        for number in range(ROUNDS):
            folder = Path(temporary) / str(number)
            folder.mkdir()
            began = time.perf_counter()
            write(variables, folder)
            taken["write"].append(time.perf_counter() - began)
            if number == 0:
                grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            began = time.perf_counter()
            again = read(folder)
            total = float(again["frame"]["x3"].sum())
            taken["read"].append(time.perf_counter() - began)
            assert total == expected
            size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
            del again
            for path in sorted(folder.rglob("*"), reverse=True):
                path.unlink() if path.is_file() else path.rmdir()
    return {"write": min(taken["write"]), "read": min(taken["read"]), "size": size, "grown": grown}


def main() -> None:
    if len(sys.argv) > 2:
        print(json.dumps(measure(sys.argv[2], float(sys.argv[1]))))
        return
    megabytes = sys.argv[1] if len(sys.argv) > 1 else "1000"
    results: dict[str, dict[str, float]] = {}
    head = f"{'':20} {'write s':>8} {'ratio':>6} {'read s':>8} {'ratio':>6} {'disk MB':>8}"
    print(head, f"{'more memory, MB':>16}")
    for way in WAYS:
        if way == "cloudpickle" and importlib.util.find_spec("cloudpickle") is None:
            print(f"{way:20} is not installed")
            continue
        ran = subprocess.run([sys.executable, __file__, megabytes, way], stdout=subprocess.PIPE, check=True)
        result = results[way] = json.loads(ran.stdout)
        ours = results["checkpoint"]
        print(
            f"{way:20} {result['write']:8.2f} {result['write'] / ours['write']:6.2f}"
            f" {result['read']:8.3f} {result['read'] / ours['read']:6.2f}"
            f" {result['size']:8.0f} {result['grown']:+16.0f}"
        )


if __name__ == "__main__":
    main()
