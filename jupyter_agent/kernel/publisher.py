"""Publishes what an execution shows: made harmless, printed text in larger pieces, and not without end."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import os
from collections.abc import Callable, Mapping
from typing import Any, Literal

from .frames import Frame, Kind
from .published import Publication, publication

Send = Callable[[str, dict[str, Any]], None]
"""Signs and sends a message on the `iopub` channel, given its type and content."""

StreamName = Literal["stdout", "stderr"]

_GATHERED_SECONDS = 0.03
"""How long printed text waits for more of it. A message each line would be thousands a second."""
_GATHERED_CHARACTERS = 64 * 1024
_ALWAYS = ("error", "clear_output")
"""How it ended must be known whatever came before; both are bounded by themselves."""


class Publisher:
    """One for a kernel; `begin` with each execution."""

    def __init__(self, send: Send, pipes: Mapping[StreamName, int], *, limit: int) -> None:
        """`limit`: the most that one execution may show, in characters.

        `pipes` bring what libraries print past Python, and do not block.
        """
        self._send = send
        self._pipes = pipes
        self._limit = limit
        self._passed = 0
        self._gathered = ""
        self._name: StreamName = "stdout"
        self._timer: asyncio.TimerHandle | None = None
        self._decoders = {name: codecs.getincrementaldecoder("utf-8")("replace") for name in pipes}
        self.count = 0
        """The number of the execution, for its result."""
        self.cut = False

    def begin(self, count: int) -> None:
        """From here on it is the output of the execution with this number."""
        self.end()
        self.count = count
        self._passed = 0
        self.cut = False

    @property
    def characters(self) -> int:
        """What the execution has shown or tried to show so far."""
        return self._passed + len(self._gathered)

    def hear(self, frame: Frame, message: dict[str, Any] | None) -> None:
        """Publish what the worker says, if it may be published."""
        if message is None:
            self.printed("stdout" if frame.kind is Kind.STDOUT else "stderr", frame.text)
            return
        shown = publication(message.get("publish"), message.get("content"))
        if shown is None:
            return
        self.flush()
        if shown.kind == "execute_result":
            shown.content["execution_count"] = self.count
        # Whole characters only: anything else could not be sent, and what came after it would not be heard.
        with contextlib.suppress(UnicodeEncodeError):
            self._let_through(shown)

    def end(self) -> None:
        """Publish all that was said so far."""
        for name in self._pipes:
            while self.read(name):
                pass
        self.flush()

    def read(self, name: StreamName) -> bool:
        """Publish the next piece of what a library printed past Python; False if there is none."""
        try:
            data = os.read(self._pipes[name], _GATHERED_CHARACTERS)
        except BlockingIOError:
            return False
        self.printed(name, self._decoders[name].decode(data))
        return bool(data)

    def printed(self, name: StreamName, text: str) -> None:
        """Publish text, soon."""
        if self.cut or not text:
            return
        if name != self._name:
            self.flush()
            self._name = name
        self._gathered += text
        if len(self._gathered) > _GATHERED_CHARACTERS:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_GATHERED_SECONDS, self.flush)

    def flush(self) -> None:
        """Publish what was gathered."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        text, self._gathered = self._gathered, ""
        if text:
            self._let_through(Publication("stream", {"name": self._name, "text": text}))

    def _let_through(self, shown: Publication) -> None:
        if self.cut and shown.kind not in _ALWAYS:
            return
        if shown.kind not in _ALWAYS:
            left = self._limit - self._passed
            self._passed += shown.size
            if shown.size > left:
                self.cut = True
                shown = self._last(shown, left)
        self._send(shown.kind, shown.content)

    def _last(self, shown: Publication, left: int) -> Publication:
        """What is shown in the place of an output that is too much."""
        printed = shown.kind == "stream"
        begin = f"{shown.content['text'][:left]}\n" if printed else ""
        name = shown.content["name"] if printed else "stderr"
        return Publication("stream", {"name": name, "text": f"{begin}{self.notice}\n"})

    @property
    def notice(self) -> str:
        return (
            f"The output was cut at {self._limit:,} characters: write large results to a file, or print less."
        )
