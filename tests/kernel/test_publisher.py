"""What a front publishes of an execution, in the order it comes, and that there is an end to it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from typing import Any

import pytest

from jupyter_agent.kernel.frames import Frame, Kind, pack_message
from jupyter_agent.kernel.publisher import Publisher, StreamName

LIMIT = 10_000
PIPE = 64 * 1024
PARTING = {"ename": "Last", "evalue": "", "traceback": []}


class Heard:
    """A publisher and what it has published."""

    def __init__(self, limit: int = LIMIT, **pipes: int) -> None:
        self.messages: list[tuple[str, dict[str, Any]]] = []
        named: dict[StreamName, int] = {}
        if "stdout" in pipes:
            named["stdout"] = pipes["stdout"]
        self.publisher = Publisher(lambda *message: self.messages.append(message), named, limit=limit)
        self.publisher.begin(1)

    def say(self, kind: str, **content: Any) -> None:
        message = {"publish": kind, "content": content}
        self.publisher.hear(Frame(Kind.MESSAGE, pack_message(message)[5:]), message)

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.messages]

    @property
    def text(self) -> str:
        return "".join(content["text"] for kind, content in self.messages if kind == "stream")


async def test_what_is_printed_without_end_does_not_keep_the_end_from_coming() -> None:
    """What is written after the end is the next execution's."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)

    def write() -> None:
        with contextlib.suppress(BrokenPipeError):
            for _ in range(2_000):
                os.write(writing, b"x" * PIPE)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        heard = Heard(limit=10**9, stdout=reading)
        heard.publisher.end()
        assert len(heard.text) <= 4 * PIPE, (
            "twice ended, and not more at once than a pipe holds and one reading"
        )
    finally:
        os.close(reading)
        await asyncio.to_thread(writer.join)
        os.close(writing)


async def test_all_that_a_library_printed_is_published_at_the_end() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    heard = Heard(limit=10**9, stdout=reading)
    for piece in (b"begin ", b"x" * 60_000, b" end"):
        os.write(writing, piece)
    heard.publisher.end()
    assert heard.text == "begin " + "x" * 60_000 + " end"
    os.close(reading)
    os.close(writing)


async def test_of_errors_without_end_the_last_is_shown_when_it_is_over() -> None:
    heard = Heard()
    for _ in range(500):
        heard.say("error", ename="E", evalue="x" * 100, traceback=["y" * 100])
    heard.say("error", **PARTING)
    assert len(heard.messages) < LIMIT / 200
    assert "cut at 10,000" in heard.text
    heard.publisher.end()
    assert heard.messages[-1] == ("error", PARTING)
    heard.publisher.begin(2)
    assert heard.messages[-1] == ("error", PARTING)
    assert heard.kinds.count("stream") == 1


async def test_an_error_within_the_limit_is_shown_at_once_and_once() -> None:
    heard = Heard()
    heard.say("error", **PARTING)
    assert heard.messages == [("error", PARTING)]
    heard.publisher.end()
    assert heard.kinds == ["error"]


async def test_an_error_longer_than_the_limit_is_shown_at_the_end() -> None:
    heard = Heard()
    heard.say("error", ename="E", evalue="x" * 15_000, traceback=[])
    heard.publisher.end()
    assert heard.kinds == ["stream", "error"]


@pytest.mark.parametrize("kind", ["clear_output", "display_data"])
async def test_messages_count_however_short_they_are(kind: str) -> None:
    heard = Heard()
    for _ in range(500):
        heard.say(kind, data={"text/plain": "1"})
    assert len(heard.messages) <= LIMIT / 200 + 1
    assert heard.kinds[-1] == "stream"


async def test_what_is_too_long_is_not_made_harmless_first() -> None:
    heard = Heard()
    heard.say("display_data", data={"text/html": f"<script>{'x' * LIMIT}</script>short"})
    assert heard.kinds == ["stream"]
    assert "cut at 10,000" in heard.text
    heard.say("display_data", data={"text/html": "<b>b</b>"})
    assert heard.kinds == ["stream"]
    heard.publisher.begin(2)
    heard.say("display_data", data={"text/html": "<b>b</b>"})
    assert heard.kinds == ["stream", "display_data"]


async def test_a_stream_is_cut_where_the_limit_is() -> None:
    heard = Heard(limit=300)
    heard.publisher.printed("stdout", "x" * 299 + "yz")
    heard.publisher.end()
    assert heard.text.startswith("x" * 299 + "y\n")
    assert "z" not in heard.text.splitlines()[0]
