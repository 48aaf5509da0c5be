"""Finds the run that a person means."""

from __future__ import annotations

import re

from jupyter_agent.errors import InputRefused, NotFound
from jupyter_agent.ids import ConversationId, UserId
from jupyter_agent.protocols import PastRun, Store

LAST = "last"
_MOST_SHOWN = 5
_ID = re.compile(r"[0-9a-f]{1,32}")
_SEE = "See them with: jupyter agent runs"


async def found_run(store: Store, owner: UserId, name: str) -> PastRun:
    """The run with this id, or the only one whose id begins so; the last of a conversation; `last` of all.

    Raises:
        NotFound: there is none, or it is another owner's.
        InputRefused: several begin so.
        StorageError: the database cannot be read.
    """
    name = name.strip().lower()
    if name == LAST:
        return _the_last(await store.runs(owner, limit=1), "There are no runs yet.")
    if not _ID.fullmatch(name):
        raise NotFound(f"There is no run “{name}”.", _SEE)
    found = await store.runs(owner, beginning=name, limit=_MOST_SHOWN + 1)
    if len(found) > 1:
        shown = ", ".join(run.id for run in found[:_MOST_SHOWN]) + ("…" if len(found) > _MOST_SHOWN else "")
        raise InputRefused(f"Several runs begin with {name}: {shown}", "Write more of it.")
    if not found:
        found = await store.runs(owner, conversation_id=ConversationId(name), limit=1)
    return _the_last(found, f"There is no run {name}.")


def _the_last(found: tuple[PastRun, ...], without: str) -> PastRun:
    if not found:
        raise NotFound(without, _SEE)
    return found[0]
