"""Ordinary programs run in the restricted kernel as they do in plain ipykernel.

A sample of them does here, another one each time; `python -m tests.kernel.programs` runs all.
"""

from __future__ import annotations

import random
import secrets
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kernel.conftest import STRICT
from tests.kernel.programs.cells import GROUPS, Topic, topics
from tests.kernel.programs.report import report
from tests.kernel.programs.runner import Outcome, compare, run

SAMPLE = 400
"""Cells: about a minute."""
KNOWN: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "programs" / "differences.toml").read_text("utf-8")
)
"""Cells that do not run in the restricted kernel, each with the reason."""


def sample(seed: int) -> list[Topic]:
    """Topics in a random order until they have enough cells."""
    chosen: list[Topic] = []
    for topic in random.Random(seed).sample(topics(*GROUPS), k=len(topics(*GROUPS))):
        if sum(len(t.cells) for t in chosen) < SAMPLE:
            chosen.append(topic)
    return chosen


@pytest.mark.timeout(900)
def test_a_sample_of_programs_runs(
    capsys: pytest.CaptureFixture[str], record_property: Callable[[str, object], None]
) -> None:
    seed = secrets.randbelow(10_000)
    record_property("seed", seed)
    result = report([c for topic in sample(seed) for c in compare(topic, STRICT)])
    with capsys.disabled():
        sys.stdout.write(f"\nprograms, seed {seed}: {result.text}\n")
    assert not result.broken, f"seed {seed}: {result.text}"
    assert set(result.refused) <= set(KNOWN), f"seed {seed}: {result.text}"


def test_there_are_enough_programs_and_few_that_do_not_run() -> None:
    cells = {group: sum(len(topic.cells) for topic in topics(group)) for group in GROUPS}
    assert cells["looks_dangerous"] >= 300
    assert cells["notebooks"] >= 350
    assert len(KNOWN) <= sum(cells.values()) * 0.01
    names = [f"{topic}: {cell.title}" for topic in topics(*GROUPS) for cell in topic.cells]
    assert len(names) == len(set(names))
    assert set(KNOWN) <= set(names)


@pytest.mark.parametrize("topic", topics("refused"), ids=str)
def test_what_is_refused_is_refused_with_an_error(topic: Topic) -> None:
    """Programs that need the network, another process or a place that is closed on purpose."""
    expected = [Outcome(status="error")] * len(topic.cells)
    assert [Outcome(status=outcome.status) for outcome in run(topic, STRICT)] == expected
