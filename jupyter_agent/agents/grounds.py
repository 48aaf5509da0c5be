"""What the numbers and claims of an answer rest on, and a word about those that rest on nothing."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator

from jupyter_agent.coder import Task
from jupyter_agent.events import Notice
from jupyter_agent.evidence import Evidence

from .evidence import evidence_of, sources_of
from .progress import Progress

log = logging.getLogger(__name__)

NOT_COMPARED = "Not all numbers of the answer were compared with the outputs: do so yourself."
_EVIDENCE_SECONDS = 15.0
"""That an answer waits for the evidence for it."""


async def grounds(answer: str, progress: Progress) -> tuple[tuple[Evidence, ...], bool]:
    """What the numbers and claims of an answer rest on, and whether that is all. A thread that nobody waits
    for any more ends.

    An answer that is written goes out soon: without evidence, if it cannot be found.
    """
    stop = threading.Event()
    late = asyncio.get_running_loop().call_later(_EVIDENCE_SECONDS, stop.set)

    def find() -> tuple[Evidence, ...]:
        told = "\n\n".join([progress.task.question, *progress.heard, *_sizes(progress.task)])
        sources = sources_of(told, progress.task.history, progress.done)
        return evidence_of(answer, sources, stop)

    try:
        found = await asyncio.to_thread(find)
        return found, not stop.is_set()
    except Exception:
        log.exception("The evidence for an answer could not be found")
        return (), False
    finally:
        late.cancel()
        stop.set()


def doubts(answer: str, evidence: tuple[Evidence, ...], *, complete: bool) -> Iterator[Notice]:
    """A word about what of an answer nothing shows, if there is any."""
    if not complete:
        yield Notice(level="warning", text=NOT_COMPARED)
    if any(one.in_doubt for one in evidence):
        yield Notice(level="warning", text=_doubt(answer, evidence))


def _doubt(answer: str, evidence: tuple[Evidence, ...]) -> str:
    """One line about the numbers that nothing shows, or else about those that it may be chance to find."""
    nowhere = [one for one in evidence if one.derivation == "unsupported"]
    doubtful = nowhere or [one for one in evidence if one.in_doubt]
    listed = ", ".join(list(dict.fromkeys(answer[one.start : one.end] for one in doubtful))[:5])
    return f"No output shows {listed}." if nowhere else f"Not clear from the outputs: {listed}."


def _sizes(task: Task) -> Iterator[str]:
    """What is said of the files' sizes, as numbers that an answer may repeat."""
    for profile in task.profiles:
        if profile.rows is not None:
            yield f"{profile.name}: {profile.rows} rows, {len(profile.columns)} columns"
