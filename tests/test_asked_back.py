"""Asking back, through the store: the next turn sees what was asked, and does not ask again."""

from __future__ import annotations

from jupyter_agent.errors import ModelUnavailable
from jupyter_agent.events import QuestionBack
from jupyter_agent.ids import OWNER
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel, ScriptedModels
from jupyter_agent.run import Question
from jupyter_agent.trajectory import trajectory
from tests.turns import Start, bodies, converse, end, program, until

ASK = "ASK: Which mean? | per row | per region"


async def test_the_answer_to_it_is_the_next_question(started: Start) -> None:
    model = ScriptedModel([ASK, ASK, program("print(20)"), "20 per row.", ASK])
    services = await started(ScriptedModels(model))
    conversation, _ = await converse(services)

    async def asked(text: str) -> Question:
        return Question(text=text, agent_type="react", may_ask=True)

    run = await services.runner.start(OWNER, conversation, await asked("The mean?"))
    outcome = await services.runner.wait(run)
    first = await until(services, conversation, "run-finished")
    assert end(first).status == "completed"
    (back,) = bodies(first, QuestionBack)
    assert outcome.answer == back.text == "Which mean?\n\n1. per row\n2. per region"
    assert trajectory(first).asked_back == back

    await services.runner.start(OWNER, conversation, await asked("per row"))
    second = await until(services, conversation, "run-finished", first[-1].sequence)
    assert not bodies(second, QuestionBack), "never twice in a row"
    prompt = model.requests[1].messages[-1].text
    assert "Which mean? (per row / per region)" in prompt
    assert "The mean?" in prompt

    await services.runner.start(OWNER, conversation, await asked("And the other mean?"))
    third = await until(services, conversation, "run-finished", second[-1].sequence)
    assert bodies(third, QuestionBack), "but again when something was answered in between"


async def test_nor_after_an_answer_that_failed(started: Start) -> None:
    gone = ScriptedAnswer(text="", error=ModelUnavailable("The model is gone.", "Start it."))
    model = ScriptedModel([ASK, gone, ASK, program("print(20)"), "20 per row."])
    services = await started(ScriptedModels(model), history_messages=0)
    conversation, _ = await converse(services)
    after = 0
    for text in ("The mean?", "per row", "the one per row"):
        question = Question(text=text, agent_type="react", may_ask=True)
        await services.runner.start(OWNER, conversation, question)
        events = await until(services, conversation, "run-finished", after)
        after = events[-1].sequence
    assert not bodies(events, QuestionBack)
    assert end(events).status == "completed"


async def test_what_was_said_before_it_does_not_answer_it(started: Start) -> None:
    slow = ScriptedAnswer(text=ASK, delay=0.2)
    services = await started(ScriptedModels(ScriptedModel([slow])))
    conversation, _ = await converse(services)
    question = Question(text="The mean?", agent_type="react", may_ask=True)
    await services.runner.start(OWNER, conversation, question)
    await until(services, conversation, "activity")
    await services.runner.steer(OWNER, conversation, "Quickly, please.")
    events = await until(services, conversation, "run-finished")
    assert bodies(events, QuestionBack)
    await services.runner.close()
    assert (await services.store.last_sequences([conversation]))[conversation] == events[-1].sequence
