"""How quickly what happens is seen, and how quickly a long conversation opens.

    python tests/benchmarks/events.py

From `append` to the follower: one run alone, then ten at once, each event its own append. Then 10,000
events are read as a page that is opened reads them, up to the JSON that goes over the wire.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from contextlib import aclosing
from pathlib import Path

from jupyter_agent.events import TextDelta
from jupyter_agent.ids import OWNER, ConversationId, RunId
from jupyter_agent.journal import Journal
from jupyter_agent.storage.store import SqlStore
from jupyter_agent.wire import to_json

DELTA = TextDelta(target="answer", text="and a few words more, as a model says them, ")


async def latencies(journal: Journal, store: SqlStore, runs: int, each: int) -> list[float]:
    """Seconds from the call of `append` to the follower's receipt, of every event."""
    sent: dict[tuple[ConversationId, int], float] = {}
    delays: list[float] = []

    async def follow(talk: ConversationId) -> None:
        async with aclosing(journal.follow(OWNER, talk)) as events:
            async for event in events:
                delays.append(time.perf_counter() - sent[talk, event.sequence])
                if event.sequence == each:
                    return

    async def write(talk: ConversationId) -> None:
        for number in range(1, each + 1):
            sent[talk, number] = time.perf_counter()
            await journal.append(talk, RunId("run"), [DELTA])
            await asyncio.sleep(0.005)

    talks = [(await store.create_conversation(OWNER, "benchmark")).id for _ in range(runs)]
    async with asyncio.TaskGroup() as group:
        for talk in talks:
            group.create_task(follow(talk))
            group.create_task(write(talk))
    return delays


async def opening(journal: Journal, store: SqlStore, count: int) -> float:
    """Seconds to read `count` events and turn them into JSON."""
    talk = (await store.create_conversation(OWNER, "long")).id
    for _ in range(count // 100):
        await journal.append(talk, RunId("run"), [DELTA] * 100)
    start = time.perf_counter()
    async with aclosing(journal.follow(OWNER, talk)) as events:
        async for event in events:
            to_json(event)
            if event.sequence == count:
                break
    return time.perf_counter() - start


async def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        store = await SqlStore.open(Path(folder) / "data" / "agent.sqlite3")
        journal = Journal(store)
        for runs in (1, 10):
            delays = await latencies(journal, store, runs, 500)
            hundredths = statistics.quantiles(delays, n=100)
            print(
                f"{runs:2} runs at once: append to follower p50 {hundredths[49] * 1000:.1f} ms, "
                f"p99 {hundredths[98] * 1000:.1f} ms"
            )
        seconds = await opening(journal, store, 10_000)
        print(f"opening 10,000 events: {seconds:.2f} s, {seconds * 100:.0f} µs each")
        await journal.close()
        await store.close()


if __name__ == "__main__":
    asyncio.run(main())
