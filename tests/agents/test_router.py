"""How a question is worked on: the person's choice, the model's, or the fallback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from jupyter_agent.agents import Toolbox, Turn, answer
from jupyter_agent.agents.conclusion import CUT_OFF
from jupyter_agent.agents.router import CLASSIFIER_FAILED, NO_PYTHON, NOT_CHOSEN, choose
from jupyter_agent.context import LONGEST_ANSWER
from jupyter_agent.errors import ModelUnavailable
from jupyter_agent.events import AgentChosen, AnswerGiven, Notice
from jupyter_agent.messages import AgentType, Message
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel

Make = Callable[..., tuple[Toolbox, ScriptedModel]]


@pytest.mark.parametrize("mode", ["chat", "react", "plan_execute"])
async def test_the_model_chooses(mode: str, turn: Turn) -> None:
    model = ScriptedModel([f'{{"mode": "{mode}"}}'])
    chosen = await choose(replace(turn, agent_type="auto"), model)
    assert (chosen.agent_type, chosen.chosen_by) == (mode, "model")
    request = model.requests[0]
    assert request.schema is not None
    assert request.schema["properties"]["mode"]["enum"] == ["chat", "react", "plan_execute"]
    assert request.messages[-1].text.endswith(turn.question)
    assert "sales.csv" in request.messages[-1].text


@pytest.mark.parametrize("mode", ["chat", "react", "plan_execute"])
async def test_the_persons_choice_needs_no_model(mode: AgentType, turn: Turn) -> None:
    model = ScriptedModel([])
    chosen = await choose(replace(turn, agent_type=mode), model)
    assert chosen == AgentChosen(agent_type=mode, chosen_by="person")
    assert model.requests == []


@pytest.mark.parametrize(
    "said", ['{"mode": "chat"}', 'Sure! {"mode": "chat"}', "chat", "`chat`.\n", "**chat**"]
)
async def test_a_mode_may_be_wrapped_or_stand_alone(said: str, turn: Turn) -> None:
    chosen = await choose(replace(turn, agent_type="auto"), ScriptedModel([said]))
    assert chosen == AgentChosen(agent_type="chat", chosen_by="model")


@pytest.mark.parametrize("broken", ["react, I think", "", "[]", '{"mode": "plan"}', '{"mode": 3}', "{}"])
async def test_an_unusable_answer_falls_back(broken: str, turn: Turn) -> None:
    chosen = await choose(replace(turn, agent_type="auto"), ScriptedModel([broken]))
    assert chosen == AgentChosen(agent_type="react", chosen_by="fallback")


async def test_a_classifier_that_fails_leaves_the_work_to_the_others(turn: Turn, toolbox: Make) -> None:
    broken = ScriptedModel(
        [ScriptedAnswer(text="", error=ModelUnavailable("There is no memory for tiny.", "Choose another."))],
        name="tiny",
    )
    tools, _ = toolbox(["```python\nprint(3)\n```", "There are 3."])
    tools = replace(tools, models=replace(tools.models, classifier=broken))
    bodies = [body async for body in answer(replace(turn, agent_type="auto"), tools)]
    assert AgentChosen(agent_type="react", chosen_by="fallback") in bodies
    told = next(body.text for body in bodies if isinstance(body, Notice))
    assert told == CLASSIFIER_FAILED.format(error="There is no memory for tiny. Choose another.")
    assert isinstance(bodies[-1], AnswerGiven)


async def test_one_model_for_everything_that_fails_ends_the_run(turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([ScriptedAnswer(text="", error=ModelUnavailable("It is gone."))])
    with pytest.raises(ModelUnavailable):
        [body async for body in answer(replace(turn, agent_type="auto"), tools)]


async def test_without_python_nothing_is_asked_but_for_an_answer(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox(["Python is switched off here."], python_enabled=False)
    bodies = [body async for body in answer(replace(turn, agent_type="auto"), tools)]
    assert [body.agent_type for body in bodies if isinstance(body, AgentChosen)] == ["chat"]
    assert NO_PYTHON in [body.text for body in bodies if isinstance(body, Notice)]
    assert isinstance(bodies[-1], AnswerGiven)
    (request,) = model.requests
    assert "You cannot read files, run code" in request.messages[0].text


async def test_a_person_is_told_that_the_model_did_not_choose(turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox(["react, I think", "```python\nprint(1)\n```", "It is 1."])
    bodies = [body async for body in answer(replace(turn, agent_type="auto"), tools)]
    assert Notice(level="info", text=NOT_CHOSEN) in bodies
    assert bodies[-1].kind == "answer"


async def test_a_model_that_is_gone_ends_the_run(turn: Turn) -> None:
    gone = ScriptedModel([ScriptedAnswer(text="", error=ModelUnavailable("Nothing answers."))])
    with pytest.raises(ModelUnavailable):
        await choose(replace(turn, agent_type="auto"), gone)


async def test_the_request_before_is_told(turn: Turn) -> None:
    model = ScriptedModel(['{"mode": "react"}'])
    history = (Message.user("Mean price per store?"), Message.assistant("It is 3."))
    await choose(replace(turn, agent_type="auto", question="and the median?", history=history), model)
    assert "The request before: Mean price per store?" in model.requests[0].messages[-1].text


async def test_chat_streams_an_answer_with_the_history(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox(['{"mode": "chat"}', "A **mean** is a sum over a count."])
    history = (Message.user("Hello"), Message.assistant("Hi!"))
    asked = replace(turn, agent_type="auto", question="What is a mean?", history=history)
    bodies = [body async for body in answer(asked, tools)]
    kinds = [body.kind for body in bodies]
    assert kinds[:2] == ["activity", "agent-chosen"]
    assert kinds.count("text-delta") > 3
    assert kinds[-1] == "answer"
    assert bodies[-1].text == "A **mean** is a sum over a count."  # type: ignore[union-attr]
    roles = [message.role for message in model.requests[1].messages]
    assert roles == ["system", "user", "assistant", "user"]
    assert model.requests[1].max_tokens == LONGEST_ANSWER, "else it would ask for all of the context"


async def test_a_chat_answer_that_was_cut_off_is_said_to_be(turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([ScriptedAnswer(text="A mean is", cut=True)])
    bodies = [body async for body in answer(replace(turn, agent_type="chat"), tools)]
    assert bodies[-2:] == [CUT_OFF, AnswerGiven(text="A mean is")]
