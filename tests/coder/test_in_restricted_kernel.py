"""The coder's loop in the kernel that it is made for: what is undone, and what the next attempt learns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from jupyter_agent.coder import Assignment, Task, Words, Workbench, to_conclude, work_on
from jupyter_agent.coder.transcript import to_write
from jupyter_agent.events import AttemptFinished, EventBody, Notice
from jupyter_agent.ids import RunId
from jupyter_agent.kernel.sessions import RestrictedSession
from jupyter_agent.models.scripted import ScriptedModel
from jupyter_agent.protocols import Workspace
from jupyter_agent.settings import Settings
from jupyter_agent.steps import FileChanges, Step, VariableChanges
from tests.kernel.conftest import kernels, kernelspecs, manager, run, session, workspace

__all__ = ["kernels", "kernelspecs", "manager", "session", "workspace"]  # fixtures

QUESTION = "How many orders are there?"
TASK = Task(question=QUESTION, now=datetime(2026, 1, 5, 9, 0, tzinfo=UTC))


async def worked(
    session: RestrictedSession, workspace: Workspace, programs: list[str], *, timeout: float = 60.0
) -> tuple[list[EventBody | Words | Step], list[str]]:
    """What the loop yields when a model writes these programs, and the last words of each prompt."""
    model = ScriptedModel([f"```python\n{code}\n```" for code in programs])
    settings = replace(Settings(data_dir=workspace.folder.parent), review_rounds=0, timeout=timeout)
    bench = Workbench(
        run=RunId("run"), model=model, kernel=session, workspace=workspace.folder, settings=settings
    )
    items = [item async for item in work_on(Assignment(task=TASK, goal=QUESTION), bench)]
    return items, [request.messages[-1].text for request in model.requests]


async def test_the_next_attempt_knows_what_the_kernel_refused(
    session: RestrictedSession, workspace: Workspace
) -> None:
    refused = "import ctypes\nassert ctypes.CDLL(None).socket(2, 1, 0) >= 0, 'no socket'"
    _, (_, told) = await worked(session, workspace, [refused, "print(2)"])
    assert "AssertionError: no socket" in told
    assert "The kernel refused something: The code tried to use the network" in told


async def test_an_answer_is_drawn_knowing_what_the_kernel_refused_of_a_program_that_went_on(
    session: RestrictedSession, workspace: Workspace
) -> None:
    caught = (
        "import ctypes\nfor _ in range(3):\n    reached = ctypes.CDLL(None).socket(2, 1, 0) >= 0\n"
        "print('prices of', 'today' if reached else 'last year')"
    )
    items, _ = await worked(session, workspace, [caught])
    step = items[-1]
    assert isinstance(step, Step)
    assert step.succeeded
    settings = Settings(data_dir=workspace.folder.parent)
    for prompt in (
        to_conclude(TASK, (step,), settings, last=False),
        to_write(Assignment(task=TASK, goal="more", done=(step,)), (), settings),
    ):
        told = prompt[-1].text
        assert "prices of last year" in told
        assert told.count("The kernel refused something: The code tried to use the network") == 1


async def test_the_next_attempt_knows_where_time_ran_out(
    session: RestrictedSession, workspace: Workspace
) -> None:
    slow = "import time\ntotal = 0\nfor n in range(10**6):\n    time.sleep(0.01)\n    total += 1"
    items, (_, told) = await worked(session, workspace, [slow, "print(2)"], timeout=1.0)
    step = items[-1]
    assert isinstance(step, Step)
    assert [attempt.status for attempt in step.attempts] == ["timeout", "ok"]
    assert "Timeout: The code was interrupted after 1 s. The variables are as they were before it." in told
    assert "It happened in line" in told
    assert "- total: int" in told


async def test_the_next_attempt_knows_that_nothing_is_lost_with_the_process(
    session: RestrictedSession, workspace: Workspace
) -> None:
    await run(session, "orders = [1, 2]")
    ending = "import os\norders.append(3)\nif orders:\n    os.abort()"
    items, (_, told) = await worked(session, workspace, [ending, "print(len(orders))"])
    step = items[-1]
    assert isinstance(step, Step)
    assert step.attempts[-1].outputs[0].text == "2\n"  # type: ignore[union-attr]
    assert "The variables are as they were before it." in told
    assert "gone" not in told


async def test_a_program_that_failed_and_was_undone_does_not_run_again(
    session: RestrictedSession, workspace: Workspace
) -> None:
    slow = "import time\ntime.sleep(60)\nprint(2)"
    bad = "print(nothing)"
    programs = [slow, slow, bad, bad, slow]
    items, prompts = await worked(session, workspace, programs, timeout=1.0)
    step = items[-1]
    assert isinstance(step, Step)
    assert [attempt.status for attempt in step.attempts] == [
        "timeout",
        "rejected",
        "error",
        "rejected",
        "rejected",
    ]
    failures = [attempt.failure for attempt in step.attempts]
    assert [failure and failure.error_class for failure in failures] == [
        "timeout",
        "timeout",
        "name-error",
        "name-error",
        "timeout",
    ]
    told = "SameProgram: This is the program that failed before: Timeout: The code was interrupted after 1 s."
    assert prompts[2].count(told) == 1
    assert "The same kind of error (timeout) came back" in prompts[2]
    assert failures[4] == failures[1], "what failed first is what is told"


async def test_an_empty_result_may_be_right_if_a_model_comes_to_it_again(
    session: RestrictedSession, workspace: Workspace
) -> None:
    items, _ = await worked(session, workspace, ["print(None)", "print(None)"])
    step = items[-1]
    assert isinstance(step, Step)
    assert [attempt.status for attempt in step.attempts] == ["error", "ok"]


async def test_a_result_that_is_not_printed_is_shown(
    session: RestrictedSession, workspace: Workspace
) -> None:
    items, _ = await worked(session, workspace, ["result = 6 * 7"])
    step = items[-1]
    assert isinstance(step, Step)
    assert [(attempt.status, attempt.code) for attempt in step.attempts] == [("ok", "result = 6 * 7")]
    assert step.attempts[-1].outputs[0].data["text/plain"] == "42"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("shown", "name"),
    [("", "NoOutput"), ("print(None)", "EmptyResult"), ("print(float('nan'))", "EmptyResult")],
)
async def test_the_next_program_finds_the_kernel_as_it_was(
    session: RestrictedSession, workspace: Workspace, shown: str, name: str
) -> None:
    await run(session, "orders = [1, 2]", label="earlier/1/1")
    first = f"orders.append(3); extra = 7; _ = open('left.txt', 'w').write('x')\n{shown}"
    second = "import os\nprint(len(orders), 'extra' in globals(), os.path.exists('left' + '.txt'))"
    items, (_, told) = await worked(session, workspace, [first, second])

    step = items[-1]
    assert isinstance(step, Step)
    assert [attempt.status for attempt in step.attempts] == ["error", "ok"]
    assert [attempt.rolled_back for attempt in step.attempts] == [True, False]
    assert step.attempts[-1].outputs[0].text == "2 False False\n"  # type: ignore[union-attr]
    rejected = next(item for item in items if isinstance(item, AttemptFinished))
    assert rejected.failure is not None
    assert rejected.failure.name == name
    assert rejected.rolled_back
    assert rejected.files == FileChanges(removed=("left.txt",))
    assert rejected.changes == VariableChanges()
    assert "Nothing that it did is kept" in told
    assert "- extra: int" in told
    assert [point.label for point in await session.points()] == ["earlier/1/1", "run/1/2"]


async def test_what_is_probably_wrong_is_told_though_nothing_was_raised(
    session: RestrictedSession, workspace: Workspace
) -> None:
    code = (
        "import pandas as pd\ndf = pd.read_csv('sales.csv')\nnorth = df[df['region'] == 'north']\n"
        "print(north['price'].sum())"
    )
    items, _ = await worked(session, workspace, [code])
    step = items[-1]
    assert isinstance(step, Step)
    assert step.succeeded, "it is a doubt, not a failure"
    notices = [item.text for item in items if isinstance(item, Notice)]
    assert [error.message for error in step.attempts[-1].silent_errors] == notices
    assert "`north` (line 3)" in notices[0]
    told = to_conclude(TASK, (step,), Settings(data_dir=workspace.folder.parent), last=False)[-1].text
    assert notices[0] in told
    assert "MORE: what to compute instead" in told


async def test_a_failure_is_not_doubted_besides(session: RestrictedSession, workspace: Workspace) -> None:
    empty = "import pandas as pd\ndf = pd.read_csv('sales.csv')\ndf = df[df['price'] > 99]\n"
    items, _ = await worked(session, workspace, [f"{empty}1 / 0", f"{empty}_ = 1", "print(len([]))"])
    step = items[-1]
    assert isinstance(step, Step)
    assert [attempt.silent_errors for attempt in step.attempts] == [(), (), ()]
    assert [item for item in items if isinstance(item, Notice)] == []
