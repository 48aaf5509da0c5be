"""Publishes what an execution shows: made harmless, printed text in larger pieces, and not without end."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import os
from collections.abc import Callable, Mapping
from typing import Any, Literal

from .frames import Frame, Kind
from .outputs import LEAST, cut_notice
from .published import Publication, publication

Send = Callable[[str, dict[str, Any]], None]
"""Signs and sends a message on the `iopub` channel, given its type and content."""

StreamName = Literal["stdout", "stderr"]

_GATHERED_SECONDS = 0.03
"""How long printed text waits for more of it. A message each line would be thousands a second."""
_GATHERED_CHARACTERS = 64 * 1024
_PIPE_BYTES = 64 * 1024
"""The most that a pipe holds."""


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
        self._held: Publication | None = None
        """The last error that came after the cut."""

    def begin(self, count: int) -> None:
        """From here on it is the output of the execution with this number."""
        self.end()
        self.count = count
        self._passed = 0
        self.cut = False

    @property
    def characters(self) -> int:
        """What the execution has shown or tried to show so far, as it counts."""
        return self._passed + len(self._gathered)

    def hear(self, frame: Frame, message: dict[str, Any] | None) -> None:
        """Publish what the worker says, if it may be published."""
        if message is None:
            self.printed("stdout" if frame.kind is Kind.STDOUT else "stderr", frame.text)
            return
        kind = message.get("publish")
        if kind != "error" and self._is_too_much(frame):
            return
        shown = publication(kind, message.get("content"))
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
            # What comes after that was written meanwhile, by what still runs.
            left = _PIPE_BYTES
            while left > 0 and (size := self.read(name)):
                left -= size
        self.flush()
        held, self._held = self._held, None
        if held is not None:
            self._send(held.kind, held.content)

    def read(self, name: StreamName) -> int:
        """Publish the next piece of what a library printed past Python; its bytes, 0 if there is none."""
        try:
            data = os.read(self._pipes[name], _GATHERED_CHARACTERS)
        except BlockingIOError:
            return 0
        self.printed(name, self._decoders[name].decode(data))
        return len(data)

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

    def _is_too_much(self, frame: Frame) -> bool:
        """Whether a message is to be cut, for its length alone: to make one harmless takes longer."""
        if not self.cut and len(frame.payload) > self._limit - self.characters:
            self.flush()
            self._cut("stderr")
        return self.cut

    def _let_through(self, shown: Publication) -> None:
        if self.cut:
            self._hold(shown)
            return
        left = self._limit - self._passed
        self._passed += max(shown.size, LEAST)
        if shown.size <= left:
            self._send(shown.kind, shown.content)
        elif shown.kind == "stream":
            self._cut(shown.content["name"], f"{shown.content['text'][:left]}\n")
        else:
            self._cut("stderr")
            self._hold(shown)

    def _hold(self, shown: Publication) -> None:
        """Keep how it ended, which must be known whatever came before, until it is known to be the end."""
        if shown.kind == "error":
            self._held = shown

    def _cut(self, name: StreamName, begin: str = "") -> None:
        """Show `begin`, and that there would be more."""
        self.cut = True
        self._send("stream", {"name": name, "text": f"{begin}{cut_notice(self._limit)}\n"})
