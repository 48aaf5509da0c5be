"""What comes over a kernel's channels, in whatever order."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

from jupyter_agent.kernel import protocol
from jupyter_agent.kernel.channels import Channels, Request
from jupyter_agent.kernel.outputs import error_from

ASKED = Request("asked")

Message = dict[str, Any]


def message(kind: str, content: Mapping[str, Any], metadata: Mapping[str, Any] | None = None) -> Message:
    return {
        "msg_type": kind,
        "content": content,
        "metadata": metadata or {},
        "parent_header": {"msg_id": ASKED},
    }


class Channel:
    """Messages, and silences that last as long as one waits."""

    def __init__(self, *messages: Message | None) -> None:
        self._messages = list(messages)

    async def get_msg(self, timeout: float) -> Message:
        if self._messages and (found := self._messages.pop(0)) is not None:
            return found
        await asyncio.sleep(timeout)
        raise queue.Empty


async def reply(features: tuple[str, ...], *published: Message) -> Mapping[str, Any]:
    """What is told of an execution whose reply does not come."""
    client = SimpleNamespace(
        iopub_channel=Channel(*published, message("status", {"execution_state": "idle"})),
        shell_channel=Channel(),
        kernel_info=lambda: None,
    )
    kernel = SimpleNamespace(provisioner=SimpleNamespace(pid=1), is_alive=lambda: True)
    channels = Channels(kernel=cast("Any", kernel), client=cast("Any", client), process=1, features=features)
    *_, (_, content) = [item async for item in channels.messages(ASKED, seconds=60)]
    return content


async def test_a_reply_that_is_lost_is_an_error_where_more_would_be_told() -> None:
    told = await reply((protocol.FEATURE,))
    assert (told["status"], told["ename"]) == ("error", "ReplyLost")
    assert error_from(told).message == told["evalue"]


async def test_a_reply_that_is_lost_is_what_was_published() -> None:
    error = {"ename": "ValueError", "evalue": "no", "traceback": []}
    assert await reply((protocol.FEATURE,), message("error", error)) == {**error, "status": "error"}
    assert await reply((), message("stream", {"text": "a"})) == {"status": "ok"}


async def test_a_reply_that_comes_before_the_end_of_its_outputs_is_kept() -> None:
    told = {"rolled_back": True}
    client = SimpleNamespace(
        iopub_channel=Channel(
            message("stream", {"text": "a"}), None, message("status", {"execution_state": "idle"})
        ),
        shell_channel=Channel(message("execute_reply", {"status": "ok"}, {protocol.METADATA: told})),
        kernel_info=lambda: None,
    )
    kernel = SimpleNamespace(provisioner=SimpleNamespace(pid=1), is_alive=lambda: True)
    channels = Channels(kernel=cast("Any", kernel), client=cast("Any", client), process=1)
    found = [item async for item in channels.messages(ASKED, seconds=10)]
    assert [kind for kind, _ in found] == ["stream", "execute_reply"]
    assert found[-1][1][protocol.METADATA] == told
