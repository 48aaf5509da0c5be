"""Reads what a model makes of an output: the answer, or one more thing to compute."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from jupyter_agent.closing import closing
from jupyter_agent.coder import MISSING, code_of, goal_of, known, lone_program
from jupyter_agent.errors import ModelError
from jupyter_agent.events import Notice
from jupyter_agent.messages import Message, Tool, ToolCallPart
from jupyter_agent.models.tool_calls import calls_in
from jupyter_agent.protocols import Model, ModelRequest

_MORE = "MORE:"
_TAG = "<tool_call>"
_JSON = ("{", _TAG, "```json")
"""How a tool call begins that a model writes as text."""
_BEGINS_CALL = re.compile(rf"{_TAG}|\A\s*(?:\{{|```json)")
_FENCE = "```"
_DECORATION = " \t\r\n*`_#>\"'-"
_MAX_TOKENS = 1_024
_NARRATION = 200
"""Characters that a model may say before it calls a tool, and that are shown only if it does not."""

CUT_OFF = Notice(
    level="warning",
    text="The answer was cut off: there was no room or no time for more. Ask for the rest, or for less.",
)


class Conclusion:
    """A conclusion that is being written: read `deltas` to the end, then `answer` or `goal` is there."""

    def __init__(
        self, model: Model, messages: tuple[Message, ...], *, tools: tuple[Tool, ...], last: bool
    ) -> None:
        self._model = model
        self._request = ModelRequest(messages=messages, tools=tools, temperature=0.0, max_tokens=_MAX_TOKENS)
        self._last = last
        self._text = ""
        self.goal: str | None = None
        """What the model wants computed before it answers. Empty: it does not say what."""
        self.ready = ""
        """The program for that, if the model has called for it."""
        self.cut = False
        """It was to be longer, but reached the most that a model may write."""
        self.beside_call = False
        """A tool is called beside it, so that it may be no answer but what a model says about that."""

    @property
    def answer(self) -> str:
        """The whole answer; empty while or if there is a goal."""
        return "" if self.goal is not None else self._text.strip()

    async def deltas(self) -> AsyncIterator[str]:
        """The answer as it is written. A wish for one more computation is noticed before anything shows."""
        held = ""
        undecided = True
        calls: list[ToolCallPart] = []
        try:
            async with closing(self._model.stream(self._request)) as chunks:
                async for chunk in chunks:
                    self.cut = self.cut or chunk.cut
                    self._text += chunk.text
                    held += chunk.text
                    calls += chunk.calls
                    if undecided and self._may_be_no_answer(held):
                        continue
                    undecided = False
                    if held:
                        yield held
                        held = ""
        except ModelError:
            if not _is_no_prose(held):
                yield held
            raise
        if self._request.tools and (undecided or _TAG in self._text) and (written := calls_in(self._text)):
            calls += written
            self._text = "" if undecided else self._text.partition(_TAG)[0]
            held = ""
        half = "" if calls else _half_call(self._text)
        self._text, held = self._text.removesuffix(half), held.removesuffix(half)
        self.beside_call = bool(calls or half)
        begun = held.lstrip(_DECORATION)
        if undecided and begun.upper().startswith(_MORE):
            self.goal = begun[len(_MORE) :].strip(_DECORATION).split("\n")[0].strip(_DECORATION)
            self.ready = code_of(known(calls))
        elif calls and self._is_no_slip(calls):
            self.ready = code_of(known(calls))
            self.goal = goal_of(known(calls)) or (MISSING if self.ready else "")
        elif code := lone_program(self._text):
            # What models do that find an output not enough: nobody asked for code.
            self.ready, self.goal = code, MISSING
        elif held and not self.beside_call:
            yield held
        if self.goal is not None and not undecided:
            yield "\n\n"

    def _may_be_no_answer(self, begun: str) -> bool:
        return _is_no_prose(begun) or (bool(self._request.tools) and len(begun) <= _NARRATION)

    def _is_no_slip(self, calls: list[ToolCallPart]) -> bool:
        """Whether the calls weigh more than what is said beside them, which may be the answer."""
        wanted = known(calls)
        said = bool(self._text.strip())
        return not said or (not self._last and bool(code_of(wanted) or goal_of(wanted)))


def _half_call(text: str) -> str:
    """The end of a text, from where a tool call or an object of JSON begins that is never closed."""
    begins = _BEGINS_CALL.search(text)
    end = text[begins.start() :] if begins else ""
    return end if end.count("{") > end.count("}") else ""


def _is_no_prose(begun: str) -> bool:
    """Whether it begins, as far as it goes, like a wish for more, a tool call or a program."""
    plain, wish = begun.lstrip(), begun.lstrip(_DECORATION).upper()
    return (
        wish.startswith(_MORE)
        or _MORE.startswith(wish)
        or plain.startswith(_JSON)
        or plain[:3] == _FENCE[: len(plain)]
    )
