"""What the real embedded model counts, and that prompts which are made for its context fit into it."""

from __future__ import annotations

import pytest

from jupyter_agent.coder.fitted import squeezed
from jupyter_agent.context import CERTAIN
from jupyter_agent.messages import Message
from jupyter_agent.models.complete import complete
from jupyter_agent.models.embedded import EmbeddedModel, EmbeddedServer
from jupyter_agent.models.weights import EMBEDDED_NAME
from jupyter_agent.protocols import ModelRequest
from jupyter_agent.tokens import tokens_in
from tests.test_tokens import COUNTED

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(600)]


async def counted(server: EmbeddedServer, *said: str) -> int:
    """The tokens of a prompt, as the model counts them."""
    messages = tuple(Message.user(text) for text in said)
    answer = await complete(
        EmbeddedModel(server, EMBEDDED_NAME), ModelRequest(messages=messages, max_tokens=1)
    )
    return answer.usage.prompt_tokens


async def test_the_counts_are_a_models(embedded: EmbeddedServer) -> None:
    around = await counted(embedded, "a") - 1
    assert {text: await counted(embedded, text) - around for text in COUNTED} == COUNTED


async def test_a_table_of_numbers_that_is_made_to_fit_does(embedded: EmbeddedServer) -> None:
    table = "\n".join(f"{number:>6}  {number / 7:.6f}  {number * 3.1:.2f}" for number in range(300))
    room = 400
    (message,) = squeezed((Message.user(table),), room)
    assert tokens_in(message.text) > 0.8 * room
    around = await counted(embedded, "a") - 1
    assert await counted(embedded, message.text) - around < room / CERTAIN
