"""What outcomes add up to, and how sure it says that is."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from jupyter_agent.evaluation.expected import Number
from jupyter_agent.evaluation.judge import SOLVED, Verdict
from jupyter_agent.evaluation.outcome import Arm, Outcome, outcome_of
from jupyter_agent.evaluation.report import as_text, mean, median, report_on
from jupyter_agent.evaluation.suite import Case
from jupyter_agent.events import (
    AnswerGiven,
    AttemptFinished,
    AttemptStarted,
    Blocked,
    EventBody,
    RunFinished,
    StepStarted,
    Usage,
)
from jupyter_agent.steps import Block, VariableChanges
from jupyter_agent.trajectory import Trajectory, trajectory
from tests.stored import stored

CASE = Case(id="a", question="How many?", files=(), expected=Number(3), level="easy")
CHANGES = VariableChanges(added=("new",), changed=("total",), removed=("df",))


def run_of(*bodies: EventBody) -> Trajectory:
    return trajectory(stored(bodies))


def outcome(name: str, arm: Arm, *, solved: bool, seconds: float) -> Outcome:
    verdict = SOLVED if solved else Verdict("wrong", "it does not state 3")
    bodies = (AnswerGiven(text="3"), RunFinished(status="completed", duration=seconds))
    case = replace(CASE, id=name, level="easy" if name < "c" else "hard")
    return outcome_of(case, arm, run_of(*bodies), verdict, seconds=seconds, late=False)


def finished(**changes: object) -> AttemptFinished:
    plain = AttemptFinished(step=1, attempt=1, status="error", duration=0.1, changes=CHANGES)
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_an_outcome_is_what_the_events_tell() -> None:
    bodies = (
        StepStarted(step=1, goal="Count"),
        AttemptStarted(step=1, attempt=1, code="1"),
        Blocked(step=1, attempt=1, block=Block("network", "No network.")),
        Blocked(step=1, attempt=1, block=Block("network", "No network.")),
        Blocked(step=1, attempt=1, block=Block("path", "No such path.")),
        finished(),
        AttemptStarted(step=1, attempt=2, code="1"),
        finished(attempt=2, rolled_back=True),
        AttemptStarted(step=1, attempt=3, code="1"),
        finished(attempt=3, status="ok"),
        AnswerGiven(text="Three."),
        RunFinished(
            status="completed", duration=2, usage=Usage(calls=4, prompt_tokens=50, completion_tokens=6)
        ),
    )
    made = outcome_of(CASE, "baseline", run_of(*bodies), Verdict("wrong", "why"), seconds=2.5, late=False)
    assert (made.steps, made.attempts, made.failed_attempts) == (1, 3, 2)
    assert (made.calls, made.prompt_tokens, made.completion_tokens, made.seconds) == (4, 50, 6, 2.5)
    assert json.loads(json.dumps(asdict(made)))["blocked"] == {"network": 2, "path": 1}
    assert made.left_changed == ("total", "df")  # of the one that failed and was not undone
    assert (made.result, made.reason, made.answer, made.status) == ("wrong", "why", "Three.", "completed")


def test_a_run_without_an_answer_says_why() -> None:
    end = RunFinished(status="failed", duration=1, message="No program worked.")
    failed = outcome_of(CASE, "product", run_of(end), None, seconds=1, late=False)
    assert (failed.result, failed.reason, failed.status) == ("no-answer", "No program worked.", "failed")
    late = outcome_of(CASE, "product", run_of(end), None, seconds=1, late=True)
    assert (late.result, late.reason, late.status) == ("no-answer", "no answer in time", "out-of-time")


def test_an_interval_covers_the_value_and_is_the_same_for_a_seed() -> None:
    values = [1.0] * 60 + [0.0] * 40
    share = mean(values, 0)
    assert share.value == pytest.approx(0.6)
    # The normal approximation: 0.6 ± 1.96 · √(0.6 · 0.4 / 100)
    assert share.low == pytest.approx(0.504, abs=0.02)
    assert share.high == pytest.approx(0.696, abs=0.02)
    assert mean(values, 0) == share
    assert mean([*range(1000)], 1) != mean([*range(1000)], 0)
    assert median([1, 2, 100], 0).value == 2


def test_differences_are_of_pairs_only() -> None:
    outcomes = [
        outcome("a", "product", solved=True, seconds=2),
        outcome("a", "baseline", solved=False, seconds=5),
        outcome("b", "baseline", solved=True, seconds=4),
        outcome("b", "product", solved=True, seconds=2),
        outcome("c", "product", solved=False, seconds=99),  # stopped before its other half
    ]
    report = report_on(outcomes, 0)
    assert report.pairs == 2
    assert report.differences["solved"].value == 0.5
    assert report.differences["seconds"].value == -2.5
    product = report.arms["product"]
    assert (product.questions, product.solved) == (3, 2)
    assert product.levels == {"easy": (2, 2), "hard": (0, 1)}
    assert product.results == {"unclear": 0, "wrong": 1, "no-answer": 0}


def test_the_text_holds_what_a_person_wants_to_know() -> None:
    outcomes = [
        outcome("a", "product", solved=True, seconds=2),
        outcome("a", "baseline", solved=False, seconds=5.5),
    ]
    text = as_text(report_on(outcomes, 7), outcomes)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[:4] == [
        "product baseline",
        "solved 1 of 1 0 of 1",
        "100 % (100 to 100) 0 % (0 to 0)",
        "easy 1 of 1 0 of 1",
    ]
    assert "seconds, median 2 (2 to 2) 5.5 (5.5 to 5.5)" in lines
    assert "left changed by failures 0 0" in lines
    assert "product − baseline, pairs: 1" in lines
    assert "solved +100 points (+100 to +100)" in lines
    assert "95 % intervals: 2,000 bootstrap samples, seed 7." in lines
    assert "Where all or none are solved, a bootstrap cannot tell how sure that is." in lines
    assert lines[-1] == "a (baseline): wrong: it does not state 3"
    alone = as_text(report_on(outcomes[:1], 7), outcomes[:1])
    assert "baseline" not in alone
    assert "Not solved" not in alone
