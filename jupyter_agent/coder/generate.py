"""Lets the model write one program."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jupyter_agent.closing import closing
from jupyter_agent.events import QuestionBack
from jupyter_agent.messages import Message, Tool, ToolCallPart
from jupyter_agent.models.tool_calls import calls_in
from jupyter_agent.protocols import Model, ModelRequest

from .asking import asked_back, may_become_question, without_question
from .calls import code_of, known
from .extract import CodeStream, ends_after_code, extract_code, has_program, spoken

MAX_TOKENS = 2_048
"""A program that is longer goes in circles."""
_WARMER = 0.3
"""Added to the temperature with each attempt: a model that is asked again must not repeat itself."""
_HOTTEST = 0.9


class Program:
    """A program that is being written: read `deltas` to the end, then take `code`.

    Args:
        ready: it is already written.
    """

    def __init__(
        self,
        model: Model,
        messages: tuple[Message, ...],
        *,
        tools: tuple[Tool, ...],
        temperature: float,
        ready: str = "",
    ) -> None:
        self._model = model
        self._request = ModelRequest(
            messages=messages, tools=tools, temperature=min(temperature, _HOTTEST), max_tokens=MAX_TOKENS
        )
        self._ready = ready
        self.code = ""
        """Empty when the model wrote none."""
        self.said = ""
        """What it said instead of writing one."""
        self.unknown_tool = ""
        """The name of the tool that it called instead, which does not exist."""
        self.asked: QuestionBack | None = None
        """What the model asks instead; a program that it writes all the same counts."""
        self.cut = False
        """The model reached the most that it may write before the program's end."""

    async def deltas(self) -> AsyncIterator[str]:
        """The code as it is written, for a person to watch; nothing of what may be a question back."""
        if self._ready:
            self.code = self._ready
            yield self.code
            return
        text, held = "", ""
        calls: list[ToolCallPart] = []
        cut = False
        shown = ""
        watched = CodeStream()
        async with closing(self._model.stream(self._request)) as chunks:
            async for chunk in chunks:
                text += chunk.text
                held += chunk.text
                calls += chunk.calls
                cut = cut or chunk.cut
                if may_become_question(text):
                    continue
                if delta := watched.feed(held):
                    shown += delta
                    yield delta
                held = ""
        rest = without_question(text)
        fenced = has_program(rest)
        if self._request.tools and not calls and not fenced:
            calls += calls_in(rest)
        handed = code_of(calls)
        self.asked = None if handed or fenced else asked_back(text)
        self.code = "" if self.asked else handed or extract_code(rest)
        self.cut = cut and not handed and not ends_after_code(text)
        if not self.code and not self.asked:
            self.said = spoken(rest)
            self.unknown_tool = next((call.name for call in calls if call.name and not known([call])), "")
        if not shown and self.code:
            yield self.code


def temperature(base: float, attempt: int) -> float:
    """How freely the model may write at this attempt, from 1."""
    return base + _WARMER * (attempt - 1)
