"""Processes killed with SIGKILL: what they reported as stored is there, what they left open is closed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_agent.errors import Busy
from jupyter_agent.events import RunFinished, RunStarted
from jupyter_agent.ids import OWNER, RunId
from jupyter_agent.storage.processes import ProcessIdentity, is_gone, this_process
from jupyter_agent.storage.store import SqlStore

WRITER = """
import asyncio, sys
from pathlib import Path
from jupyter_agent.events import Activity, RunStarted
from jupyter_agent.storage.store import SqlStore

async def main():
    store = await SqlStore.open(Path(sys.argv[1]))
    talk = await store.create_conversation("owner", "killed")
    print(talk.id, flush=True)
    await store.append(talk.id, sys.argv[2], [RunStarted(question="?", agent_type="auto")])
    async def write(writer):
        number = 0
        while True:
            events = await store.append(talk.id, sys.argv[2], [Activity(text=f"{writer} " + "x" * 2000)] * 3)
            print(events[-1].sequence, flush=True)
    await asyncio.gather(*(write(writer) for writer in range(3)))

asyncio.run(main())
"""


@pytest.mark.parametrize("attempt", range(10))
async def test_what_was_reported_as_stored_survives_a_kill(database: Path, attempt: int) -> None:
    store = await SqlStore.open(database)
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, str(database), "run", stdout=asyncio.subprocess.PIPE
    )
    assert writer.stdout is not None
    async with asyncio.timeout(60):
        talk_id = (await writer.stdout.readline()).decode().strip()
        reported = [int(await writer.stdout.readline())]
        killing = asyncio.get_running_loop().call_later(random.random() * 0.3, writer.kill)
        with contextlib.suppress(ValueError):  # the last line may be cut
            while line := await writer.stdout.readline():
                reported.append(int(line))
        await writer.wait()
    killing.cancel()

    (talk,) = await store.conversations(OWNER)
    assert talk.id == talk_id
    events = await store.events(OWNER, talk.id, limit=100_000)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert max(reported) <= len(events)
    assert (len(events) - 1) % 3 == 0, "an append is stored whole or not at all"

    assert await store.end_orphaned_runs() == 1
    assert await store.end_orphaned_runs() == 0
    (end,) = await store.events(OWNER, talk.id, after=len(events))
    assert isinstance(end.body, RunFinished)
    assert (end.run_id, end.body.status) == ("run", "interrupted")
    assert "ask again" in end.body.message
    await store.close()


async def test_runs_that_are_carried_out_are_left_alone(store: SqlStore, database: Path) -> None:
    talk = await store.create_conversation(OWNER, "")
    await store.append(talk.id, RunId("mine"), [RunStarted(question="?", agent_type="auto")])
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, str(database), "theirs", stdout=asyncio.subprocess.PIPE
    )
    assert writer.stdout is not None
    async with asyncio.timeout(60):
        for _ in range(2):
            await writer.stdout.readline()
        assert await store.end_orphaned_runs() == 0
        writer.kill()
        while await writer.stdout.readline():
            pass
        # Not collected yet: a process that has ended counts as gone all the same.
        while not await store.end_orphaned_runs():
            await asyncio.sleep(0.01)
        await writer.wait()
    await store.append(talk.id, RunId("mine"), [RunFinished(status="completed", duration=1)])
    assert await store.end_orphaned_runs() == 0


async def test_two_that_open_at_once_close_a_run_once(store: SqlStore, database: Path) -> None:
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, str(database), "run", stdout=asyncio.subprocess.PIPE
    )
    assert writer.stdout is not None
    async with asyncio.timeout(60):
        for _ in range(2):
            await writer.stdout.readline()
        writer.kill()
        await writer.wait()
    other = await SqlStore.open(database)
    ended = await asyncio.gather(store.end_orphaned_runs(), other.end_orphaned_runs())
    await other.close()
    assert sum(ended) == 1


async def test_a_question_after_a_kill_closes_the_run_before_it(store: SqlStore, database: Path) -> None:
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, str(database), "killed", stdout=asyncio.subprocess.PIPE
    )
    assert writer.stdout is not None
    async with asyncio.timeout(60):
        for _ in range(2):
            await writer.stdout.readline()
        (talk,) = await store.conversations(OWNER)
        assert await store.running(OWNER, talk.id) == "killed"
        with pytest.raises(Busy):
            await store.append(talk.id, RunId("next"), [RunStarted(question="?", agent_type="auto")])
        writer.kill()
        await writer.wait()

    assert await store.running(OWNER, talk.id) is None
    (begun,) = await store.append(talk.id, RunId("next"), [RunStarted(question="?", agent_type="auto")])
    end, _ = await store.events(OWNER, talk.id, after=begun.sequence - 2)
    assert isinstance(end.body, RunFinished)
    assert (end.run_id, end.body.status) == ("killed", "interrupted")
    assert await store.running(OWNER, talk.id) == "next"


@pytest.mark.parametrize(("alive", "under_way"), [("-9 minutes", True), ("-11 minutes", False), (None, True)])
async def test_on_another_machine_a_process_is_there_while_it_says_so(
    store: SqlStore, database: Path, alive: str | None, under_way: bool
) -> None:
    talk = await store.create_conversation(OWNER, "")
    await store.append(talk.id, RunId("far"), [RunStarted(question="?", agent_type="auto")])
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE runs SET host = 'elsewhere', alive = datetime('now', ?)", (alive,))
    assert (await store.running(OWNER, talk.id) == "far") is under_way
    await store.sign_of_life([RunId("far"), RunId("another")])
    assert await store.running(OWNER, talk.id) == "far"
    assert await store.end_orphaned_runs() == 0


def test_a_process_is_told_from_a_later_one_with_its_number() -> None:
    here = this_process()
    assert not is_gone(here)
    assert is_gone(ProcessIdentity(host=here.host, pid=here.pid, started="another boot/1"))
    assert not is_gone(ProcessIdentity(host="elsewhere", pid=here.pid, started="another boot/1"))


def test_a_process_may_bear_a_name_that_is_no_text() -> None:
    code = "import sys; open('/proc/self/comm', 'wb').write(b') Z\\xff'); print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        here = this_process()
        assert is_gone(ProcessIdentity(host=here.host, pid=process.pid, started=here.started))
        process.kill()


def test_a_process_that_ended_is_gone_even_before_it_is_collected() -> None:
    child = os.fork()
    if child == 0:
        signal.pause()
        os._exit(0)
    started = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[19]
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    identity = ProcessIdentity(host=socket.gethostname(), pid=child, started=f"{boot}/{started}")
    assert not is_gone(identity)
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert is_gone(identity)
    os.waitpid(child, 0)
    assert is_gone(identity)
