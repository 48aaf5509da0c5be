"""The worker that runs now, and the snapshots that it can be exchanged for. Belongs to the front.

protect()     a snapshot of the variables as they are, or copies where a fork would hang
keep()        the code was good: its snapshot becomes a point to go back to, the oldest go
roll_back()   the code was not: its worker ends, the snapshot goes on in its place
undo()        the same after all, when its execution was kept
rewind()      the same with an earlier point
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections import deque
from dataclasses import dataclass
from typing import Any

from jupyter_agent.characters import encodable
from jupyter_agent.steps import Protection

from .linux import readable
from .own_proc import opened_of
from .peer import Answer, Hear, Peer, PeerEnded
from .processes import (
    Foreign,
    Process,
    end_members,
    fork_hazards,
    members,
    own_bytes,
    share_bytes,
    signal_member,
)
from .supervisor import Supervisor

COPIES_LIMIT = 500_000_000
"""Bytes of variables that are copied where no snapshot can be made."""
_FORK_SECONDS = 30.0
_PROMOTION_SECONDS = 10.0
_NO_SNAPSHOT = ("the worker sent something else than a snapshot",)
_MOST_NAMED = 300
_SAID_CHARACTERS = 200
_END_SECONDS = 0.2
"""From the last word of a process to its end."""


@dataclass(slots=True)
class Member:
    """The worker or a snapshot: a process and the way to talk to it."""

    process: Process
    peer: Peer

    def close(self) -> None:
        self.peer.close()
        self.process.close()


@dataclass(slots=True)
class Point:
    """A snapshot that can be gone back to: the variables before what `label` names."""

    label: str
    member: Member


class WorkerLost(Exception):
    """There is no worker any more, and no snapshot to go on from."""


class Workers:
    """One worker, and up to `most_points` snapshots of what it was."""

    def __init__(
        self,
        end: socket.socket,
        process: int,
        supervisor: Supervisor,
        hear: Hear,
        loop: asyncio.AbstractEventLoop,
        *,
        most_points: int,
    ) -> None:
        self._hear = hear
        self._loop = loop
        self._supervisor = supervisor
        self._points: deque[Point] = deque()
        self._most_points = most_points
        self._fresh: Member | None = None
        self._former: Member | None = None
        """From before the last execution, when that has no label: until there is a newer snapshot."""
        self._copied = False
        """Whether there are copies for the present execution."""
        self._copies_kept = False
        """Whether there are copies for the last one."""
        self._forking = asyncio.Lock()
        self._giving: asyncio.Task[None] | None = None
        self.worker = Member(Process.of(process), Peer(end, hear, loop))
        self._notice_its_end()

    @property
    def points(self) -> tuple[Point, ...]:
        """Oldest first. One that is only there to undo the last execution does not count."""
        return tuple(self._points) if self._most_points else ()

    @property
    def alive(self) -> bool:
        """Whether the worker has not ended, as far as is known."""
        return not self.worker.peer.ended.done()

    def exit_status(self) -> int | None:
        """How the worker ended, which its end of the pair has told already; None if that is not known."""
        process = self.worker.process
        if readable(process.handle, _END_SECONDS):
            with contextlib.suppress(ChildProcessError):
                ended, status = os.waitpid(process.id, os.WNOHANG)
                return os.waitstatus_to_exitcode(status) if ended else None
        return None

    @property
    def frozen(self) -> tuple[Member, ...]:
        """All snapshots."""
        others = (member for member in (self._former, self._fresh) if member is not None)
        return (*(point.member for point in self._points), *others)

    def snapshot_bytes(self) -> int:
        """The snapshots' share of memory."""
        return sum(share_bytes(member.process.id) for member in self.frozen)

    def signal(self, number: int) -> None:
        """Signal the worker, and whatever it has started; never the snapshots."""
        frozen = {member.process.id for member in self.frozen}
        for process in members():
            if process not in frozen:
                signal_member(process, number)

    def end_code(self) -> None:
        """End the worker, and whatever it has started: its forks hold its end of the pair open."""
        end_members(but={member.process.id for member in self.frozen})

    @property
    def has_fresh(self) -> bool:
        """Whether the present execution's snapshot is still there."""
        return self._fresh is not None

    def drop_fresh(self) -> None:
        """Give up the snapshot for the present or the next execution, if there is one."""
        if self._fresh is not None:
            self._fresh.close()
            self._fresh = None

    def make_room(self, needed: int) -> bool:
        """Give up a snapshot, the oldest first; False if that does not help.

        That of the present execution is given up only if this makes room for the `needed` bytes: else the
        code has to end in any case, and can be undone.
        """
        if self.drop_oldest():
            return True
        if self._fresh is None or own_bytes(self._fresh.process.id) < needed:
            return False
        self.drop_fresh()
        return True

    async def ask(self, op: str, **content: Any) -> Answer:
        """Ask the worker. Raises `PeerEnded`."""
        return await self.worker.peer.ask(op, **content)

    async def ask_forking(self, op: str, **content: Any) -> Answer:
        """Ask for something for which the worker may fork once."""
        async with self._forking:
            self._supervisor.expect_snapshot(self.worker.process.id)
            try:
                return await self.ask(op, **content)
            finally:
                self._supervisor.no_snapshot()

    def hazards(self) -> tuple[str, ...]:
        """What would be lost in a fork of the worker now."""
        return fork_hazards(self.worker.process.id)

    async def protect(self) -> Protection:
        """Make the next execution undoable, as well as it can be.

        Raises:
            PeerEnded: the worker does not answer.
        """
        self.drop_fresh()
        self._copies_kept = False
        hazards = self.hazards()
        if not hazards:
            async with asyncio.timeout(_FORK_SECONDS):
                answer = await self.ask_forking("snapshot")
            hazards = self._taken(answer)
            if not hazards:
                self._drop_former()
                return Protection(kind="snapshot")
        left_out = (await self.ask("copy", limit=COPIES_LIMIT)).content.get("left_out")
        self._drop_former()
        self._copied = True
        names = left_out[:_MOST_NAMED] if isinstance(left_out, list) else ()
        return Protection(kind="copies", hazards=hazards, left_out=tuple(map(_said, names)))

    def keep(self, label: str) -> None:
        """The execution is over and its result stays; with a label its snapshot can be gone back to."""
        self._drop_former()
        fresh, self._fresh = self._fresh, None
        self._copies_kept, self._copied = self._copied, False
        if fresh is None:
            return
        if not label:
            self._former = fresh
            return
        self._points.append(Point(label, fresh))
        while len(self._points) > max(self._most_points, 1):
            self.drop_oldest()

    def drop_oldest(self) -> bool:
        """Give up the oldest snapshot that can be gone back to; False if there is none."""
        if self._former is not None:
            self._drop_former()
            return True
        if not self._points:
            return False
        self._points.popleft().member.close()
        return True

    async def roll_back(self) -> bool:
        """Go back to before the execution; whether that was possible.

        Raises:
            WorkerLost: the worker is gone, and there is nothing to go back to.
        """
        copied, self._copied = self._copied, False
        if self._fresh is not None:
            fresh, self._fresh = self._fresh, None
            await self._exchange(fresh)
            return True
        if not self.alive:
            raise WorkerLost
        if copied:
            try:
                await self.ask("restore")
            except PeerEnded as error:
                raise WorkerLost from error
        return copied

    async def undo(self, label: str) -> bool:
        """Go back to before the last execution, which `keep` called so; False if that is not possible."""
        if self._points and self._points[-1].label == label:
            return await self.rewind(label)
        kept, self._copies_kept = self._copies_kept, False
        if kept:
            with contextlib.suppress(PeerEnded):
                await self.ask("restore")
                return True
        return False

    async def rewind(self, label: str) -> bool:
        """Go back to before what `label` names; False if that is not possible.

        The points after it go, since what they hold did not happen any more.
        """
        if label not in [point.label for point in self._points]:
            return False
        given_up = [self._fresh] if self._fresh is not None else []
        self._fresh = None
        while (point := self._points.pop()).label != label:
            given_up.append(point.member)
        try:
            await self._exchange(point.member, *given_up)
        except WorkerLost:
            # The next execution goes on from an older one, if there is any.
            return False
        return True

    async def recover(self) -> None:
        """Go on from the newest state there is, since the worker has ended.

        Raises:
            WorkerLost: there is none.
        """
        while self._former is not None or self._points:
            if self._former is not None:
                newest, self._former = self._former, None
            else:
                newest = self._points.pop().member
            with contextlib.suppress(WorkerLost):
                await self._exchange(newest)
                return
        raise WorkerLost

    async def _exchange(self, frozen: Member, *given_up: Member) -> None:
        """End the worker and all that it started, and snapshots; let one go on in its place."""
        promotion = asyncio.create_task(frozen.peer.ask("promote"))
        # It wakes up while the others are ended.
        await asyncio.sleep(0)
        self._loop.remove_reader(self.worker.process.handle)
        self.worker.close()
        self.worker = frozen
        self._notice_its_end()
        end_members(but={frozen.process.id, *(point.member.process.id for point in self._points)})
        self._drop_former()
        for member in given_up:
            member.close()
        try:
            async with asyncio.timeout(_PROMOTION_SECONDS):
                await promotion
        except (PeerEnded, TimeoutError) as error:
            frozen.peer.close()
            raise WorkerLost from error
        # It comes before whatever is asked next.
        self._giving = asyncio.create_task(_give_own_proc_if_alive(frozen))

    def _notice_its_end(self) -> None:
        """See that the worker's end is heard of even where what it has started holds its socket open."""
        worker = self.worker

        def ended() -> None:
            self._loop.remove_reader(worker.process.handle)
            worker.peer.finish()

        self._loop.add_reader(worker.process.handle, ended)

    def _taken(self, answer: Answer) -> tuple[str, ...]:
        """Take the snapshot that the worker made; why there is none, if there is none."""
        process = answer.content.get("process")
        if answer.descriptor is None or not isinstance(process, int):
            return (_said(answer.content.get("refused", "the snapshot was not made")),)
        try:
            end = socket.socket(fileno=answer.descriptor)
        except OSError:
            os.close(answer.descriptor)
            return _NO_SNAPSHOT
        # Signals spare snapshots: what is known as something else, or twice, could not be ended.
        known = (self.worker, *self.frozen)
        try:
            if process in (member.process.id for member in known):
                raise Foreign(process)
            self._fresh = Member(Process.of(process), Peer(end, self._hear, self._loop))
        except Foreign:
            end.close()
            return _NO_SNAPSHOT
        return ()

    def _drop_former(self) -> None:
        if self._former is not None:
            self._former.close()
            self._former = None


async def give_own_proc(member: Member) -> None:
    """Pass a worker what it may read of itself in /proc.

    Raises:
        PeerEnded: it has ended.
    """
    try:
        descriptors = opened_of(member.process.id)
    except OSError as error:
        raise PeerEnded from error
    try:
        await member.peer.ask("own_proc", pass_on=descriptors)
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


async def _give_own_proc_if_alive(member: Member) -> None:
    # Else the next execution notices.
    with contextlib.suppress(PeerEnded):
        await give_own_proc(member)


def _said(by_the_worker: object) -> str:
    return encodable(str(by_the_worker)[:_SAID_CHARACTERS])
