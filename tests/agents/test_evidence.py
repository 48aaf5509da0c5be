"""Numbers that no output shows are found; rounded ones, percentages and small counts are not."""

from __future__ import annotations

import time

import pytest

from jupyter_agent.agents.evidence import unsupported

OUTPUT = "North    15.046512\nSouth   -30.250000\n2024-03  12345.678\nshare 0.154\ndf[df.a > 25]"


@pytest.mark.parametrize(
    "answer",
    [
        "North has **15.046512**.",
        "North has 15.05, about 15.",
        "South has -30.25, a loss of 30.25.",
        "In 2024-03 it was 12,345.68.",
        "The share is 15.4%, or 0.15.",
        "Of the 3 regions, 2 are above 25.",
        "No numbers.",
        "Column x2 and v1.5b are names.",
    ],
)
def test_numbers_of_the_outputs_are_supported(answer: str) -> None:
    assert unsupported(answer, OUTPUT) == ()


@pytest.mark.parametrize(
    ("answer", "invented"),
    [
        ("North has 15.06.", ("15.06",)),
        ("In all 99, and again 99, of 1,000.5.", ("99", "1,000.5")),
        ("It fell by 31.25.", ("31.25",)),
    ],
)
def test_invented_numbers_are_found(answer: str, invented: tuple[str, ...]) -> None:
    assert unsupported(answer, OUTPUT) == invented


def test_an_output_as_large_as_may_be_is_looked_through_once() -> None:
    output = "\n".join(str(number) for number in range(1, 300_000))
    invented = tuple(f"{number}.25" for number in range(100, 500))
    began = time.thread_time()
    assert unsupported(f"{' and '.join(invented)}, but 299999 is true", output) == invented
    assert time.thread_time() - began < 10
