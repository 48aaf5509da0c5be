"""The benchmarks run, small; whether the targets hold is told by large ones on a quiet machine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest

from tests.benchmarks.__main__ import BENCHMARKS
from tests.benchmarks.prompt_peers import PEERS as PROMPT_PEERS
from tests.benchmarks.snapshots import PEERS
from tests.benchmarks.targets import TARGETS, Target

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def printed() -> str:
    """What all of them print."""
    command = [sys.executable, "-m", "tests.benchmarks", "--tiny"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    # 1: a target was missed, as with these sizes it may.
    assert ran.returncode in (0, 1), ran.stderr
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran.stdout


def figure(target: Target, printed: str) -> float:
    found = re.search(rf"^(?:holds|does not hold) +{re.escape(target.says)}: (\S+) ", printed, re.MULTILINE)
    assert found, f"no verdict on: {target.says}"
    return float(found[1])


def test_each_target_gets_a_figure_and_a_verdict(printed: str) -> None:
    figures = {target.name: figure(target, printed) for target in TARGETS}
    # Snapshot and rollback are differences, in which a busy machine can lose so little data.
    assert all(value > 0 for name, value in figures.items() if name not in ("snapshot", "rollback"))
    assert figures["memory_all"] > 2 * figures["memory_each"], "two kernels and the fork server"
    assert figures["ready"] > 1, "a fork is faster than a start"
    assert figures["stubborn"] > figures["interrupt"], "it is given time to end by itself"


@pytest.mark.parametrize("name", sorted(BENCHMARKS.keys() - {"overhead", "prompts"}))
def test_each_measures_the_kernels_side_by_side(name: str, printed: str) -> None:
    section = printed.partition(f"== {name} ==")[2].partition("\n== ")[0]
    head = next(line for line in section.splitlines() if "plain" in line and "restricted" in line.split())
    rows = section.partition(head)[2]
    both = [line for line in rows.splitlines() if len(re.findall(r"\(\d+\.\d+\) ", line)) >= 2]
    assert both, rows


def test_each_peer_is_measured_or_said_to_be_missing(printed: str) -> None:
    for peer in PEERS:
        assert re.search(rf"^{peer} +(\d+\.\d+ +|is not installed. )", printed, re.MULTILINE)
    for peer in PROMPT_PEERS:
        assert re.search(rf"^{peer} +(\d+ +\d+ +\d+ +2\.0|is not installed. )", printed, re.MULTILINE)


def test_prompts_are_counted_by_section(printed: str) -> None:
    tables = [part.partition("\n\n")[0] for part in printed.split("new tokens of a call")[1:]]
    longest = [longest_prompt(table) for table in tables]
    in_text, calling_tools, small_one = longest
    for section in ("rules", "files", "date", "question", "program", "output"):
        assert all(sizes[section] > 0 for sizes in longest)
    assert in_text["examples"] > in_text["rules"] > in_text["files"] > 0
    assert "tools" not in in_text
    assert "examples" not in calling_tools
    assert calling_tools["rules"] == small_one["rules"] < in_text["rules"]
    assert calling_tools["tools"] == small_one["tools"] > 0
    assert "\nthe router's calls besides: " in printed


def longest_prompt(table: str) -> dict[str, int]:
    """The tokens of the longest prompt by its sections, and in all."""
    head, *rows = (line.split() for line in table.splitlines())
    assert [row[0] for row in rows] == ["program", "answer", "the"]
    for row in rows:
        counts = [int(count) for count in row if count.isdigit()]
        assert sum(counts[:-1]) == pytest.approx(counts[-1], abs=4)
    return dict(zip(head, map(int, rows[-1][-len(head) :]), strict=True))


@pytest.mark.parametrize(
    ("bound", "words"),
    [("at least", ["does not hold", "holds", "holds"]), ("at most", ["holds", "holds", "does not hold"])],
)
def test_a_figure_on_the_wrong_side_does_not_hold(
    bound: Literal["at least", "at most"], words: list[str]
) -> None:
    target = Target("name", "what it says", bound, 4, "ms")
    assert [target.verdict(value)[:14].strip() for value in (3.9, 4.0, 4.1)] == words
