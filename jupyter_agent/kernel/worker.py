"""The worker of a kernel: runs code on request, and splits off snapshots of itself.

It is not trusted: from the first cell on, user code may have changed anything in this process. What it says
is checked by the front (`front.py`), what it does is bounded by Linux (`policy.py`).

A snapshot is a fork that waits for a word of the front. It holds the variables as they were and runs nothing,
until it is promoted: then it goes on from the very line where it was made, as the worker.
"""

# ipykernel says what its types are, but not everywhere.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from . import changes, copies, heap, namespace, pages
from .forked import fork, told
from .keeping import Keeping
from .last_value import to_show
from .linux import PR_SET_PDEATHSIG, prctl
from .noticed import Noticed
from .own_proc import OwnProc
from .reach import Watch
from .requests import Request, Requests
from .worker_shell import Prepared, plain_reply

_SAVE_SECONDS = 600.0
_LOOK_SECONDS = 1.0
"""When a look is cut off from outside; it ends itself long before, unless an object keeps it."""

_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
_CHANGE_NOTHING = frozenset({"execute", "snapshot", "own_proc"})
"""Requests between which the variables stay what they were at the end of the last execution."""

Reply = dict[str, Any]


class Worker:
    """Answers the front's requests, one after the other."""

    def __init__(
        self,
        prepared: Prepared,
        own_proc: OwnProc,
        watch: Watch,
        loop: asyncio.AbstractEventLoop,
        written: Sequence[pages.Range],
    ) -> None:
        self._connection = prepared.connection
        self._kernel = prepared.kernel
        self._watch = watch
        self._requests = Requests(own_proc, loop)
        self._loop = loop
        self._written = written
        self._process = os.getpid()
        self._front = os.getppid()
        self._bound = True
        self._forks: list[int] = []
        self._copies: copies.Copies | None = None
        self._keeping = Keeping()
        self._noticed = Noticed(self._shell.user_ns)
        self._noticed.listen()
        self._recent: list[str] = []
        """The variables that executions have made or changed, the last ones first."""
        self._known: dict[str, changes.Fingerprint] | None = None
        """Fingerprints of the variables, from their last look until anything runs."""

    async def serve(self) -> None:
        """Answer until the front is gone."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while (request := await self._requests.next(self._connection.socket)) is not None:
            self._collect_forks()
            self._end_with_front()
            if request["op"] not in _CHANGE_NOTHING:
                self._known = None
            if request["op"] == "snapshot":
                self._snapshot(request)
                continue
            signal.signal(signal.SIGINT, self._interrupted)
            try:
                content = await self._answer(request)
            except KeyboardInterrupt:
                content = {"status": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": []}
            except Exception as error:  # noqa: BLE001 - user code may have broken anything here
                content = {
                    "status": "error",
                    "ename": type(error).__name__,
                    "evalue": str(error),
                    "traceback": [],
                }
            finally:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            if os.getpid() != self._process:
                # The code has forked, and this is not the process that was asked.
                os._exit(0)
            self._connection.message({"reply": request["id"], "content": content})

    async def _answer(self, request: Request) -> Reply:
        match request["op"]:
            case "execute":
                return await self._execute(request)
            case "complete":
                return plain_reply(self._kernel.do_complete(request["code"], request["cursor_pos"]))
            case "inspect":
                return plain_reply(
                    self._kernel.do_inspect(
                        request["code"],
                        request["cursor_pos"],
                        request["detail_level"],
                        set(request["omit_sections"]),
                    )
                )
            case "history":
                return plain_reply(self._kernel.do_history(**request["arguments"]))
            case "is_complete":
                return plain_reply(self._kernel.do_is_complete(request["code"]))
            case "look":
                return {"variables": self._look(failed=request["failed"], fork=request["fork"])}
            case "copy":
                self._copies = copies.take(self._namespace(), request["limit"])
                return {"left_out": list(self._copies.left_out)}
            case "save":
                return self._save(
                    limit=request["limit"], set_aside=request["set_aside"], fork=request["fork"]
                )
            case "load":
                return self._keeping.load(self._shell.user_ns, self._shell.user_ns_hidden, request["limit"])
            case "own_proc":
                return {}  # the files came with it
            case "restore":
                if self._copies is not None:
                    self._copies.restore(self._shell.user_ns)
                return {}
            case op:
                raise ValueError(f"unknown request {op!r}")

    async def _execute(self, request: Request) -> Reply:
        shell = self._shell
        before = self._known or self._fingerprint()
        self._known = None
        shell.execution_count = request["count"]
        self._watch.begin()
        self._noticed.begin()
        self._connection.shown = False
        try:
            content = await self._kernel.do_execute(
                request["code"],
                request["silent"],
                request["store_history"],
                request["user_expressions"],
                False,
            )
            if request["show_last"] and content["status"] == "ok":
                content = await self._show_last(request) or content
        finally:
            self._watch.end()
        sys.stdout.flush()
        sys.stderr.flush()
        reply = plain_reply(content)
        after = self._fingerprint()
        changed = changes.changes(before, after)
        self._keeping.note(changed, request["code"])
        touched = {*changed.added, *changed.changed}
        self._recent = [
            *(name for name in reversed(after) if name in touched),
            *(name for name in self._recent if name in after and name not in touched),
        ]
        reply["changes"] = asdict(changed)
        reply["noticed"] = self._noticed.told()
        # Else it may change its variables before the next request.
        reply["idle"] = self._is_idle()
        self._known = after if reply["idle"] else None
        return reply

    async def _show_last(self, request: Request) -> Reply | None:
        """Where nothing was shown, show what the last line gave a value to, as if its name stood below."""
        sys.stdout.flush()
        name = to_show(self._shell.transform_cell(request["code"]), self._shell.user_ns)
        if self._connection.shown or name is None:
            return None
        self._shell.execution_count = request["count"]
        shown: Reply = await self._kernel.do_execute(name, False, False, {}, False)
        return shown

    def _is_idle(self) -> bool:
        """Whether nothing that code has left behind will run before the next request."""
        loop: Any = self._loop
        later = any(not handle.cancelled() for handle in (*loop._ready, *loop._scheduled))
        return (
            not later
            and len(asyncio.all_tasks()) == 1
            and threading.active_count() == 1
            and not any(signal.getitimer(timer)[0] for timer in _TIMERS)
        )

    def _fingerprint(self) -> dict[str, changes.Fingerprint]:
        return changes.fingerprint(self._shell.user_ns, self._shell.user_ns_hidden)

    @property
    def _shell(self) -> Any:
        return self._kernel.shell

    def _namespace(self) -> dict[str, object]:
        return dict(namespace.variables(self._shell.user_ns, self._shell.user_ns_hidden))

    def _interrupted(self, _number: int, _frame: object) -> None:
        if self._connection.sending:
            self._connection.interrupted = True
        else:
            raise KeyboardInterrupt

    def _snapshot(self, request: Request) -> None:
        """Split off a snapshot, whose socket goes to the front. In the snapshot, this returns much later."""
        if threading.active_count() > 1:
            # They would be missing in the snapshot, and what they hold would stay held.
            self._connection.message({"reply": request["id"], "content": {"refused": "threads of the code"}})
            return
        heap.release()
        theirs, own = socket.socketpair()
        try:
            process = fork()
        except OSError as error:
            theirs.close()
            own.close()
            self._connection.message({"reply": request["id"], "content": {"refused": str(error)}})
            return
        if process == 0:
            theirs.close()
            self._wait_frozen(own)
            return
        self._forks.append(process)
        own.close()
        with theirs:
            self._connection.message(
                {"reply": request["id"], "content": {"process": process}}, theirs.fileno()
            )
        pages.take(self._written)

    def _wait_frozen(self, own: socket.socket) -> None:
        """Do nothing until the front makes this process the worker; end when it does not need it any more."""
        self._connection.socket.close()
        request = self._requests.first(own)
        if request is None:
            os._exit(0)
        self._become_worker(own, request["id"])

    def _become_worker(self, own: socket.socket, request: int) -> None:
        self._bound = False
        self._process = os.getpid()
        self._connection.socket = own
        self._forks.clear()
        # A fork leaves the loop that it was made in.
        asyncio.set_event_loop(self._loop)
        asyncio._set_running_loop(self._loop)
        self._connection.message({"reply": request, "content": {"process": os.getpid()}})

    def _end_with_front(self) -> None:
        """See that this process ends with the front, as soon as that is its parent.

        Until its last breath the worker before is: its end must not be this one's.
        """
        if not self._bound and os.getppid() == self._front:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            self._bound = True

    def _collect_forks(self) -> None:
        """Let the system forget the snapshots that have ended. Children of the user's code are its own."""
        for process in list(self._forks):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(process, os.WNOHANG)[0] == 0:
                    continue
            self._forks.remove(process)

    def _look(self, *, failed: bool, fork: bool) -> list[namespace.Looked]:
        """The variables in few words; told by a fork, so that no object in them can hold up this process."""
        traceback = getattr(sys, "last_traceback", None) if failed else None

        names, recent = (self._shell.user_ns, self._shell.user_ns_hidden), self._recent

        def looking() -> Iterator[list[namespace.Looked]]:
            return namespace.looking(*names, traceback=traceback, recent=recent)

        if fork:
            # Where none can be made, it is told here.
            with contextlib.suppress(OSError):
                found: list[namespace.Looked] = told(looking, _LOOK_SECONDS) or []
                return found
        return namespace.look(*names, traceback=traceback, recent=recent)

    def _save(self, *, limit: int, set_aside: bool, fork: bool) -> Reply:
        """Keep the variables in files; from a fork, since the libraries that write start threads."""
        variables = self._namespace()

        def saving() -> Iterator[Reply]:
            return self._keeping.saving(variables, limit, set_aside=set_aside)

        saved: Reply | None = told(saving, _SAVE_SECONDS) if fork else next(saving())
        return saved or {"failed": "The process that wrote them ended, or took too long."}
