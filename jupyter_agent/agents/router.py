"""Decides how a question is worked on, and hands it to the agent that works so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial

from jupyter_agent.closing import closing
from jupyter_agent.coder import Task, offered, to_plan
from jupyter_agent.context import LONGEST_ANSWER, Context
from jupyter_agent.errors import ModelError
from jupyter_agent.events import Activity, AgentChosen, EventBody, Notice
from jupyter_agent.messages import AgentType, Message
from jupyter_agent.models.complete import complete
from jupyter_agent.models.mended import json_in
from jupyter_agent.prompts import render, router_examples
from jupyter_agent.protocols import JsonSchema, Model, ModelRequest
from jupyter_agent.tokens import tokens_of

from .chat import chat
from .computing import computed
from .plan_execute import plan_execute
from .react import react
from .turn import Toolbox, Turn

SCHEMA: JsonSchema = {
    "type": "object",
    "properties": {"mode": {"type": "string", "enum": ["chat", "react", "plan_execute"]}},
    "required": ["mode"],
    "additionalProperties": False,
}
_MAX_TOKENS = 32
_DECORATION = " \t\r\n*`'\"."
"""Around the name of a mode that stands alone."""

_AGENTS: Mapping[AgentType, Callable[[Turn, Toolbox], AsyncIterator[EventBody]]] = {
    "chat": chat,
    "react": partial(computed, react),
    "plan_execute": partial(computed, plan_execute),
}

NOT_CHOSEN = (
    "The model did not say in a usable form how to work on this, so it is analysed with code. "
    "Choose a mode yourself if that is wrong."
)

CLASSIFIER_FAILED = (
    "The model that chooses how to work on this failed, so it is analysed with code. "
    "Choose a mode yourself if that is wrong. {error}"
)

NO_PYTHON = (
    "Python code is switched off here, so the files cannot be read and nothing can be computed. "
    "To change that, set c.JupyterAgent.python_enabled to True."
)


async def answer(turn: Turn, toolbox: Toolbox) -> AsyncIterator[EventBody]:
    """Answer a question: `agent-chosen`, the agent's work, and `answer` at the end.

    Raises:
        AgentError: the run cannot go on; its message is for the person.
    """
    if not toolbox.settings.python_enabled:
        chosen = AgentChosen(agent_type="chat", chosen_by="person")
        notice = NO_PYTHON if turn.profiles else ""
    else:
        if turn.agent_type == "auto":
            yield Activity(text="Choosing how to work")
        try:
            chosen = await choose(turn, toolbox.models.classifier, room=_later(turn, toolbox))
            notice = NOT_CHOSEN if chosen.chosen_by == "fallback" else ""
        except ModelError as error:
            if toolbox.models.classifier.name == toolbox.models.general.name:
                raise
            chosen = AgentChosen(agent_type="react", chosen_by="fallback")
            notice = CLASSIFIER_FAILED.format(error=error)
    yield chosen
    if notice:
        yield Notice(level="info", text=notice)
    async with closing(_AGENTS[chosen.agent_type](turn, toolbox)) as bodies:
        async for body in bodies:
            yield body


async def choose(turn: Turn, classifier: Model, *, room: int = 0) -> AgentChosen:
    """The person's choice; without one the classifier's; without a usable one `react`.

    `room`: tokens that the same model is going to need for what comes next.
    """
    if turn.agent_type != "auto":
        return AgentChosen(agent_type=turn.agent_type, chosen_by="person")
    request = ModelRequest(
        messages=_prompt(turn), schema=SCHEMA, temperature=0.0, max_tokens=_MAX_TOKENS, room=room
    )
    said = (await complete(classifier, request)).text
    mode = (json_in(said) or {}).get("mode", said.strip(_DECORATION))
    match mode:
        case "chat" | "react" | "plan_execute":
            return AgentChosen(agent_type=mode, chosen_by="model")
        case _:
            return AgentChosen(agent_type="react", chosen_by="fallback")


def _later(turn: Turn, toolbox: Toolbox) -> int:
    """Tokens for the first program, if the same model writes it: its context is to be of one size at once."""
    if toolbox.models.classifier.name != toolbox.models.coder.name:
        return 0
    task = Task(
        question=turn.question,
        profiles=turn.profiles,
        history=turn.history,
        now=turn.now,
        context=Context(toolbox.context.limit),
        rendering=toolbox.models.rendering,
    )
    return tokens_of(to_plan(task, toolbox.settings), offered(task.rendering)) + LONGEST_ANSWER


def _prompt(turn: Turn) -> tuple[Message, ...]:
    turns = [Message.system(render("router"))]
    for request, mode in router_examples():
        turns += [
            Message.user(render("router_request", question=request, files=(), previous=None)),
            Message.assistant(f'{{"mode": "{mode}"}}'),
        ]
    asked = [message.text for message in turn.history if message.role == "user"]
    turns.append(
        Message.user(
            render(
                "router_request",
                question=turn.question,
                files=[profile.name for profile in turn.profiles],
                previous=asked[-1] if asked else None,
            )
        )
    )
    return tuple(turns)
