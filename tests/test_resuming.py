"""Plans that are taken up again: with what is done, as they were or as a person wants them."""

from __future__ import annotations

import json

import pytest

from jupyter_agent.agents.plan_execute import GONE as GONE_TEXT
from jupyter_agent.compose import Services
from jupyter_agent.errors import Busy, InputRefused, ModelUnavailable, NotFound
from jupyter_agent.events import AnswerGiven, Event, Notice, Planned, RunStarted, StepStarted
from jupyter_agent.ids import OWNER, ConversationId, RunId, UserId
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel, ScriptedModels
from jupyter_agent.protocols import ChosenModels
from jupyter_agent.run import Question
from jupyter_agent.steps import PlannedStep
from tests.turns import Start, ask, bodies, converse, end, printed, program, until

PLAN = json.dumps({"steps": [{"goal": goal} for goal in ("Load", "Sum", "Mean")]})
LOAD = program("import pandas as pd\ntable = pd.read_csv('sales.csv')\nprint(len(table))")
SUM = program("total = int(table['price'].sum())\nprint(total)")
MEAN = program("print(table['price'].mean())")
KEEP = json.dumps({"keep": True})
GONE = ScriptedAnswer(text="", error=ModelUnavailable("The model is gone.", "Start it."))
LETTERS = {"waiting": ".", "working": "w", "done": "d", "failed": "f", "left-out": "l"}


def plan_of(events: list[Event], which: int = -1) -> str:
    steps = bodies(events, Planned)[which].steps
    return " ".join(f"{step.goal}:{LETTERS[step.status]}" for step in steps)


async def broken_off(services: Services) -> tuple[ConversationId, list[Event]]:
    """A plan whose run fails after the first step."""
    conversation, _ = await converse(services)
    question = Question(text="The sum and the mean?", agent_type="plan_execute")
    await services.runner.start(OWNER, conversation, question)
    events = await until(services, conversation, "run-finished")
    assert (end(events).status, plan_of(events)) == ("failed", "Load:d Sum:w Mean:.")
    return conversation, events


async def resumed(
    services: Services, conversation: ConversationId, before: list[Event], *steps: str
) -> list[Event]:
    wanted = [PlannedStep(goal=step) for step in steps] or None
    await services.runner.resume(OWNER, conversation, before[-1].run_id, wanted)
    return await until(services, conversation, "run-finished", before[-1].sequence)


async def test_it_goes_on_where_it_broke_off(started: Start) -> None:
    model = ScriptedModel([PLAN, LOAD, KEEP, GONE, SUM, KEEP, MEAN, "60 and 20.0."])
    services = await started(ScriptedModels(model))
    conversation, before = await broken_off(services)

    events = await resumed(services, conversation, before)

    assert end(events).status == "completed"
    assert printed(events) == "60\n20.0\n", "the table is still there"
    (began,) = bodies(events, RunStarted)
    assert (began.question, began.resumes, began.done) == (
        "The sum and the mean?",
        before[-1].run_id,
        (1,),
    )
    assert plan_of(events, 0) == "Load:d Sum:. Mean:."
    assert plan_of(events) == "Load:d Sum:d Mean:d"
    assert [body.step for body in bodies(events, StepStarted)] == [2, 3]
    assert bodies(events, AnswerGiven)[-1].text == "60 and 20.0."
    said = "\n".join(message.text for message in model.requests[4].messages)
    assert LOAD in said, "the model sees what is done"
    assert said.count("The sum and the mean?") == 1


async def test_it_goes_on_as_the_person_wants_it(started: Start) -> None:
    model = ScriptedModel([PLAN, LOAD, KEEP, GONE, MEAN, KEEP, SUM, "20.0 and 60."])
    services = await started(ScriptedModels(model))
    conversation, before = await broken_off(services)

    events = await resumed(services, conversation, before, "Mean", "Sum of the North")

    assert plan_of(events, 0) == "Load:d Sum:l Mean:. Sum of the North:."
    assert [body.goal for body in bodies(events, StepStarted)] == ["Mean", "Sum of the North"]
    shown = "\n".join(message.text for message in model.requests[4].messages)
    assert '"Sum"' not in shown, "what is left out is not in the plan that the model sees"


