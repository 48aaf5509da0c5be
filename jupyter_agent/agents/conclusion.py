"""Reads what a model makes of an output: the answer, or one more thing to compute."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jupyter_agent.closing import closing
from jupyter_agent.events import Notice
from jupyter_agent.messages import Message
from jupyter_agent.protocols import Model, ModelRequest

_MORE = "MORE:"
_DECORATION = " \t\r\n*`_#>\"'-"
_MAX_TOKENS = 1_024

CUT_OFF = Notice(
    level="warning",
    text="The answer was cut off: there was no room or no time for more. Ask for the rest, or for less.",
)


class Conclusion:
    """A conclusion that is being written: read `deltas` to the end, then `answer` or `goal` is there."""

    def __init__(self, model: Model, messages: tuple[Message, ...]) -> None:
        self._model = model
        self._request = ModelRequest(messages=messages, temperature=0.0, max_tokens=_MAX_TOKENS)
        self._text = ""
        self.goal: str | None = None
        """What the model wants computed before it answers."""
        self.cut = False
        """It was to be longer, but reached the most that a model may write."""

    @property
    def answer(self) -> str:
        """The whole answer; empty while or if there is a goal."""
        return "" if self.goal is not None else self._text.strip()

    async def deltas(self) -> AsyncIterator[str]:
        """The answer as it is written. A wish for one more computation is noticed before anything shows."""
        held = ""
        undecided = True
        async with closing(self._model.stream(self._request)) as chunks:
            async for chunk in chunks:
                self.cut = self.cut or chunk.cut
                self._text += chunk.text
                held += chunk.text
                if undecided and _could_be_more(held):
                    continue
                undecided = False
                if held:
                    yield held
                    held = ""
        begun = held.lstrip(_DECORATION)
        if undecided and begun.upper().startswith(_MORE):
            self.goal = begun[len(_MORE) :].strip(_DECORATION).split("\n")[0].strip(_DECORATION)
        elif held:
            yield held


def _could_be_more(text: str) -> bool:
    begun = text.lstrip(_DECORATION).upper()
    return begun.startswith(_MORE) or _MORE.startswith(begun)
