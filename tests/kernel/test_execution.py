"""Executions with others in the place of the worker and the budgets: what no worker can be made to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NoReturn, cast

from jupyter_agent.kernel.execution import Executions
from jupyter_agent.kernel.outcome import Request
from jupyter_agent.kernel.peer import PeerEnded
from jupyter_agent.kernel.protocol import Wish
from jupyter_agent.kernel.publisher import Publisher
from jupyter_agent.kernel.workspace_files import WorkspaceFiles
from jupyter_agent.steps import UNPROTECTED, Protection


class Endless:
    """In the place of the workers: runs until it is ended."""

    alive = True
    has_fresh = False

    def __init__(self) -> None:
        self._ended = asyncio.Event()

    async def protect(self) -> Protection:
        return UNPROTECTED

    async def ask(self, op: str, **_: object) -> NoReturn:
        await self._ended.wait()
        raise PeerEnded

    def end_code(self) -> None:
        self._ended.set()

    async def roll_back(self) -> bool:
        return True


class Unmeasurable:
    """In the place of the budgets."""

    def begin(self) -> None:
        pass

    async def measure(self, *_: object) -> AsyncIterator[Any]:
        raise ZeroDivisionError("a bug")
        yield


async def test_code_that_cannot_be_measured_is_ended(tmp_path: Path) -> None:
    executions = Executions(
        cast("Any", Endless()),
        Publisher(lambda *_: None, {}, limit=1_000),
        WorkspaceFiles(tmp_path, tmp_path),
        cast("Any", Unmeasurable()),
        blocked=lambda _: None,
        measured=lambda _: None,
    )
    request = Request(code="", silent=False, store_history=True, user_expressions={}, number=1, wish=Wish())
    async with asyncio.timeout(20):
        outcome = await executions.execute(request)
    assert (outcome.ended, outcome.reply["ename"]) == ("killed", "Unmeasured")