async def test_it_can_be_taken_up_again_and_again(started: Start) -> None:
    model = ScriptedModel([PLAN, LOAD, KEEP, GONE, SUM, KEEP, GONE, MEAN, "60 and 20.0."])
    services = await started(ScriptedModels(model))
    conversation, first = await broken_off(services)
    second = await resumed(services, conversation, first)
    assert plan_of(second) == "Load:d Sum:d Mean:w"

    third = await resumed(services, conversation, second)

    assert bodies(third, RunStarted)[0].done == (1, 2)
    assert [body.step for body in bodies(third, StepStarted)] == [3]
    shown = "\n".join(message.text for message in model.requests[-1].messages)
    assert LOAD in shown
    assert SUM in shown


async def test_what_was_stopped_goes_on_with_the_step_that_was_cut_off(started: Start) -> None:
    endless = program("table = None\nimport time\nprint('begun', flush=True)\ntime.sleep(600)")
    services = await started(
        ScriptedModels(ScriptedModel([PLAN, LOAD, KEEP, endless, SUM, KEEP, MEAN, "60 and 20.0."]))
    )
    conversation, _ = await converse(services)
    question = Question(text="The sum and the mean?", agent_type="plan_execute")
    await services.runner.start(OWNER, conversation, question)
    looked = await until(services, conversation, "step-finished")
    await until(services, conversation, "output", looked[-1].sequence)
    await services.runner.stop(OWNER, conversation)
    before = await until(services, conversation, "run-finished")

    events = await resumed(services, conversation, before)

    assert printed(events) == "60\n20.0\n"
    # No two steps of what answers a question have the same number.
    assert [body.step for body in bodies(events, StepStarted)] == [3, 4]


async def test_a_step_that_was_taken_back_is_done_again(started: Start) -> None:
    model = ScriptedModel([PLAN, LOAD, KEEP, GONE, LOAD, KEEP, SUM, KEEP, MEAN, "60 and 20.0."])
    services = await started(ScriptedModels(model))
    conversation, before = await broken_off(services)
    await services.kernel_states.rewind(OWNER, conversation, before[-1].run_id, 1, 1)
    events = await until(services, conversation, "rewound", before[-1].sequence)

    await services.runner.resume(OWNER, conversation, before[-1].run_id)

    after = await until(services, conversation, "run-finished", events[-1].sequence)
    assert plan_of(after, 0) == "Load:. Sum:. Mean:."
    assert [body.step for body in bodies(after, StepStarted)] == [2, 3, 4]


async def test_what_cannot_be_taken_up_is_refused(started: Start) -> None:
    slow = ScriptedAnswer(text=PLAN, delay=0.2)
    script: list[str | ScriptedAnswer] = [PLAN, LOAD, KEEP, GONE, program("print(1)"), "One.", slow]
    services = await started(ScriptedModels(ScriptedModel(script)))
    conversation, before = await broken_off(services)
    run = before[-1].run_id
    resume = services.runner.resume

    for steps in ([], [PlannedStep(goal=" ")], [PlannedStep(goal="x" * 401)], [PlannedStep(goal="x")] * 7):
        with pytest.raises(InputRefused):
            await resume(OWNER, conversation, run, steps)
    with pytest.raises(NotFound):
        await resume(UserId("somebody else"), conversation, run)
    with pytest.raises(NotFound):
        await resume(OWNER, conversation, RunId("0" * 32))
    other, _ = await converse(services)
    with pytest.raises(NotFound):
        await resume(OWNER, other, run)
    assert (await services.store.last_sequences([conversation]))[conversation] == before[-1].sequence

    asked = await ask(services, conversation, "And one?", after=before[-1].sequence)
    with pytest.raises(InputRefused, match="Something else was asked"):
        await resume(OWNER, conversation, run)
    with pytest.raises(InputRefused, match="no plan"):
        await resume(OWNER, conversation, asked[-1].run_id)
    question = Question(text="Again.", agent_type="plan_execute")
    under_way = await services.runner.start(OWNER, conversation, question)
    with pytest.raises(Busy):
        await resume(OWNER, conversation, under_way)


