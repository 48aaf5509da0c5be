"""Asking back, through the store: the next turn sees what was asked, and does not ask again."""

from __future__ import annotations

from jupyter_agent.events import QuestionBack
from jupyter_agent.ids import OWNER
from jupyter_agent.models.scripted import ScriptedModel, ScriptedModels
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
