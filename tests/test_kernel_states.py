"""Looking into a conversation's kernel, and going back, through the whole composition."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from jupyter_agent.compose import Services
from jupyter_agent.errors import InputRefused, NotFound
from jupyter_agent.events import Rewound, RunFinished
from jupyter_agent.ids import OWNER, RunId, UserId
from jupyter_agent.models.scripted import ScriptedModel, ScriptedModels
from tests.turns import ask, converse, program, until

Start = Callable[..., Awaitable[Services]]


async def test_going_back(started: Start) -> None:
    answers = [program("x = 1\nprint(x)"), "1.", program("x = 2\nprint(x)"), "2."]
    services = await started(ScriptedModels(ScriptedModel([*answers, program("print(x)"), "1."])))
    conversation, _ = await converse(services)
    assert (await services.kernel_states.look(OWNER, conversation)).state == "not-started"
    first = await ask(services, conversation, "One.")
    second = await ask(services, conversation, "Two.", after=first[-1].sequence)

    view = await services.kernel_states.look(OWNER, conversation)
    assert view.state == "idle"
    assert view.restricted
    assert [(variable.name, variable.summary) for variable in view.variables] == [("x", "2")]
    assert [(moment.run_id, moment.step, moment.attempt) for moment in view.moments] == [
        (first[0].run_id, 1, 1),
        (second[0].run_id, 1, 1),
    ]

    await services.kernel_states.rewind(OWNER, conversation, second[0].run_id, 1, 1)
    events = await until(services, conversation, "rewound", second[-1].sequence)
    assert events[-1].body == Rewound(step=1, attempt=1)
    assert events[-1].run_id == second[0].run_id
    view = await services.kernel_states.look(OWNER, conversation)
    assert [variable.summary for variable in view.variables] == ["1"]
    third = await ask(services, conversation, "Still one?", after=events[-1].sequence)
    assert isinstance(third[-1].body, RunFinished)
    assert third[-1].body.status == "completed"


async def test_a_moment_that_is_not_kept(started: Start) -> None:
    services = await started(ScriptedModels(ScriptedModel([program("print(1)"), "1."])))
    conversation, _ = await converse(services)
    with pytest.raises(InputRefused, match="not kept any more"):
        await services.kernel_states.rewind(OWNER, conversation, RunId("r"), 1, 1)
    await ask(services, conversation, "One.")
    with pytest.raises(InputRefused, match="not kept any more"):
        await services.kernel_states.rewind(OWNER, conversation, RunId("r"), 1, 1)


async def test_another_s_kernel_is_not_found(started: Start) -> None:
    services = await started(ScriptedModels(ScriptedModel([])))
    conversation, _ = await converse(services)
    with pytest.raises(NotFound):
        await services.kernel_states.look(UserId("other"), conversation)
    with pytest.raises(NotFound):
        await services.kernel_states.rewind(UserId("other"), conversation, RunId("r"), 1, 1)
