"""A log of a limited size that several processes write to."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

from jupyter_agent.private_log import PrivateLog

WRITES = """
import sys
from pathlib import Path
from jupyter_agent.private_log import PrivateLog

log = PrivateLog(Path(sys.argv[1]), largest=20_000)
for number in range(300):
    log.append(f"{sys.argv[2]} {number} {'x' * 200}\\n")
"""


def test_a_large_file_is_put_aside_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    log = PrivateLog(tmp_path / "log", largest=10)
    for text in ("first line\n", "second line\n", "third line\n"):
        log.append(text)
    assert log.path.read_text() == "third line\n"
    assert (tmp_path / "log.1").read_text() == "second line\n"
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600


def test_processes_that_write_at_the_same_time_lose_nothing_but_the_oldest(tmp_path: Path) -> None:
    path = tmp_path / "log"
    writers = [subprocess.Popen([sys.executable, "-c", WRITES, str(path), name]) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    aside, last = ((tmp_path / name).read_text().splitlines() for name in ("log.1", "log"))
    assert sum(len(line) + 1 for line in aside) > 20_000, "it was put aside only when it was full"
    for name in "abc":
        numbers = [int(line.split()[1]) for line in (*aside, *last) if line.startswith(f"{name} ")]
        assert numbers == list(range(300))[300 - len(numbers) :], "the last ones, in order, without a gap"
    assert all(len(line) > 200 for line in (*aside, *last)), "no line is torn"
