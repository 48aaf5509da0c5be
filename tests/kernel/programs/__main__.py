"""Runs the programs and prints what runs in plain ipykernel but not in the restricted kernel.

python -m tests.kernel.programs [--kernel NAME] [TOPIC ...]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from .cells import GROUPS, WITH_PROCESSES, topics
from .report import report
from .runner import compare

PARALLEL = "jupyter-agent-parallel"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kernel", default="jupyter-agent-strict", help="the kernel that is compared")
    parser.add_argument("topic", nargs="*", help="file names without .py; all if none is given")
    options = parser.parse_args()
    groups = WITH_PROCESSES if options.kernel == PARALLEL else GROUPS
    chosen = [topic for topic in topics(*groups) if not options.topic or topic.name in options.topic]
    comparisons = []
    with TemporaryDirectory(prefix="jupyter-") as folder:
        (Path(folder) / "kernels").symlink_to(Path(__file__).parents[3] / "kernels")
        os.environ |= {
            "JUPYTER_PATH": folder,
            "JUPYTER_RUNTIME_DIR": f"{folder}/runtime",
            "IPYTHONDIR": f"{folder}/ipython",
        }
        for topic in chosen:
            started = time.monotonic()
            comparisons += compare(topic, options.kernel)
            print(f"{topic}: {len(topic.cells)} cells, {time.monotonic() - started:.0f} s", file=sys.stderr)
    result = report(comparisons)
    print(result.text)
    return 0 if result.rate >= 0.99 and not result.broken else 1


if __name__ == "__main__":
    sys.exit(main())
