"""The conversation of a run, in two renderings.

It is made once: a program is a call of the tool `python`, and what became of it is a message that answers
the call. A model that calls tools is sent just that. For any other the call becomes a fenced block, and what
became of it a message as of a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jupyter_agent.messages import Message, TextPart, Tool, ToolCallPart
from jupyter_agent.prompts import python_tool
from jupyter_agent.protocols import Rendering

CODE = "code"
"""The tool's argument: the whole program."""


def called(code: str) -> Message:
    """A program that the model wrote."""
    return Message(role="assistant", parts=(ToolCallPart(name=python_tool().name, arguments={CODE: code}),))


def answered(text: str) -> Message:
    """What became of the program before."""
    return Message(role="tool", parts=(TextPart(text=text),))


def rendered(messages: Iterable[Message], rendering: Rendering) -> tuple[Message, ...]:
    """The conversation as the models of a run read it."""
    return tuple(messages) if rendering.native else tuple(map(_in_text, messages))


def offered(rendering: Rendering) -> tuple[Tool, ...]:
    """The same in all prompts of a run: providers put it before the messages, and keep what begins alike."""
    return (python_tool(),) if rendering.native else ()


def _in_text(message: Message) -> Message:
    if message.role == "tool":
        return Message.user(message.text)
    if message.calls:
        return Message.assistant("\n\n".join(_fenced(call.arguments) for call in message.calls))
    return message


def _fenced(arguments: Any) -> str:
    return f"```python\n{arguments[CODE]}\n```"
