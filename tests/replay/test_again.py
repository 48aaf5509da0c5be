"""Replays in one process: what they begin with, and what they leave."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_agent.compose import Services
from jupyter_agent.errors import InputRefused
from jupyter_agent.events import EventBody, QuestionBack
from jupyter_agent.ids import OWNER, RunId
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel, ScriptedModels
from jupyter_agent.replay.again import replayed
from jupyter_agent.replay.original import Original, stored_original
from jupyter_agent.run import Question
from tests.turns import Start, ask, converse, program, until

LOAD = program("import pandas as pd\ndf = pd.read_csv('sales.csv')\nfactor = 2\nprint(len(df))")
TWICE = program(
    "total = int(df.price.sum()) * factor\nfactor = 3\nopen('out.txt', 'w').write('x')\nprint(total)"
)
KEEP = program("open('notes.txt', 'w').write('kept')\nprint('written')")
AGAIN = program("print(df.price.sum(), 'total' in dir(), factor, open('notes.txt').read())")


async def original(services: Services, run: RunId) -> Original:
    return await stored_original(services, OWNER, run)


async def test_it_begins_as_the_original_did(started: Start) -> None:
    model = ScriptedModel([LOAD, "Three.", KEEP, "Written.", TWICE, "120.", AGAIN, "60."])
    services = await started(ScriptedModels(model))
    conversation, _ = await converse(services)
    first = await ask(services, conversation, "Load.")
    second = await ask(services, conversation, "Keep notes.", after=first[-1].sequence)
    third = await ask(services, conversation, "Twice the sum?", after=second[-1].sequence)
    run = third[-1].run_id
    session = services.kernels.session_of(conversation)
    assert session is not None
    await session.keep()

    found = await replayed(services, OWNER, await original(services, run))

    before, after = model.requests[4].messages[-1].text, model.requests[6].messages[-1].text
    for part in ("Load.", "Keep notes.", "Written.", "Twice the sum?", "df", "sales.csv"):
        assert part in before
        assert part in after
    assert "total" not in after.split("Twice the sum?")[0]
    (step,) = found.trajectory.steps
    output = step.attempts[0].outputs[0]
    assert output.kind == "stream"
    assert output.text == "60 False 3 kept\n"
    assert found.differences == (
        "Variables are as later programs left them, not as they were then: factor.",
        "Files in the workspace that were made or changed since are left out: out.txt.",
    )
    listed = await services.store.conversations(OWNER)
    assert [each.title for each in listed] == ["Replay with scripted: Load.", "Load."]


async def test_without_a_beginning_nothing_is_brought_back(started: Start) -> None:
    services = await started(ScriptedModels(ScriptedModel([LOAD, "Three.", LOAD, "Three."])))
    conversation, _ = await converse(services)
    events = await ask(services, conversation, "Load.")
    found = await replayed(services, OWNER, await original(services, events[0].run_id))
    assert found.differences == ()
    assert found.trajectory.asked.question == "Load."


@pytest.mark.parametrize("keep", [True, False])
async def test_it_is_kept_or_not(started: Start, keep: bool) -> None:
    services = await started(ScriptedModels(ScriptedModel([LOAD, "Three.", LOAD, "Three."])))
    conversation, _ = await converse(services)
    events = await ask(services, conversation, "Load.")
    source = await original(services, events[0].run_id)
    found = await replayed(services, OWNER, source, keep=keep)
    assert found.trajectory.answer is not None
    listed = [each.id for each in await services.store.conversations(OWNER)]
    assert (found.trajectory.conversation_id in listed) is keep
    assert conversation in listed


async def test_one_that_is_cancelled_leaves_nothing(started: Start) -> None:
    slow = ScriptedAnswer(text=program("print(1)\n" * 200), delay=0.05)
    services = await started(ScriptedModels(ScriptedModel([LOAD, "Three.", slow])))
    conversation, _ = await converse(services)
    events = await ask(services, conversation, "Load.")
    source = await original(services, events[0].run_id)
    writing = asyncio.Event()

    def show(body: EventBody) -> None:
        if body.kind == "text-delta":
            writing.set()

    replaying = asyncio.create_task(replayed(services, OWNER, source, shown=show))
    await asyncio.wait_for(writing.wait(), 60)
    replaying.cancel()
    await asyncio.wait({replaying})
    assert replaying.cancelled()
    assert [each.id for each in await services.store.conversations(OWNER)] == [conversation]
    assert len(list(services.settings.workspaces.glob("*/*/attachments"))) == 1


async def test_one_that_is_cancelled_while_it_copies_leaves_nothing(started: Start) -> None:
    services = await started(ScriptedModels(ScriptedModel([LOAD, "Three.", KEEP, "Written."])))
    conversation, _ = await converse(services)
    first = await ask(services, conversation, "Load.")
    second = await ask(services, conversation, "Keep notes.", after=first[-1].sequence)
    source = await original(services, second[-1].run_id)
    assert source.workspace is not None
    earlier = source.workspace.folder / "earlier" / "notes.txt"
    earlier.parent.mkdir()
    earlier.write_text("x")
    os.utime(earlier, (0, 0))
    copying, go_on = threading.Event(), threading.Event()

    class Held(type(Path())):  # type: ignore[misc]
        """A folder that nothing is copied from until it is allowed."""

        def __fspath__(self) -> str:
            copying.set()
            go_on.wait()
            return str(self)

    held = replace(source, workspace=replace(source.workspace, folder=Held(source.workspace.folder)))
    replaying = asyncio.create_task(replayed(services, OWNER, held))
    try:
        assert await asyncio.to_thread(copying.wait, 60)
        replaying.cancel()
        done, _ = await asyncio.wait({replaying}, timeout=1)
        assert not done, "what is still copied to cannot be removed"
    finally:
        go_on.set()
        await asyncio.wait({replaying})
    assert replaying.cancelled()
    assert [each.id for each in await services.store.conversations(OWNER)] == [conversation]
    assert len(list(services.settings.workspaces.glob("*/*/*/earlier"))) == 1


async def test_what_a_replay_does_not_repeat_is_told(started: Start) -> None:
    services = await started(ScriptedModels(ScriptedModel([LOAD, "Three.", LOAD, "Three."])))
    conversation, _ = await converse(services)
    events = await ask(services, conversation, "Load.")
    source = await original(services, events[0].run_id)
    asked = replace(source.run.trajectory.asked, resumes=RunId("earlier"))
    back = QuestionBack(question="Which?", choices=("a", "b"))
    steered = replace(source.run.trajectory, said=("Only the north.",), asked=asked, asked_back=back)
    found = await replayed(services, OWNER, replace(source, run=replace(source.run, trajectory=steered)))
    assert found.differences == (
        "What the person said while it was worked on is not said again.",
        "The original took up a plan that another run had begun; the replay begins anew.",
        "The original asked back what was meant; the replay does not ask.",
    )


async def test_a_run_that_was_stopped_can_be_replayed(started: Start) -> None:
    slow = ScriptedAnswer(text=program("print(1)\n" * 200), delay=0.05)
    services = await started(ScriptedModels(ScriptedModel([slow, LOAD, "Three."])))
    conversation, _ = await converse(services)
    run = await services.runner.start(OWNER, conversation, Question(text="Load.", agent_type="react"))
    await until(services, conversation, "text-delta")
    await services.runner.stop(OWNER, conversation)
    found = await replayed(services, OWNER, await original(services, run))
    assert found.trajectory.end is not None
    assert found.trajectory.end.status == "completed"


@pytest.mark.parametrize("change", [Path.unlink, lambda path: path.write_text("region,price\n")])
async def test_a_file_that_is_not_what_it_was_is_refused(
    started: Start, change: Callable[[Path], object]
) -> None:
    services = await started(ScriptedModels(ScriptedModel([LOAD, "Three."])))
    conversation, _ = await converse(services)
    events = await ask(services, conversation, "Load.")
    path = services.workspaces.for_conversation(OWNER, conversation).attachments / "sales.csv"
    path.chmod(0o600)
    change(path)
    with pytest.raises(InputRefused, match=r"sales\.csv is gone or was changed"):
        await original(services, events[0].run_id)


async def test_no_link_in_a_workspace_is_followed(started: Start, tmp_path: Path) -> None:
    """Code may have left links to what it cannot read itself."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    services = await started(ScriptedModels(ScriptedModel([LOAD, "Three.", LOAD, "Three.", LOAD, "Three."])))
    conversation, _ = await converse(services)
    work = services.workspaces.for_conversation(OWNER, conversation).folder
    (work / "soft").symlink_to(secret)
    os.link(secret, work / "hard")
    (work / "folder").symlink_to(tmp_path)
    first = await ask(services, conversation, "Load.")
    second = await ask(services, conversation, "Again.", after=first[-1].sequence)
    found = await replayed(services, OWNER, await original(services, second[0].run_id))
    copied = services.workspaces.for_conversation(OWNER, found.trajectory.conversation_id).folder
    assert sorted(path.name for path in copied.iterdir()) == ["sales.csv"]
    assert any("hard" in difference for difference in found.differences)
