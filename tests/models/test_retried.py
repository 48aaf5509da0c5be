"""A model whose server fails before the first word is asked once more, and only then."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jupyter_agent.errors import ModelInterrupted, ModelNotFound, ModelUnavailable
from jupyter_agent.messages import Message
from jupyter_agent.models.complete import complete
from jupyter_agent.models.retried import RetriedModel
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel
from jupyter_agent.protocols import ModelRequest, Waiting

REQUEST = ModelRequest(messages=(Message.user("Well?"),))
FAILED = ModelInterrupted("It failed.")
GOOD = ScriptedAnswer(text="Well.")


def failing(*answers: ScriptedAnswer) -> ScriptedModel:
    remaining: Iterator[ScriptedAnswer] = iter(answers)
    return ScriptedModel(lambda _: next(remaining))


@pytest.mark.parametrize(
    "first",
    [
        ScriptedAnswer(text="", error=FAILED),
        ScriptedAnswer(text="", error=FAILED, waits=(Waiting(text="Preparing the model"),)),
    ],
    ids=["at once", "after it was waited for"],
)
async def test_it_is_asked_again(first: ScriptedAnswer) -> None:
    model = failing(first, GOOD)
    assert (await complete(RetriedModel(model, pause=0), REQUEST)).text == "Well."
    assert model.requests == [REQUEST, REQUEST]


@pytest.mark.parametrize(
    "first",
    [
        ScriptedAnswer(text="One two.", error=FAILED, pieces_before_error=1),
        ScriptedAnswer(text="", error=ModelUnavailable("Nothing answers.")),
        ScriptedAnswer(text="", error=ModelNotFound("There is none.")),
    ],
    ids=["it had begun", "nothing is there", "it does not exist"],
)
async def test_it_is_not_asked_again(first: ScriptedAnswer) -> None:
    model = failing(first, GOOD)
    with pytest.raises(type(first.error) if first.error else AssertionError):
        await complete(RetriedModel(model, pause=0), REQUEST)
    assert len(model.requests) == 1


async def test_the_second_failure_is_told() -> None:
    model = failing(ScriptedAnswer(text="", error=FAILED), ScriptedAnswer(text="", error=FAILED), GOOD)
    with pytest.raises(ModelInterrupted):
        await complete(RetriedModel(model, pause=0), REQUEST)
    assert len(model.requests) == 2