async def test_a_plan_that_is_done_needs_another_step(started: Start) -> None:
    only = json.dumps({"steps": [{"goal": "Load"}]})
    services = await started(ScriptedModels(ScriptedModel([only, LOAD, "3 rows.", SUM, "The sum is 60."])))
    conversation, _ = await converse(services)
    question = Question(text="How many rows?", agent_type="plan_execute")
    await services.runner.start(OWNER, conversation, question)
    before = await until(services, conversation, "run-finished")
    with pytest.raises(InputRefused, match="Nothing of the plan is left"):
        await services.runner.resume(OWNER, conversation, before[-1].run_id)

    events = await resumed(services, conversation, before, "Sum")

    assert plan_of(events) == "Load:d Sum:d"


async def test_a_step_whose_variables_are_gone_is_done_again(started: Start) -> None:
    model = ScriptedModel([PLAN, LOAD, KEEP, GONE, LOAD, KEEP, SUM, KEEP, MEAN, "60 and 20.0."])
    services = await started(ScriptedModels(model), keep_variables_mb=0)
    conversation, before = await broken_off(services)
    await services.kernels.close_session(conversation)

    events = await resumed(services, conversation, before)

    assert end(events).status == "completed"
    assert printed(events) == "3\n60\n20.0\n"
    told = [body.text for body in bodies(events, Notice) if "not there any more" in body.text]
    assert told == [GONE_TEXT.format(names="table")]
    assert plan_of(events) == "Load:d Sum:d Mean:d"


async def test_a_run_that_ends_before_its_first_step_loses_no_plan(started: Start) -> None:
    script: list[str | ScriptedAnswer] = [PLAN, LOAD, KEEP, GONE, SUM, KEEP, MEAN, "60 and 20.0."]
    models = ScriptedModels(ScriptedModel(script))
    services = await started(models)
    conversation, first = await broken_off(services)
    choose = models.choose

    async def refuse(name: str | None = None) -> ChosenModels:
        models.choose = choose  # type: ignore[method-assign]
        raise ModelUnavailable("Nothing answers.", "Start it.")

    models.choose = refuse  # type: ignore[method-assign]
    second = await resumed(services, conversation, first)
    assert (end(second).status, plan_of(second)) == ("failed", "Load:d Sum:. Mean:.")

    third = await resumed(services, conversation, second)
    assert printed(third) == "60\n20.0\n"


async def test_a_failed_step_never_comes_back_as_done(started: Start) -> None:
    fails = program("raise RuntimeError('no')")
    script: list[str | ScriptedAnswer] = [
        PLAN,
        LOAD,
        KEEP,
        fails,
        KEEP,
        GONE,
        GONE,
        SUM,
        KEEP,
        GONE,
        MEAN,
        "60 and 20.0.",
    ]
    services = await started(ScriptedModels(ScriptedModel(script)), max_attempts=1)
    conversation, _ = await converse(services)
    question = Question(text="The sum and the mean?", agent_type="plan_execute")
    await services.runner.start(OWNER, conversation, question)
    events = await until(services, conversation, "run-finished")
    for _ in range(3):
        events = await resumed(services, conversation, events)
    assert bodies(events, RunStarted)[0].done == (1, 3)
    assert [body.step for body in bodies(events, StepStarted)] == [4]


