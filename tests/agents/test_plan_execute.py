"""The loop that plans: what it does with the plan, with steps that fail, and with an adapted plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from jupyter_agent.agents import Toolbox, Turn, answer
from jupyter_agent.agents.plan_execute import NO_PLAN, ONE_MORE, TOO_LONG
from jupyter_agent.errors import ModelUnavailable, OutOfBudget
from jupyter_agent.events import AnswerGiven, EventBody, Notice, Planned, StepStarted
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel
from tests.agents.conftest import given

Make = Callable[..., tuple[Toolbox, ScriptedModel]]

PLAN = json.dumps(
    {
        "steps": [
            {"goal": "Mean price", "approach": "groupby", "criterion": "two regions"},
            {"goal": "Highest mean", "approach": "idxmax", "criterion": "one region"},
        ]
    }
)
MEANS = """```python
import pandas as pd
means = pd.read_csv('sales.csv').groupby('region')['price'].mean()
print(means)
```"""
HIGHEST = "```python\nprint(means.idxmax())\n```"
FAILS = "```python\nraise RuntimeError('no')\n```"
COUNT = "```python\nprint(len(means))\n```"
KEEP = '{"keep": true}'
ANSWER = "The highest mean price is **30.0**, in South."


@pytest.fixture
def planning(turn: Turn) -> Turn:
    return replace(turn, agent_type="plan_execute")


async def asked(turn: Turn, toolbox: Toolbox) -> list[EventBody]:
    return [body async for body in answer(turn, toolbox)]


LETTERS = {"waiting": ".", "working": "w", "done": "d", "failed": "f", "left-out": "l"}


def statuses(bodies: list[EventBody]) -> list[str]:
    """Each plan that was shown, with a letter for each step's status."""
    plans = [body for body in bodies if isinstance(body, Planned)]
    return ["".join(LETTERS[step.status] for step in plan.steps) for plan in plans]


def reasons(bodies: list[EventBody]) -> list[str]:
    return [body.reason for body in bodies if isinstance(body, Planned) and body.reason]


async def test_a_plan_is_carried_out_and_answered(planning: Turn, toolbox: Make) -> None:
    tools, model = toolbox([PLAN, MEANS, KEEP, HIGHEST, ANSWER])
    bodies = await asked(planning, tools)
    assert given(bodies) == ANSWER
    assert statuses(bodies) == ["..", "w.", "d.", "dw", "dd"]
    assert [b.goal for b in bodies if isinstance(b, StepStarted)] == ["Mean price", "Highest mean"]
    assert reasons(bodies) == []
    writing = model.requests[1].messages[-1].text
    assert all(part in writing for part in ("Step: Mean price", "groupby", "two regions"))
    assert model.requests[0].messages[-1].text.startswith('File "sales.csv"')


