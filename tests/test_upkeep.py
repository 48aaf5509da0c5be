"""What becomes of a kernel whose conversation another process on the same database deletes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from jupyter_agent.compose import Services
from jupyter_agent.ids import OWNER
from jupyter_agent.models.scripted import ScriptedModel, ScriptedModels
from jupyter_agent.upkeep import Upkeep
from tests.kernel.test_provisioner import eventually
from tests.turns import ask, converse, program

Start = Callable[..., Awaitable[Services]]
ANSWERS = [program("print(1)"), "1."]


def folders(services: Services) -> list[Path]:
    """The conversations' folders that there are."""
    return list(services.settings.workspaces.glob("*/*/work"))


async def test_a_kernel_ends_with_its_conversation_wherever_that_is_deleted(started: Start) -> None:
    here = await started(ScriptedModels(ScriptedModel([*ANSWERS, *ANSWERS])))
    other = await started(ScriptedModels(ScriptedModel([])))
    deleted, _ = await converse(here)
    kept, _ = await converse(here)
    for conversation in (deleted, kept):
        await ask(here, conversation, "One.")
    assert here.kernels.conversations == {deleted, kept}

    await here.upkeep.look()
    assert here.kernels.conversations == {deleted, kept}
    await other.runner.forget(OWNER, deleted)
    await here.upkeep.look()
    assert here.kernels.conversations == {kept}
    assert [path.parent.name for path in folders(here)] == [kept]
    assert (await here.kernel_states.look(OWNER, kept)).state == "idle"


async def test_a_folder_in_which_code_still_worked_is_removed_after_its_kernel(started: Start) -> None:
    here = await started(ScriptedModels(ScriptedModel(ANSWERS)))
    other = await started(ScriptedModels(ScriptedModel([])))
    conversation, _ = await converse(here)
    await ask(here, conversation, "One.")
    (folder,) = folders(here)
    await other.runner.forget(OWNER, conversation)
    # As it is when a file was made while the folder was being removed.
    folder.mkdir(parents=True)
    (folder.parent.parent / "deleted" / conversation).touch()

    await here.upkeep.look()
    assert folders(here) == []
    assert not folder.parent.exists()


async def test_it_goes_on_looking(started: Start) -> None:
    here = await started(ScriptedModels(ScriptedModel(ANSWERS)))
    other = await started(ScriptedModels(ScriptedModel([])))
    conversation, _ = await converse(here)
    await ask(here, conversation, "One.")
    upkeep = Upkeep(store=here.store, workspaces=here.workspaces, kernels=here.kernels, seconds=0.05)
    upkeep.begin()
    await other.runner.forget(OWNER, conversation)
    await eventually(lambda: not here.kernels.conversations)
    await upkeep.close()
