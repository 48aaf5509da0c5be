"""What a person hears while a model has not written its first word."""

from __future__ import annotations

from jupyter_agent.messages import Message
from jupyter_agent.models.announced import AnnouncedModel
from jupyter_agent.models.complete import complete
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel
from jupyter_agent.protocols import ModelRequest, Waiting

QUESTION = ModelRequest(messages=(Message.user("what is six times seven"),))
LOADING = Waiting(text="Loading")
HALF = Waiting(text="Loading", progress=0.5)
READING = Waiting(text="Reading")


async def heard(*waits: Waiting, patience: float = 0.0, again: float = 0.0) -> list[Waiting | None]:
    announced: list[Waiting | None] = []

    async def announce(waiting: Waiting | None) -> None:
        announced.append(waiting)

    inner = ScriptedModel([ScriptedAnswer(text="forty two", waits=waits)])
    model = AnnouncedModel(inner, announce, patience=patience, again=again)
    answer = await complete(model, QUESTION)
    assert (answer.text, answer.usage.completion_tokens) == ("forty two", 2)
    return announced


async def test_what_an_answer_waits_for_is_said_once_and_then_taken_back() -> None:
    assert await heard(LOADING, LOADING, HALF, READING) == [LOADING, HALF, READING, None]


async def test_who_does_not_wait_hears_nothing() -> None:
    assert await heard() == []


async def test_what_is_soon_over_is_not_said() -> None:
    assert await heard(LOADING, READING, patience=60) == []


async def test_progress_is_told_now_and_then_but_something_new_at_once() -> None:
    assert await heard(LOADING, HALF, READING, again=60) == [LOADING, READING, None]
