"""Estimates of tokens, beside what a real model counted."""

from __future__ import annotations

import time

import pytest

from jupyter_agent.messages import Message, Tool, ToolCallPart
from jupyter_agent.tokens import CALL, MESSAGE, TOOLS, leveled, tokens_in, tokens_of

COUNTED = {
    "You sort the requests that people send to a data-analysis assistant.": 13,
    "df = pd.read_csv('bike_sales.csv')\nprint(df.groupby('region')['price'].mean().round(2))": 24,
    "2024-01-31,North,1299.50,17\n2024-02-29,South,899.00,4\n": 46,
    '{"goal": "compute mean price per region", "n": 3, "ok": true}': 21,
    "各地区的平均价格是多少？请按月份绘制销售额的折线图。": 16,
    "Средняя цена по региону была выше ожидаемой.": 17,
}
"""As Qwen2.5 counts them: `models/test_embedded_tokens.py` asks it."""


@pytest.mark.parametrize("text", COUNTED)
def test_an_estimate_is_near_what_a_model_counts_and_rather_above(text: str) -> None:
    assert 0.95 * COUNTED[text] <= tokens_in(text) <= 1.8 * COUNTED[text]


def test_a_prompt_has_the_tokens_of_its_messages_and_some_around_them() -> None:
    messages = (Message.system("One."), Message.user("Two, three."))
    assert tokens_of(messages) == 2 * MESSAGE + tokens_in("One.") + tokens_in("Two, three.")
    assert tokens_in("") == 0


def test_tools_calls_and_what_became_of_them_count() -> None:
    call = ToolCallPart(name="python", arguments={"code": "a = 1\nprint(a)"})
    tool = Tool(name="python", description="Runs it", parameters={"type": "object"})
    messages = (
        Message.user("One."),
        Message(role="assistant", parts=(*Message.user("So:").parts, call)),
        Message(role="tool", parts=Message.user("1").parts),
    )
    said = 3 * MESSAGE + sum(map(tokens_in, ("One.", "So:", "1")))
    assert tokens_of(messages) == said + 2 * CALL + tokens_in(call.as_json)
    told = '{"name": "python", "description": "Runs it", "parameters": {"type": "object"}}'
    assert tokens_of(messages, (tool,)) == tokens_of(messages) + TOOLS + tokens_in(told)


def test_a_long_text_is_estimated_in_no_time() -> None:
    text = "\n".join(f"{number:>8}  {number / 7:.4f}  some words" for number in range(5_000))
    began = time.thread_time()
    tokens_in(text)
    assert time.thread_time() - began < 1.0


@pytest.mark.parametrize(
    ("sizes", "room", "level"),
    [((5, 5), 20, 5), ((5, 50), 30, 25), ((50, 50, 2), 42, 20), ((), 10, 0), ((5, 7), 0, 0)],
)
def test_the_largest_shrink_to_one_level(sizes: tuple[int, ...], room: int, level: int) -> None:
    assert leveled(sizes, room) == level
    assert sum(min(size, level) for size in sizes) <= room
