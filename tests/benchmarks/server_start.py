"""What the extension adds to the start of JupyterLab: processor time until it answers, side by side.

    python tests/benchmarks/server_start.py [rounds]

The two kinds of start alternate, so that a machine that grows slower or faster favours neither. The target
is less than 0.3 s more.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

TARGET = 0.3
"""Seconds."""

HEAVY = {
    *("pandas", "numpy", "matplotlib", "sqlalchemy", "alembic", "aiosqlite", "pydantic"),
    *("ollama", "httpx", "xllamacpp", "IPython", "ipykernel"),
}

_TICKS = os.sysconf("SC_CLK_TCK")


class Lab:
    """JupyterLab with its own folders, with or without the extension."""

    def __init__(self, home: Path, *, with_agent: bool) -> None:
        self._home = home
        config = home / "config"
        config.mkdir(parents=True)
        extensions = {"jupyterlab": True, "jupyter_agent": with_agent}
        (config / "jupyter_server_config.json").write_text(
            json.dumps({"ServerApp": {"jpserver_extensions": extensions}})
        )
        self._environment = {
            **os.environ,
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(config),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTER_DATA_DIR": str(home / "data"),
        }

    async def start(self, *options: str) -> float:
        """Start, wait until it answers, end. Returns seconds of processor time."""
        with (self._home / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, *options, "-m", "jupyterlab", "--no-browser", "--port=0"),
                f"--ServerApp.root_dir={self._home}",
                stdout=log,
                stderr=log,
                env=self._environment,
            )
        try:
            async with asyncio.timeout(120):
                while not await self._answers(process.pid):
                    if process.returncode is not None:
                        raise SystemExit((self._home / "log").read_text())
                    await asyncio.sleep(0.05)
            return _processor_time(process.pid)
        finally:
            process.terminate()
            await process.wait()

    @property
    def log(self) -> str:
        return (self._home / "log").read_text()

    async def _answers(self, pid: int) -> bool:
        info = self._home / "runtime" / f"jpserver-{pid}.json"
        try:
            url = json.loads(info.read_text())["url"]
            await asyncio.to_thread(_get, f"{url}api")
        except (FileNotFoundError, ValueError, urllib.error.URLError):
            return False
        return True


def _get(url: str) -> None:
    with urllib.request.urlopen(url, timeout=10) as reply:
        reply.read()


def _processor_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _imported(log: str) -> set[str]:
    lines = (line.rpartition("|")[2].strip() for line in log.splitlines() if line.startswith("import time:"))
    return {line.partition(".")[0] for line in lines}


async def main(rounds: int) -> int:
    """Measure and print; 1 when the target is missed."""
    with tempfile.TemporaryDirectory() as folder:
        labs = {
            name: Lab(Path(folder) / name, with_agent=name == "with the agent")
            for name in ("bare", "with the agent")
        }
        times: dict[str, list[float]] = {name: [] for name in labs}
        for lab in labs.values():
            await lab.start()  # the first start writes caches
        for _ in range(rounds):
            for name, lab in labs.items():
                times[name].append(await lab.start())
        loaded = {}
        for name, lab in labs.items():
            await lab.start("-X", "importtime")
            loaded[name] = _imported(lab.log)
    for name, values in times.items():
        print(f"{name:15} {statistics.median(values):.2f} s   {' '.join(f'{v:.2f}' for v in values)}")
    more = statistics.median(times["with the agent"]) - statistics.median(times["bare"])
    ratio = statistics.median(times["with the agent"]) / statistics.median(times["bare"])
    print(f"difference      {more:+.2f} s, {ratio:.2f} times (target: less than {TARGET} s more)")
    added = loaded["with the agent"] - loaded["bare"]
    print("packages added ", ", ".join(sorted(name for name in added if not name.startswith("_"))))
    print("heavy ones     ", ", ".join(sorted(added & HEAVY)) or "none")
    return 0 if more < TARGET else 1


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)))
