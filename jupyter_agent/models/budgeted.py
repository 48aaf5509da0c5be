"""Ends calls of models with the budget of their run: before they begin, or in mid-answer."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator

from jupyter_agent.budget import Budget
from jupyter_agent.closing import closing
from jupyter_agent.protocols import ChosenModels, Model, ModelChunk, ModelRequest
from jupyter_agent.tokens import tokens_in, tokens_of, tokens_of_calls


class BudgetedModel:
    """A `Model` that answers as the one it wraps, for as long as there is time and there are tokens.

    An answer under way is cut, as if it had reached `max_tokens`.

    Raises:
        BudgetSpent: before its first word.
    """

    def __init__(self, model: Model, budget: Budget) -> None:
        self._model = model
        self._budget = budget

    @property
    def name(self) -> str:
        return self._model.name

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelChunk, None]:
        budget, asked = self._budget, tokens_of(request.messages, request.tools)
        if not budget.seconds_left or asked > budget.tokens_left:
            raise budget.exceeded()
        answered = 0
        budget.take(asked)
        async with closing(self._model.stream(request)) as chunks, closing(_until(chunks, budget)) as timely:
            async for chunk in timely:
                written = tokens_in(chunk.text) + tokens_of_calls(chunk.calls) + chunk.is_thought
                answered += written
                budget.take(written)
                if chunk.usage is not None:
                    budget.take(_more(asked, chunk.usage.prompt_tokens))
                    budget.take(_more(answered, chunk.usage.completion_tokens))
                yield chunk


def _more(estimated: int, counted: int) -> int:
    """Tokens beyond the estimate; none if a server does not count them."""
    return counted - estimated if counted else 0


async def _until(chunks: AsyncIterator[ModelChunk], budget: Budget) -> AsyncGenerator[ModelChunk, None]:
    """The pieces while the budget lasts, and a last one that says that it does so no longer."""
    begun = False
    while budget.tokens_left:
        left = budget.seconds_left
        try:
            async with asyncio.timeout(None if math.isinf(left) else left) as waiting:
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError:
            if not waiting.expired():
                raise
            break
        begun = begun or chunk.says_something
        yield chunk
        if chunk.usage is not None:
            return
    if not begun:
        raise budget.exceeded()
    yield ModelChunk(text="", cut=True)


def budgeted(chosen: ChosenModels, budget: Budget) -> ChosenModels:
    """The same models, within the budget."""
    return chosen.wrapped(lambda model: BudgetedModel(model, budget))
