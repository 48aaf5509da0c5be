"""What the fork server prepares for every worker of a kernel, and how a forked process begins as one."""

# ipykernel says what its types are, but not everywhere.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import contextlib
import os
import selectors
import socket
import sys
import tempfile
from collections.abc import Callable
from typing import Any, NoReturn

import numpy
import threadpoolctl

from . import pages
from .frames import pack_message
from .own_proc import OwnProc
from .policy import PROFILES, Profile
from .reach import Reach
from .worker import Worker
from .worker_shell import connect, prepared


class Work:
    """What the worker of a kernel does. The fork server makes it; the forked worker calls it, once."""

    def __init__(self) -> None:
        self._prepared = prepared()
        # Looked for while all of /proc can still be read.
        self._thread_pools = threadpoolctl.ThreadpoolController()
        self._written: tuple[pages.Range, ...] = ()

    def learn_pages(self) -> None:
        """Learn which memory every execution writes to, once the fork server is as it will be forked."""
        self._written = pages.written_by(self._try_out)

    def _try_out(self) -> None:
        """An execution after a snapshot, with nobody at the other end."""
        folder = tempfile.mkdtemp(dir=os.environ["HOME"])
        os.environ.update(HOME=folder, TMPDIR=folder, IPYTHONDIR=folder, USER="nobody")
        front, end = socket.socketpair()
        run: dict[str, Any] = {
            "op": "execute",
            "code": "1",
            "silent": False,
            "store_history": True,
            "user_expressions": {},
        }
        for number, request in enumerate((run, {"op": "snapshot"}, run)):
            front.sendall(pack_message({"id": number, "count": number, **request}))
        front.shutdown(socket.SHUT_WR)
        self._serve(end, PROFILES["strict"], Reach(frozenset(), frozenset()), lambda: None)

    def __call__(
        self, end: socket.socket, *, profile: Profile, reach: Reach, ready: Callable[[], None]
    ) -> NoReturn:
        """Serve the front at the other end until it is gone; `ready` is called before the first request."""

        def started() -> None:
            # Last, since the front lets threads start once it has bound its sockets.
            self._start_libraries()
            ready()

        self._serve(end, profile, reach, started)
        os._exit(0)

    def _serve(self, end: socket.socket, profile: Profile, reach: Reach, ready: Callable[[], None]) -> None:
        # Selectors that the system keeps would be shared with the snapshots.
        loop = asyncio.SelectorEventLoop(selectors.PollSelector())
        asyncio.set_event_loop(loop)
        work = loop.create_task(self._work(end, loop, profile, reach, ready))
        while not work.done():
            # Code may stop the loop that it runs in.
            with contextlib.suppress(RuntimeError):
                loop.run_until_complete(work)
        work.result()

    def _start_libraries(self) -> None:
        """Undo what made the fork server fit for forking, and what all its children would share."""
        numpy.random.seed()
        processors = len(os.sched_getaffinity(0))
        self._thread_pools.limit(limits=processors)
        if pyarrow := sys.modules.get("pyarrow"):
            pyarrow.set_cpu_count(processors)

    async def _work(
        self,
        end: socket.socket,
        loop: asyncio.AbstractEventLoop,
        profile: Profile,
        reach: Reach,
        ready: Callable[[], None],
    ) -> None:
        own_proc = OwnProc()
        own_proc.install()
        watch = connect(self._prepared, end, profile, own_proc, reach)
        ready()
        await Worker(self._prepared, own_proc, watch, loop, self._written).serve()
