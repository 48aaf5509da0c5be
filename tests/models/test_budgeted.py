"""Calls of models end with the budget of their run."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from jupyter_agent.budget import Budget
from jupyter_agent.errors import BudgetSpent
from jupyter_agent.events import Usage
from jupyter_agent.messages import Message, Tool, ToolCallPart
from jupyter_agent.models.budgeted import BudgetedModel
from jupyter_agent.models.complete import complete
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel
from jupyter_agent.protocols import ModelChunk, ModelRequest, Waiting
from jupyter_agent.tokens import tokens_in, tokens_of, tokens_of_calls

REQUEST = ModelRequest(messages=(Message.user("Say something."),))
ENDLESS = ScriptedAnswer(text="and so on " * 10_000)
SECOND = 1 / 60


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_without_limits_there_is_no_end() -> None:
    budget = Budget()
    budget.take(10**9)
    assert (budget.seconds_left, budget.tokens_left, budget.spent) == (math.inf, math.inf, False)


def test_the_last_tenth_is_for_an_answer() -> None:
    clock = Clock()
    budget = Budget(minutes=10, tokens=1_000, clock=clock)
    clock.seconds += 500
    budget.take(850)
    assert (budget.seconds_left, budget.tokens_left) == (40, 50)
    clock.seconds += 50
    assert budget.spent
    with budget.answering():
        assert budget.seconds_left == 50
        assert budget.tokens_left == 150


def test_what_is_used_up_is_named_with_its_setting() -> None:
    clock = Clock()
    budget = Budget(minutes=1.5, tokens=1_000, clock=clock)
    budget.take(900)
    assert "1,000 tokens" in str(budget.exceeded())
    assert "max_run_tokens" in str(budget.exceeded())
    clock.seconds += 90
    assert "1.5 minutes" in str(budget.exceeded())
    assert "max_run_minutes" in str(budget.exceeded())


async def test_an_endless_answer_is_cut_where_the_tokens_end() -> None:
    answer = await complete(BudgetedModel(ScriptedModel([ENDLESS]), Budget(tokens=1_000)), REQUEST)
    assert answer.cut
    assert 600 < len(answer.text.split()) < 1_000


async def test_a_slow_answer_is_cut_where_the_time_ends() -> None:
    slow = ScriptedAnswer(text="and so on " * 10_000, delay=0.01)
    began = time.monotonic()
    answer = await complete(BudgetedModel(ScriptedModel([slow]), Budget(minutes=0.5 * SECOND)), REQUEST)
    assert answer.cut
    assert answer.text.startswith("and so on")
    assert time.monotonic() - began < 5


async def test_one_that_never_begins_ends_with_a_reason() -> None:
    waits = ScriptedAnswer(text="Too late.", delay=60)
    with pytest.raises(BudgetSpent, match="minutes"):
        await complete(BudgetedModel(ScriptedModel([waits]), Budget(minutes=0.3 * SECOND)), REQUEST)


async def test_no_call_begins_without_room_for_its_prompt() -> None:
    model, budget = ScriptedModel(["Yes."]), Budget(tokens=1_000)
    long = ModelRequest(messages=(Message.user("word " * 950),))
    with pytest.raises(BudgetSpent):
        await complete(BudgetedModel(model, budget), long)
    assert model.requests == []
    assert budget.spent


async def test_what_the_provider_counts_is_what_counts() -> None:
    budget = Budget(tokens=1_000)
    answer = await complete(BudgetedModel(ScriptedModel(["One two three."]), budget), REQUEST)
    used = answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert budget.tokens_left == 900 - used


async def test_tools_and_calls_are_counted_like_words() -> None:
    call = ToolCallPart(name="python", arguments={"code": "print(1)\n" * 100})
    tool = Tool(name="python", description="Runs it. " * 50, parameters={})
    budget = Budget(tokens=2_000)
    model = Uncounted([ScriptedAnswer(calls=(call,))])
    await complete(BudgetedModel(model, budget), replace(REQUEST, tools=(tool,)))
    assert budget.tokens_left == 1_800 - tokens_of(REQUEST.messages, (tool,)) - tokens_of_calls((call,))


class Uncounted(ScriptedModel):
    """A server that does not say how many tokens it has read and written."""

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        async for chunk in super().stream(request):
            yield replace(chunk, usage=Usage(calls=1)) if chunk.usage else chunk


async def test_what_nobody_counts_is_estimated() -> None:
    budget = Budget(tokens=1_000)
    await complete(BudgetedModel(Uncounted(["One two three."]), budget), REQUEST)
    assert budget.tokens_left == 900 - tokens_of(REQUEST.messages) - sum(
        tokens_in(word) for word in ("One", " two", " three.")
    )


class Thinking(ScriptedModel):
    """It thinks, and says nothing of it."""

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        for _ in range(10_000):
            yield ModelChunk()


async def test_thoughts_are_counted_too() -> None:
    with pytest.raises(BudgetSpent, match="tokens"):
        await complete(BudgetedModel(Thinking([]), Budget(tokens=1_000)), REQUEST)


async def test_waiting_is_passed_on() -> None:
    said = ScriptedAnswer(text="Yes.", waits=(Waiting(text="Loading"),))
    model = BudgetedModel(ScriptedModel([said]), Budget(minutes=1))
    chunks = [chunk async for chunk in model.stream(REQUEST)]
    assert chunks[0].waiting == Waiting(text="Loading")


async def test_a_reader_that_is_cancelled_is_not_told_of_a_budget() -> None:
    slow = ScriptedAnswer(text="and so on", delay=60)
    model = BudgetedModel(ScriptedModel([slow]), Budget(minutes=1))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await complete(model, REQUEST)
