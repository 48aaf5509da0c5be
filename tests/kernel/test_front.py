"""The front of a kernel by itself: whatever happens in it, whoever asked gets an answer."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, NoReturn, cast

from jupyter_client.session import Session

from jupyter_agent.kernel.front import FrontKernel


class Broken:
    """In the place of the executions."""

    async def execute(self, request: object) -> NoReturn:
        raise ZeroDivisionError("a bug")


async def test_a_failure_of_its_own_is_an_error_and_not_silence() -> None:
    kernel = FrontKernel(session=Session(), log=logging.getLogger(__name__))
    kernel._begun = asyncio.create_task(asyncio.sleep(0))
    kernel.executions = cast("Any", Broken())
    reply = await kernel.do_execute("1", False)
    assert (reply["status"], reply["execution_count"]) == ("error", 1)
    assert "ZeroDivisionError" in reply["evalue"]
