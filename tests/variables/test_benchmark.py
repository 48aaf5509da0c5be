"""The benchmark runs, small; what it prints is compared by people, on idle machines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "checkpoint.py"


def test_the_benchmark_prints_a_line_for_each_way() -> None:
    ran = subprocess.run([sys.executable, str(SCRIPT), "2"], capture_output=True, text=True, check=True)
    head, *lines = ran.stdout.splitlines()
    assert head.split()[:2] == ["write", "s"]
    assert [line[:20].strip() for line in lines] == [
        "checkpoint",
        "checkpoint, mapped",
        "pickle",
        "cloudpickle",
        "parquet",
    ]
