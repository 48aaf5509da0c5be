"""Steering a run: what is said to it is stored, heard at its next step, and never lost."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_agent.compose import Services
from jupyter_agent.errors import InputRefused, NotFound, Over
from jupyter_agent.events import AnswerGiven, RunStarted, Steered, StepStarted
from jupyter_agent.ids import OWNER, ConversationId, UserId
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel, ScriptedModels
from jupyter_agent.run import Question
from tests.turns import Start, bodies, converse, end, program, until

REMARK = "Only the North, please."


def slowly(text: str) -> ScriptedAnswer:
    return ScriptedAnswer(text=text, delay=0.3)


async def begin(services: Services, question: str = "The sum?") -> ConversationId:
    conversation, _ = await converse(services)
    await services.runner.start(OWNER, conversation, Question(text=question, agent_type="react"))
    return conversation


async def test_the_next_step_takes_it_into_account(started: Start) -> None:
    model = ScriptedModel([slowly(program("print(60)")), program("print(40)"), "It is 40."])
    services = await started(ScriptedModels(model))
    conversation = await begin(services)
    await until(services, conversation, "text-delta")

    run = await services.runner.steer(OWNER, conversation, REMARK)

    events = await until(services, conversation, "run-finished")
    assert {event.run_id for event in events} == {run}
    assert end(events).status == "completed"
    assert [body.text for body in bodies(events, Steered)] == [REMARK]
    assert [body.said for body in bodies(events, StepStarted)] == [(), (REMARK,)]
    said = [message.text for message in await services.store.messages(OWNER, conversation)]
    assert said == ["The sum?", REMARK, "It is 40."]


async def test_what_comes_while_the_answer_is_written_is_the_next_question(started: Start) -> None:
    model = ScriptedModel([program("print(60)"), slowly("It is 60."), program("print(40)"), "It is 40."])
    services = await started(ScriptedModels(model))
    conversation = await begin(services)
    await until(services, conversation, "step-finished")
    while len(model.requests) < 2:
        await asyncio.sleep(0.01)

    await services.runner.steer(OWNER, conversation, REMARK)

    first = await until(services, conversation, "run-finished")
    second = await until(services, conversation, "run-finished", first[-1].sequence)
    assert [body.question for body in bodies(second, RunStarted)] == [REMARK]
    assert [body.text for body in bodies(first + second, AnswerGiven)] == ["It is 60.", "It is 40."]


async def test_a_run_that_is_stopped_asks_nothing_more(started: Start) -> None:
    services = await started(ScriptedModels(ScriptedModel([slowly(program("print(60)"))])))
    conversation = await begin(services)
    await until(services, conversation, "text-delta")
    await services.runner.steer(OWNER, conversation, REMARK)
    await services.runner.stop(OWNER, conversation)

    events = await until(services, conversation, "run-finished")
    assert end(events).status == "stopped"
    with pytest.raises(Over):
        await services.runner.steer(OWNER, conversation, REMARK)
    assert (await services.store.last_sequences([conversation]))[conversation] == events[-1].sequence


async def test_what_cannot_be_said_is_refused(started: Start) -> None:
    services = await started(ScriptedModels(ScriptedModel([slowly(program("print(60)"))])))
    conversation = await begin(services)
    await until(services, conversation, "text-delta")
    with pytest.raises(InputRefused):
        await services.runner.steer(OWNER, conversation, "  ")
    with pytest.raises(InputRefused):
        await services.runner.steer(OWNER, conversation, "x" * 2_001)
    with pytest.raises(NotFound):
        await services.runner.steer(UserId("somebody else"), conversation, REMARK)
    await services.runner.stop(OWNER, conversation)
    events = await until(services, conversation, "run-finished")
    assert not bodies(events, Steered)


async def test_another_process_can_steer_it(started: Start) -> None:
    model = ScriptedModel([slowly(program("print(60)")), program("print(40)"), "It is 40."])
    services = await started(ScriptedModels(model))
    other = await started(ScriptedModels(ScriptedModel([])))
    conversation = await begin(services)
    await until(services, conversation, "text-delta")

    await other.runner.steer(OWNER, conversation, REMARK)

    events = await until(services, conversation, "run-finished")
    assert [body.said for body in bodies(events, StepStarted)] == [(), (REMARK,)]