async def test_what_a_step_was_replaced_by_is_not_done_twice(started: Start) -> None:
    fails = program("raise RuntimeError('no')")
    other = json.dumps({"keep": False, "reason": "r", "steps": [{"goal": "Sum otherwise"}, {"goal": "Mean"}]})
    script: list[str | ScriptedAnswer] = [
        PLAN,
        LOAD,
        KEEP,
        fails,
        other,
        SUM,
        KEEP,
        GONE,
        MEAN,
        "60 and 20.0.",
    ]
    services = await started(ScriptedModels(ScriptedModel(script)), max_attempts=1)
    conversation, _ = await converse(services)
    question = Question(text="The sum and the mean?", agent_type="plan_execute")
    await services.runner.start(OWNER, conversation, question)
    before = await until(services, conversation, "run-finished")
    assert plan_of(before) == "Load:d Sum:f Sum otherwise:d Mean:w"

    events = await resumed(services, conversation, before)

    assert plan_of(events, 0) == "Load:d Sum:l Sum otherwise:d Mean:."


async def test_what_was_said_and_not_heard_is_heard_when_it_goes_on(started: Start) -> None:
    slow = ScriptedAnswer(text=SUM, delay=0.3)
    services = await started(
        ScriptedModels(model := ScriptedModel([PLAN, LOAD, KEEP, slow, SUM, KEEP, MEAN, "60 and 20.0."]))
    )
    conversation, _ = await converse(services)
    question = Question(text="The sum and the mean?", agent_type="plan_execute")
    await services.runner.start(OWNER, conversation, question)
    looked = await until(services, conversation, "step-finished")
    await until(services, conversation, "text-delta", looked[-1].sequence)
    await services.runner.steer(OWNER, conversation, "In euros, please.")
    await services.runner.stop(OWNER, conversation)
    before = await until(services, conversation, "run-finished")

    events = await resumed(services, conversation, before)

    assert [body.said for body in bodies(events, StepStarted)] == [("In euros, please.",), ()]
    shown = "\n".join(message.text for message in model.requests[-1].messages)
    assert shown.count("In euros, please.") == 1
    assert shown.count("Question: The sum and the mean?") == 1
    assert "Asked before: The sum" not in shown


async def test_going_back_to_an_earlier_part_of_the_plan_does_not_end_it(started: Start) -> None:
    script: list[str | ScriptedAnswer] = [
        PLAN,
        LOAD,
        KEEP,
        GONE,
        SUM,
        KEEP,
        GONE,
        LOAD,
        KEEP,
        SUM,
        KEEP,
        MEAN,
        "60 and 20.0.",
    ]
    services = await started(ScriptedModels(ScriptedModel(script)))
    conversation, first = await broken_off(services)
    second = await resumed(services, conversation, first)
    await services.kernel_states.rewind(OWNER, conversation, first[-1].run_id, 1, 1)
    back = await until(services, conversation, "rewound", second[-1].sequence)

    await services.runner.resume(OWNER, conversation, second[-1].run_id)

    third = await until(services, conversation, "run-finished", back[-1].sequence)
    assert plan_of(third, 0) == "Load:. Sum:. Mean:."
    assert printed(third) == "3\n60\n20.0\n"


async def test_the_plans_own_long_steps_can_be_put_in_another_order(started: Start) -> None:
    goals = ["Load", "x" * 390, "y" * 390]
    plan = json.dumps({"steps": [{"goal": goal} for goal in goals]})
    script: list[str | ScriptedAnswer] = [plan, LOAD, KEEP, GONE, MEAN, KEEP, SUM, "20.0 and 60."]
    services = await started(ScriptedModels(ScriptedModel(script)))
    conversation, _ = await converse(services)
    question = Question(text="The sum and the mean?", agent_type="plan_execute")
    await services.runner.start(OWNER, conversation, question)
    before = await until(services, conversation, "run-finished")
    events = await resumed(services, conversation, before, goals[2], goals[1])
    assert [body.goal for body in bodies(events, StepStarted)] == [goals[2], goals[1]]
