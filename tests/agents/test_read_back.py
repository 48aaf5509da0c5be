"""What the agents had in their hands is what a trajectory reads back from their events."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from jupyter_agent.agents import Toolbox, Turn, answer
from jupyter_agent.agents.plan import Plan
from jupyter_agent.coder import Assignment, Task, Words, Workbench, to_adapt, to_conclude, work_on
from jupyter_agent.events import EventBody
from jupyter_agent.models.scripted import ScriptedModel
from jupyter_agent.steps import PlannedStep, Step
from jupyter_agent.trajectory import trajectory
from tests.stored import stored

Make = Callable[..., tuple[Toolbox, ScriptedModel]]

MEANS = """```python
import pandas as pd
means = pd.read_csv('sales.csv').groupby('region')['price'].mean()
print(means)
```"""
MERGE = """```python
import pandas as pd
sales = pd.read_csv('sales.csv')
print(sales[sales.region == 'West'])
```"""
WRONG = "```python\nprint(means['West'])\n```"
HIGHEST = "```python\nprint(means.idxmax())\n```"
PLAN = json.dumps({"steps": [{"goal": "Mean price", "criterion": "two"}, {"goal": "West's mean"}]})
FINE, BETTER = '{"ok": true, "problem": ""}', '{"ok": false, "problem": "No mean."}'
KEEP = '{"keep": true}'
ANSWER = "The highest mean price is **30.0**, in South."


def task_of(turn: Turn, plan: str = "") -> Task:
    return Task(question=turn.question, profiles=turn.profiles, now=turn.now, plan=plan)


@pytest.mark.parametrize(
    "programs",
    [
        [MEANS],
        [WRONG, MEANS],
        [WRONG, WRONG],
        ["```python\nprint(\n```", MEANS],
        ["It is 15.", MEANS],
        [MERGE],
    ],
)
async def test_a_step_is_read_back_as_it_was(programs: list[str], turn: Turn, toolbox: Make) -> None:
    first, *others = programs
    answers = [first, *(text for program in others for text in (program, FINE))]
    tools, model = toolbox(answers, review_rounds=1, max_attempts=len(programs))
    bench = Workbench(
        run=tools.run, model=model, kernel=tools.kernel, workspace=tools.workspace, settings=tools.settings
    )
    planned = PlannedStep(goal="Mean price", approach="groupby", criterion="two", status="working")
    assignment = Assignment(
        task=task_of(turn), goal="Mean price", planned=planned, missing=("Load the data",), taken=2
    )
    items = [item async for item in work_on(assignment, bench)]
    step = items.pop()
    assert isinstance(step, Step)
    assert step.attempts
    bodies: list[EventBody] = [item for item in items if not isinstance(item, Step | Words)]
    assert trajectory(stored(bodies)).steps == (step,)


async def test_the_prompts_of_react_can_be_made_again(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox(
        [WRONG, MEANS, BETTER, MEANS, "MORE: the highest", HIGHEST, ANSWER], review_rounds=1
    )
    found = trajectory(stored([body async for body in answer(turn, tools)]))
    assert [len(step.attempts) for step in found.steps] == [2, 1]
    assert [review.approved for review in found.taken[0].attempts[1].reviews] == [False]
    again = to_conclude(task_of(turn), found.steps, tools.settings, last=False)
    assert model.requests[-1].messages == again


async def test_the_prompts_of_a_plan_can_be_made_again(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox([PLAN, MEANS, KEEP, WRONG, WRONG, ANSWER], max_attempts=2)
    bodies = [body async for body in answer(replace(turn, agent_type="plan_execute"), tools)]
    found = trajectory(stored(bodies))
    assert [step.status for step in found.plan] == ["done", "failed"]
    task = task_of(turn, Plan(found.first_plan).to_text())
    done, failed = found.steps
    adapting = to_adapt(task, (done,), found.plan[1:], tools.settings, most=tools.settings.max_steps - 1)
    assert model.requests[2].messages == adapting
    concluding = to_conclude(task, (done,), tools.settings, last=True, failed=(failed,))
    assert model.requests[-1].messages == concluding
