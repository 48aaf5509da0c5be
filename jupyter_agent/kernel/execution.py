"""Carries out executions in the worker, from its protection to its end, whatever the code does.

    protect → run → (ended by itself | interrupted | over a budget | its process gone) → keep or roll back

Code that does not stop when it is interrupted is ended with its process, and the snapshot goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable
from typing import Any, Literal

from jupyter_agent.steps import UNPROTECTED, Block, FileChanges, Meter, Protection, Undone

from .blocks import refused_path
from .budgets import UNMEASURED, Budgets, Excess
from .endings import reason
from .guard import Guard
from .outcome import Outcome, Request
from .peer import PeerEnded
from .processes import collect_ended, share_bytes
from .protocol import Wish
from .publisher import Publisher
from .workers import WorkerLost, Workers
from .workspace_files import WorkspaceFiles

INTERRUPT_SECONDS = 2.0
"""How long code has to end once it was interrupted, where there is a snapshot to go back to."""
_LOOK_SECONDS = 5.0
_REPLY_SECONDS = 0.001
"""What the reply to an execution takes to get out, before the next snapshot is made."""
_IDLE_SECONDS = 10.0
"""After the last execution; then the next one may begin a little later."""
_MOST_BLOCKS = 20

_STUBBORN = Excess("Interrupted", "The code did not stop when it was interrupted, so it was ended.")
_NO_ROOM = Protection(kind="none", hazards=("memory ran short",))
_BUSY = Excess(
    "Interrupted", "Code that ran on after an earlier program kept the kernel busy, so it was ended."
)
_NOT_BEGUN = {
    "status": "error",
    "ename": "KeyboardInterrupt",
    "evalue": "It was interrupted before it began.",
    "traceback": [],
}
_ENDED = "The process that held the variables had ended by itself."
_AS_BEFORE = "The variables are as they were before an earlier program."

log = logging.getLogger(__name__)


class Executions:
    """One at a time."""

    def __init__(
        self,
        workers: Workers,
        publisher: Publisher,
        files: WorkspaceFiles,
        budgets: Budgets,
        *,
        blocked: Callable[[Block], None],
        measured: Callable[[Meter], None],
    ) -> None:
        self.workers = workers
        self._publisher = publisher
        self._files = files
        self._budgets = budgets
        self._on_block = blocked
        self._on_measure = measured
        self._blocks: list[Block] = []
        self._running: asyncio.Future[Any] | None = None
        self._protecting: asyncio.Future[Protection] | None = None
        self._stopped = False
        """Interrupted before the code began to run."""
        self._protection = UNPROTECTED
        self._excess: Excess | None = None
        """Why the worker was ended."""
        self._reason = ""
        """Why it ended by itself."""
        self._ahead: asyncio.Task[Protection] | None = None
        """A snapshot that is made while nobody waits, for the next execution."""
        self._last = ""
        """The label of the execution that can be undone although it went well."""
        self._note = ""
        self._ended_between = ""
        """Why code that an execution left running was ended."""
        self.guard = Guard(lambda: budgets.measure(workers, publisher), self._end_left_running)
        self._used = False
        """Whether anything was run or brought back."""
        self._saved: dict[str, Any] | None = None
        """What the last save told, while the files hold the variables as they are."""
        self._unread = True
        """Whether the files hold what was not brought back, so that it must not be written over."""
        self._idle = True
        """Whether nothing that code left behind can change them before the next execution."""
        self._rest: asyncio.TimerHandle | None = None
        """When it has been idle for a while, it gives back the memory that made it quick."""
        self._resting: asyncio.Task[bool] | None = None
        self._telling = False
        """Whether somebody asked for more than Jupyter's messages."""

    async def execute(self, request: Request) -> Outcome:
        """Run the code to its end.

        Raises:
            WorkerLost: the variables are gone, and the kernel has to end.
        """
        self._stopped = False
        await self._stay_awake()
        self._used = True
        self._changed()
        self._publisher.begin(request.number)
        self._blocks = []
        self._last = ""
        self._telling = request.wish.transaction
        self._excess = None
        self._protection = await self._protect(request.wish)
        self._excess = None
        if self._stopped:
            self._publisher.end()
            return self._outcome(_NOT_BEGUN, told=False)
        reply = await self._run(request)
        self._publisher.end()
        ended = self._how_it_ended(reply)
        self._reason = reason(self.workers.exit_status()) if ended == "died" else ""
        if reply is not None and reply.get("status") == "ok":
            variables = await self.look(failed=False) if request.wish.transaction else ()
            self._last = request.wish.label if request.wish.transaction else ""
            self.workers.keep(self._last)
            self._idle = reply.get("idle") is True
            # Copies take the place of those before, which this execution can still be undone with.
            if self._idle and self._protection.kind == "snapshot":
                self.prepare()
            return self._outcome(reply, told=True, variables=variables)
        variables = await self.look(failed=True) if request.wish.transaction and not ended else ()
        told = reply is not None
        if reply is not None and (path := refused_path(reply)) is not None:
            self.block(path)
        rolled_back, files = await self._undo(request.wish, ended=bool(ended))
        # Snapshots that lost their worker.
        collect_ended()
        return self._outcome(
            reply or self._obituary(rolled_back),
            told=told,
            rolled_back=rolled_back,
            ended=ended,
            variables=variables,
            files=files,
        )

    def interrupt(self) -> None:
        """Interrupt the code; if it does not end soon and can be undone, end it."""
        self.workers.signal(signal.SIGINT)
        running, protecting = self._running, self._protecting
        self._stopped = True
        if protecting is None and (running is None or not self.workers.has_fresh):
            return

        def end() -> None:
            if running is not None and running is self._running and not running.done():
                self._end_worker(_STUBBORN)
            elif protecting is not None and protecting is self._protecting:
                self._end_worker(_BUSY)

        asyncio.get_running_loop().call_later(INTERRUPT_SECONDS, end)

    def block(self, block: Block) -> None:
        """The supervisor refused something."""
        if block not in self._blocks and len(self._blocks) < _MOST_BLOCKS:
            self._blocks.append(block)
            if self._telling:
                self._on_block(block)

    async def look(self, *, failed: bool) -> tuple[dict[str, Any], ...]:
        """The variables in few words, as the worker tells them; nothing if it does not."""
        fork = not self.workers.hazards()
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                answer = await self.workers.ask_forking("look", failed=failed, fork=fork)
        except (PeerEnded, TimeoutError):
            return ()
        variables = answer.content.get("variables")
        items = variables if isinstance(variables, list) else []
        return tuple(item for item in items if isinstance(item, dict))

    async def save(self, limit: int) -> dict[str, Any]:
        """Keep the variables in files; what became of them."""
        if self._saved is not None:
            return self._saved
        fork = not self.workers.hazards()
        try:
            told = (
                await self.workers.ask_forking("save", limit=limit, set_aside=self._unread, fork=fork)
            ).content
        except PeerEnded:
            return {"failed": _ENDED}
        if "kept" in told:
            self._unread = False
            if self._idle:
                self._saved = told
        return told

    async def load(self, limit: int) -> dict[str, Any]:
        """Bring back what was kept; what became of it."""
        self._last = ""
        self._used = True
        self._saved = None
        self._unread = True
        await self._settled()
        try:
            told = (await self.workers.ask("load", limit=limit)).content
        except PeerEnded:
            return {"failed": _ENDED}
        self._unread = told.get("unread") != []
        self.prepare()
        return told

    def _changed(self) -> None:
        """The variables are not what they were, and what runs on beside them is not known."""
        self._saved = None
        self._idle = False

    def points(self) -> dict[str, Any]:
        """What can be gone back to, oldest first, and what keeping that costs in memory."""
        return {
            "points": [
                {"label": point.label, "memory": share_bytes(point.member.process.id)}
                for point in self.workers.points
            ]
        }

    async def rewind(self, label: str) -> bool:
        """Go back to before the execution with this label; False if that is not possible any more."""
        self._last = ""
        self._changed()
        await self._settled()
        if not await self.workers.rewind(label):
            return False
        self.prepare()
        return True

    async def undo(self, label: str) -> Undone:
        """Take back the last execution, which went well, if it has this label: variables and files."""
        if not label or label != self._last:
            return Undone()
        self._last = ""
        self._changed()
        await self._settled()
        rolled_back = await self.workers.undo(label)
        files = await asyncio.to_thread(self._files.restore)
        self.prepare()
        return Undone(rolled_back=rolled_back, files=files)

    def prepare(self) -> None:
        """Make the snapshot for the next execution soon, so that it need not wait for it."""
        self._ahead = asyncio.create_task(self._protect_soon())
        self._rest = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._go_to_rest)

    async def prepared(self) -> None:
        """Wait until that snapshot is made, or known to be impossible."""
        if self._ahead is not None:
            await asyncio.wait({self._ahead})

    async def _protect_soon(self) -> Protection:
        await asyncio.sleep(_REPLY_SECONDS)
        return await self.workers.protect()

    def _go_to_rest(self) -> None:
        """Do without a snapshot until the next execution."""
        self._rest = None
        if not self.workers.has_fresh:
            return
        self._ahead = None
        if self._used:
            self.workers.drop_fresh()
        else:
            # The snapshot is what the worker is, and still shares its memory with the fork server.
            self._resting = asyncio.create_task(self.workers.roll_back())

    async def _stay_awake(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        if self._resting is not None:
            # If it failed, the worker is gone, which is seen next.
            await asyncio.gather(self._resting, return_exceptions=True)
            self._resting = None

    async def _settled(self) -> None:
        """Give up what was prepared: the variables are about to change otherwise than by an execution."""
        await self._stay_awake()
        await self.prepared()
        self._ahead = None

    async def _protect(self, wish: Wish) -> Protection:
        self._note, self._ended_between = self._ended_between, ""
        if wish.transaction:
            await asyncio.to_thread(self._files.remember)
        ahead, self._ahead = self._ahead, None
        self._protecting = ahead or asyncio.create_task(self.workers.protect())
        try:
            with contextlib.suppress(PeerEnded, TimeoutError):
                protection = await self._protecting
                if self.workers.alive:
                    return protection
        finally:
            self._protecting = None
        await self._go_back()
        return await self.workers.protect()

    async def _go_back(self) -> None:
        """Go on although the worker ended, or does not answer, with nothing running that was asked for."""
        if self.workers.has_fresh:
            with contextlib.suppress(WorkerLost):
                # Made after the last execution: nothing is lost.
                await self.workers.roll_back()
                return
        await self.workers.recover()
        why = self._note or (self._excess.sentence if self._excess else _ENDED)
        self._note = f"{why} {_AS_BEFORE}"

    async def _run(self, request: Request) -> dict[str, Any] | None:
        """The worker's reply; None if it ended."""
        asked = asyncio.ensure_future(
            self.workers.ask(
                "execute",
                code=request.code,
                silent=request.silent,
                store_history=request.store_history,
                user_expressions=dict(request.user_expressions),
                count=request.number,
                show_last=request.wish.transaction,
            )
        )
        self._running = asked
        self.guard.pause()
        self._budgets.begin()
        watching = asyncio.create_task(self._watch())
        try:
            return (await asked).content
        except PeerEnded:
            return None
        finally:
            self._running = None
            self.guard.go_on()
            watching.cancel()

    async def _watch(self) -> None:
        """Measure, and end what uses more than it may."""
        try:
            async for meter, excess in self._budgets.measure(self.workers, self._publisher):
                if self._telling:
                    self._on_measure(meter)
                if excess:
                    self._end_worker(excess)
        except Exception:
            # A bug; code that nobody measures could use all that there is.
            log.exception("An execution could not be measured")
            self._end_worker(UNMEASURED)

    def _end_left_running(self, because: Excess) -> None:
        self._ended_between = f"What earlier code had left running was ended. {because.sentence}"
        self._end_worker(because)

    def _end_worker(self, because: Excess) -> None:
        self._excess = because
        self.workers.end_code()

    def _how_it_ended(self, reply: dict[str, Any] | None) -> Literal["", "died", "killed"]:
        if reply is not None:
            return ""
        return "killed" if self._excess else "died"

    async def _undo(self, wish: Wish, *, ended: bool) -> tuple[bool, FileChanges]:
        """Undo what failed: all of it in a transaction, else only the end of the process."""
        if not wish.transaction and not ended:
            self.workers.keep("")
            return False, FileChanges()
        if self._protection.kind == "snapshot" and not self.workers.has_fresh:
            self._protection = _NO_ROOM
        rolled_back = False
        try:
            rolled_back = await self.workers.roll_back()
        except WorkerLost:
            await self.workers.recover()
            self._note = f"{self._note} {_AS_BEFORE}".lstrip()
        files = await asyncio.to_thread(self._files.restore) if wish.transaction else FileChanges()
        return rolled_back, files

    def _obituary(self, rolled_back: bool) -> dict[str, Any]:
        """The reply in the name of a worker that cannot reply any more."""
        why = self._excess or Excess("ProcessEnded", f"The process ended while the code ran{self._reason}.")
        then = " The variables are as they were before it." if rolled_back else ""
        return {"status": "error", "ename": why.name, "evalue": f"{why.sentence}{then}", "traceback": []}

    def _outcome(self, reply: dict[str, Any], **fields: Any) -> Outcome:
        changes = {} if fields.get("rolled_back") else reply.get("changes")
        noticed = reply.get("noticed")
        return Outcome(
            reply=reply,
            protection=self._protection,
            changes=changes if isinstance(changes, dict) else {},
            noticed=noticed if isinstance(noticed, dict) else {},
            blocks=tuple(self._blocks),
            note=self._note,
            **fields,
        )
