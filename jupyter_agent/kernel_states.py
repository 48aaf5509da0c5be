"""What a conversation's kernel holds, and going back to an earlier moment of it.

Nothing here starts a kernel: one that was not used yet holds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from .errors import Busy, InputRefused
from .events import Rewound
from .ids import ConversationId, RunId, UserId
from .journal import Journal
from .protocols import Kernels, Store
from .steps import label_of
from .wire import KernelView, Moment


class KernelStates:
    """Looks into kernels, and takes them back."""

    def __init__(
        self,
        *,
        store: Store,
        journal: Journal,
        kernels: Kernels,
        holding: Callable[[ConversationId], AbstractContextManager[None]],
    ) -> None:
        """`holding` keeps questions out of a conversation, and raises `Busy` while it is answering one."""
        self._store = store
        self._journal = journal
        self._kernels = kernels
        self._holding = holding

    async def look(self, owner: UserId, conversation_id: ConversationId) -> KernelView:
        """The variables, and the moments that they can be taken back to, oldest first.

        While code runs, nothing is known of them.

        Raises:
            NotFound: there is no such conversation of this owner.
        """
        conversation = await self._store.conversation(owner, conversation_id)
        restricted = self._kernels.restricted
        profile = (conversation.profile if restricted else None) or self._kernels.profile
        session = self._kernels.session_of(conversation_id)
        if session is None or not session.started:
            return KernelView(state="not-started", restricted=restricted, profile=profile)
        if await self._store.running(owner, conversation_id) is not None:
            return KernelView(state="busy", restricted=restricted, profile=profile)
        moments = (moment_of(point.label, point.memory) for point in await session.points())
        return KernelView(
            state="idle",
            restricted=restricted,
            profile=profile,
            variables=await session.variables(),
            moments=tuple(moment for moment in moments if moment is not None),
        )

    async def rewind(
        self, owner: UserId, conversation_id: ConversationId, run_id: RunId, step: int, attempt: int
    ) -> None:
        """Take the variables back to before an attempt. Files stay as they are.

        Raises:
            NotFound: there is no such conversation of this owner.
            Busy: it is answering a question.
            InputRefused: that moment is not kept any more.
        """
        await self._store.conversation(owner, conversation_id)
        with self._holding(conversation_id):
            if await self._store.running(owner, conversation_id) is not None:
                raise Busy
            session = self._kernels.session_of(conversation_id)
            if session is None or not await session.rewind(label_of(run_id, step, attempt)):
                raise InputRefused(
                    "The variables cannot be taken back to that moment: it is not kept any more.",
                    "Ask for the variables again to see which moments are kept.",
                )
            await self._journal.append(conversation_id, run_id, [Rewound(step=step, attempt=attempt)])


def moment_of(label: str, memory: int) -> Moment | None:
    """The moment that a label names; None if it names none."""
    run_id, _, rest = label.partition("/")
    step, _, attempt = rest.partition("/")
    if not (step.isdecimal() and attempt.isdecimal()):
        return None
    return Moment(run_id=RunId(run_id), step=int(step), attempt=int(attempt), memory=memory)
