"""Ordinary programs run in the restricted kernel as they do in plain ipykernel.

A sample of them does here, another one each time: JUPYTER_AGENT_PROGRAMS, set to the number that was printed,
draws the same again. `python -m tests.kernel.programs` runs all.
"""

from __future__ import annotations

import os
import random
import secrets
import sys
import tomllib
from pathlib import Path
from typing import Literal

import pytest

from tests.kernel.conftest import STRICT
from tests.kernel.programs.cells import GROUPS, WITH_PROCESSES, Topic, topics
from tests.kernel.programs.report import report
from tests.kernel.programs.runner import compare, run

PARALLEL = "jupyter-agent-parallel"
SAMPLE = {STRICT: 100, PARALLEL: 40}
"""Cells."""
KNOWN: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "programs" / "differences.toml").read_text("utf-8")
)
"""Cells that do not run in the restricted kernel, each with the reason."""


def sample(seed: int, kernel: str) -> list[Topic]:
    """Topics in a random order until they have enough cells."""
    there = topics(*(WITH_PROCESSES if kernel == PARALLEL else GROUPS))
    chosen: list[Topic] = []
    for topic in random.Random(seed).sample(there, k=len(there)):
        if sum(len(t.cells) for t in chosen) < SAMPLE[kernel]:
            chosen.append(topic)
    return chosen


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kernel", SAMPLE)
def test_a_sample_of_programs_runs(kernel: str, capsys: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get("JUPYTER_AGENT_PROGRAMS") or secrets.randbelow(10_000))
    result = report([c for topic in sample(seed, kernel) for c in compare(topic, kernel)])
    with capsys.disabled():
        sys.stdout.write(f"\nprograms in {kernel}, seed {seed}: {result.text}\n")
    assert not result.broken, f"seed {seed}: {result.text}"
    assert set(result.refused) <= set(KNOWN), f"seed {seed}: {result.text}"


def test_there_are_enough_programs_and_few_that_do_not_run() -> None:
    cells = {group: sum(len(topic.cells) for topic in topics(group)) for group in WITH_PROCESSES}
    assert cells["looks_dangerous"] >= 300
    assert cells["notebooks"] >= 350
    assert len(KNOWN) <= sum(cells.values()) * 0.01
    names = [f"{topic}: {cell.title}" for topic in topics(*WITH_PROCESSES) for cell in topic.cells]
    assert len(names) == len(set(names))
    assert set(KNOWN) <= set(names)


@pytest.mark.parametrize(
    ("kernel", "name", "status"),
    [
        (STRICT, "always", "error"),
        (STRICT, "processes", "error"),
        (PARALLEL, "always", "error"),
        (PARALLEL, "processes", "ok"),
    ],
)
def test_what_is_refused_is_refused_with_an_error(
    kernel: str, name: str, status: Literal["ok", "error"]
) -> None:
    """Programs that need the network, other processes or a place that is closed on purpose."""
    (topic,) = (topic for topic in topics("refused") if topic.name == name)
    other = {
        cell.title: f"{outcome.status} {outcome.error}"
        for cell, outcome in zip(topic.cells, run(topic, kernel), strict=True)
        if outcome.status != status
    }
    assert not other
