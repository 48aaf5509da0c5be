"""Programs that ran but showed nothing leave nothing behind, in the kernel that can undo them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from jupyter_agent.coder import Assignment, Task, Workbench, work_on
from jupyter_agent.events import AttemptFinished
from jupyter_agent.ids import RunId
from jupyter_agent.kernel.sessions import RestrictedSession
from jupyter_agent.models.scripted import ScriptedModel
from jupyter_agent.protocols import Workspace
from jupyter_agent.settings import Settings
from jupyter_agent.steps import FileChanges, Step, VariableChanges
from tests.kernel.conftest import kernels, kernelspecs, manager, run, session, workspace

__all__ = ["kernels", "kernelspecs", "manager", "session", "workspace"]  # fixtures

QUESTION = "How many orders are there?"


@pytest.mark.parametrize(
    ("shown", "name"),
    [("", "NoOutput"), ("print([])", "EmptyResult"), ("print(float('nan'))", "EmptyResult")],
)
async def test_the_next_program_finds_the_kernel_as_it_was(
    session: RestrictedSession, workspace: Workspace, shown: str, name: str
) -> None:
    await run(session, "orders = [1, 2]", label="earlier/1/1")
    first = f"orders.append(3); extra = 7; _ = open('left.txt', 'w').write('x')\n{shown}"
    second = "import os\nprint(len(orders), 'extra' in globals(), os.path.exists('left' + '.txt'))"
    model = ScriptedModel([f"```python\n{code}\n```" for code in (first, second)])
    settings = replace(Settings(data_dir=workspace.folder.parent), review_rounds=0, timeout=60)
    bench = Workbench(
        run=RunId("run"), model=model, kernel=session, workspace=workspace.folder, settings=settings
    )
    task = Task(question=QUESTION, now=datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
    items = [item async for item in work_on(Assignment(task=task, goal=QUESTION), bench)]

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
    told = model.requests[1].messages[-1].text
    assert "Nothing that it did is kept" in told
    assert "- extra: int" in told
    assert [point.label for point in await session.points()] == ["earlier/1/1", "run/1/2"]
