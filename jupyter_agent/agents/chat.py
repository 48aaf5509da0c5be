"""Answers from knowledge: one call of the model, streamed."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jupyter_agent.closing import closing
from jupyter_agent.context import LONGEST_ANSWER, Context
from jupyter_agent.errors import ModelAnswerInvalid
from jupyter_agent.events import AnswerGiven, EventBody, TextDelta
from jupyter_agent.messages import Message
from jupyter_agent.prompts import render
from jupyter_agent.protocols import ModelRequest
from jupyter_agent.tokens import tokens_of

from .conclusion import CUT_OFF
from .turn import Toolbox, Turn


async def chat(turn: Turn, toolbox: Toolbox) -> AsyncIterator[EventBody]:
    """Answer `turn` without running anything."""
    files = [profile.name for profile in turn.profiles]
    python = toolbox.settings.python_enabled
    rules = Message.system(render("chat", files=files, python=python, now=turn.now))
    question = Message.user(turn.question)
    messages = (rules, *_recent(turn.history, (rules, question), toolbox.context), question)
    text = ""
    cut = False
    request = ModelRequest(messages=messages, max_tokens=LONGEST_ANSWER)
    answer = toolbox.models.general.stream(request)
    with toolbox.budget.answering():
        async with closing(answer) as chunks:
            async for chunk in chunks:
                text += chunk.text
                cut = cut or chunk.cut
                if chunk.text:
                    yield TextDelta(target="answer", text=chunk.text)
    if not text.strip():
        raise ModelAnswerInvalid("The model gave an empty answer.", "Ask again, or choose another model.")
    if cut:
        yield CUT_OFF
    yield AnswerGiven(text=text)


def _recent(history: tuple[Message, ...], rest: tuple[Message, ...], context: Context) -> tuple[Message, ...]:
    """As many of the latest messages as have room."""
    room = context.room - tokens_of(rest)
    recent = history
    while recent and tokens_of(recent) > room:
        context.shorten("history")
        recent = recent[1:]
    return recent