async def test_the_answer_to_a_plan_leads_to_its_steps(planning: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([PLAN, FAILS, MEANS, "The mean is 15.0 in North. South is dearer."], max_attempts=1)
    last = (await asked(planning, tools))[-1]
    assert isinstance(last, AnswerGiven)
    assert [(one.step, one.derivation) for one in last.evidence] == [(2, "shown"), (2, "named")]


async def test_prompts_only_grow(planning: Turn, toolbox: Make) -> None:
    tools, model = toolbox([PLAN, MEANS, KEEP, HIGHEST, ANSWER])
    await asked(planning, tools)
    plan, first, adapt, second, conclude = (request.messages for request in model.requests)
    assert first[: len(plan)] == plan
    assert adapt[: len(first)] == second[: len(first)] == first
    assert conclude[: len(second)] == second
    assert adapt[:-1] == second[: len(adapt) - 1]


@pytest.mark.parametrize("text", ["I would rather not.", "", '{"steps": []}'])
async def test_without_a_plan_it_is_one_step(text: str, planning: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([text or " ", MEANS, ANSWER])
    bodies = await asked(planning, tools)
    assert next(b.text for b in bodies if isinstance(b, Notice)) == NO_PLAN
    assert [b.goal for b in bodies if isinstance(b, StepStarted)] == [planning.question]
    assert given(bodies) == ANSWER


async def test_the_plan_adapts(planning: Turn, toolbox: Make) -> None:
    changed = json.dumps({"keep": False, "reason": "only two", "steps": [{"goal": "Count them"}]})
    tools, _ = toolbox([PLAN, MEANS, changed, COUNT, "There are 2 means."])
    bodies = await asked(planning, tools)
    assert [b.goal for b in bodies if isinstance(b, StepStarted)] == ["Mean price", "Count them"]
    assert reasons(bodies) == ["only two"]
    last = [b for b in bodies if isinstance(b, Planned)][-1]
    assert [(s.goal, s.status) for s in last.steps] == [
        ("Mean price", "done"),
        ("Highest mean", "left-out"),
        ("Count them", "done"),
    ]


async def test_the_rest_of_a_plan_can_turn_out_needless(planning: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([PLAN, MEANS, '{"keep": false, "reason": "all is there", "steps": []}', ANSWER])
    bodies = await asked(planning, tools)
    assert statuses(bodies)[-1] == "dl"
    assert given(bodies) == ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        '{"keep": "no"}',
        '{"keep": false}',
        '{"keep": false, "reason": 5, "steps": 7, "more": {}}',
        '{"keep": false, "reason": "?", "steps": [7, {}, null]}',
        json.dumps({"keep": False, "reason": "the same", "steps": json.loads(PLAN)["steps"][1:]}),
    ],
)
async def test_what_is_no_change_changes_nothing(text: str, planning: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([PLAN, MEANS, text, HIGHEST, ANSWER])
    bodies = await asked(planning, tools)
    assert [b.goal for b in bodies if isinstance(b, StepStarted)] == ["Mean price", "Highest mean"]
    assert reasons(bodies) == []
    assert isinstance(bodies[-1], AnswerGiven)


async def test_a_step_that_was_done_is_not_done_again(planning: Turn, toolbox: Make) -> None:
    steps = [{"goal": "mean  PRICE."}, {"goal": "Highest mean"}]
    again = json.dumps({"keep": False, "reason": "again", "steps": steps})
    tools, _ = toolbox([PLAN, MEANS, again, HIGHEST, ANSWER])
    bodies = await asked(planning, tools)
    assert [b.goal for b in bodies if isinstance(b, StepStarted)] == ["Mean price", "Highest mean"]


async def test_a_step_that_fails_is_told_to_the_plan_and_to_the_answer(planning: Turn, toolbox: Make) -> None:
    three = json.loads(PLAN)
    three["steps"].append({"goal": "Count", "approach": "len", "criterion": "2"})
    script = [json.dumps(three), MEANS, KEEP, FAILS, KEEP, COUNT, "2; the rest failed."]
    tools, model = toolbox(script, max_attempts=1)
    bodies = await asked(planning, tools)
    assert statuses(bodies)[-1] == "dfd"
    assert [b.step for b in bodies if isinstance(b, StepStarted)] == [1, 2, 3]
    adapting, counting, concluding = (model.requests[number].messages[-1].text for number in (4, 5, 6))
    assert "This failed for good: Highest mean (RuntimeError: no)." in adapting
    assert "This step failed, and none of its variables are there: Highest mean" in counting
    assert "This failed for good: Highest mean (RuntimeError: no)." in concluding
    assert given(bodies) == "2; the rest failed."


async def test_a_failed_step_that_is_replaced_is_not_held_against_the_answer(
    planning: Turn, toolbox: Make
) -> None:
    three = json.loads(PLAN)
    three["steps"].append({"goal": "Count", "approach": "len", "criterion": "2"})
    other = '{"keep": false, "reason": "simpler", "steps": [{"goal": "Sort them"}]}'
    tools, model = toolbox([json.dumps(three), MEANS, KEEP, FAILS, other, HIGHEST, ANSWER], max_attempts=1)
    bodies = await asked(planning, tools)
    assert statuses(bodies)[-1] == "dfld"
    assert "failed for good" not in model.requests[-1].messages[-1].text


async def test_all_that_failed_is_told(planning: Turn, toolbox: Make) -> None:
    four = json.dumps({"steps": [{"goal": goal} for goal in ("Mean price", "A", "B", "Count")]})
    other = '{"keep": false, "reason": "enough", "steps": [{"goal": "Number"}]}'
    script = [four, MEANS, KEEP, FAILS, KEEP, FAILS, KEEP, COUNT, ANSWER]
    tools, model = toolbox(script, max_attempts=1)
    assert statuses(await asked(planning, tools))[-1] == "dffd"
    concluding = model.requests[-1].messages[-1].text
    assert "failed for good: A (" in concluding
    assert "failed for good: B (" in concluding
    # A plan that changes after a step that went well does not make up for one that failed before.
    five = json.dumps({"steps": [{"goal": goal} for goal in ("Mean price", "A", "Count", "More")]})
    tools, model = toolbox([five, MEANS, KEEP, FAILS, KEEP, COUNT, other, COUNT, ANSWER], max_attempts=1)
    assert statuses(await asked(planning, tools))[-1] == "dfdld"
    assert "failed for good: A (" in model.requests[-1].messages[-1].text


async def test_what_comes_after_a_first_step_that_failed_is_tried(planning: Turn, toolbox: Make) -> None:
    tools, model = toolbox([PLAN, FAILS, MEANS, ANSWER], max_attempts=1)
    bodies = await asked(planning, tools)
    assert statuses(bodies)[-1] == "fd"
    assert [b.step for b in bodies if isinstance(b, StepStarted)] == [1, 2]
    assert "none of its variables are there: Mean price" in model.requests[2].messages[-1].text
    assert given(bodies) == ANSWER


async def test_another_approach_is_a_change(planning: Turn, toolbox: Make) -> None:
    same = '{"keep": false, "reason": "simpler", "steps": [{"goal": "Highest mean", "approach": "sort"}]}'
    tools, model = toolbox([PLAN, MEANS, same, HIGHEST, ANSWER])
    bodies = await asked(planning, tools)
    assert reasons(bodies) == ["simpler"]
    assert statuses(bodies)[-1] == "dd"
    assert "Approach: sort" in model.requests[3].messages[-1].text


async def test_a_long_error_is_cut(planning: Turn, toolbox: Make) -> None:
    long = "```python\nraise ValueError('x' * 15_000)\n```"
    three = json.dumps({"steps": [{"goal": goal} for goal in ("Mean price", "A", "Count")]})
    tools, model = toolbox([three, MEANS, KEEP, long, KEEP, COUNT, ANSWER], max_attempts=1)
    await asked(planning, tools)
    assert all(len(model.requests[number].messages[-1].text) < 3_000 for number in (4, 6))


async def test_nothing_is_answered_from_nothing(planning: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([PLAN, FAILS, FAILS], max_attempts=1)
    with pytest.raises(OutOfBudget, match="No program worked"):
        await asked(planning, tools)


async def test_where_the_first_two_steps_fail_the_rest_is_not_tried(planning: Turn, toolbox: Make) -> None:
    four = json.dumps({"steps": [{"goal": goal} for goal in ("Mean price", "A", "B", "Count")]})
    tools, model = toolbox([four, FAILS, FAILS, *[MEANS] * 3], max_attempts=1)
    with pytest.raises(OutOfBudget, match="No program worked"):
        await asked(planning, tools)
    assert len(model.requests) == 3


async def test_a_plan_that_is_too_long_is_said_to_be_cut(planning: Turn, toolbox: Make) -> None:
    long = json.dumps({"steps": [{"goal": f"Part {number}"} for number in range(20)]})
    tools, _ = toolbox([long, MEANS, KEEP, HIGHEST, ANSWER], max_steps=2)
    bodies = await asked(planning, tools)
    assert [b.text for b in bodies if isinstance(b, Notice)] == [TOO_LONG.format(steps=20, most=2)]
    assert statuses(bodies)[-1] == "dd"
    assert given(bodies) == ANSWER


async def test_one_more_result_for_the_answer(planning: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([PLAN, MEANS, KEEP, HIGHEST, "MORE: count the means", COUNT, ANSWER])
    bodies = await asked(planning, tools)
    assert reasons(bodies) == [ONE_MORE]
    assert [b.goal for b in bodies if isinstance(b, StepStarted)][-1] == "count the means"
    assert statuses(bodies)[-1] == "ddd"


async def test_no_more_steps_than_may_be(planning: Turn, toolbox: Make) -> None:
    endless = '{"keep": false, "reason": "and on", "steps": [{"goal": "one %d"}, {"goal": "more %d"}]}'
    script = iter(range(1_000))

    def answers(request: object) -> str:
        text = str(getattr(request, "messages")[-1].text)  # noqa: B009 - any request
        number = next(script)
        if "Make a plan first" in text:
            return PLAN
        if "Does the plan still fit" in text:
            return endless % (number, number)
        return ANSWER if "Answer" in text else f"```python\nprint({number})\n```"

    tools, model = toolbox(answers, max_steps=3)
    bodies = await asked(planning, tools)
    assert len([b for b in bodies if isinstance(b, StepStarted)]) == 3
    assert statuses(bodies)[-1] == "dldld"
    assert given(bodies) == ANSWER
    assert len(model.requests) == 1 + 3 + 2 + 1


async def test_a_model_that_dies_while_it_plans_ends_the_run(planning: Turn, toolbox: Make) -> None:
    gone = ModelUnavailable("The model is gone.", "Start it.")
    tools, _ = toolbox([ScriptedAnswer(text='{"steps"', error=gone)])
    with pytest.raises(ModelUnavailable):
        await asked(planning, tools)


async def test_one_that_fails_to_look_at_the_plan_leaves_it_as_it_is(planning: Turn, toolbox: Make) -> None:
    gone = ModelUnavailable("The model is gone.", "Start it.")
    tools, _ = toolbox([PLAN, MEANS, ScriptedAnswer(text='{"keep"', error=gone), HIGHEST, ANSWER])
    bodies = await asked(planning, tools)
    assert statuses(bodies)[-1] == "dd"
    assert given(bodies) == ANSWER
