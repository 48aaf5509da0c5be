"""Estimates how many tokens of a model's context a text takes: without a model, its vocabulary or a network.

Each provider has a vocabulary of its own, and what reads one downloads it. The estimate looks at the kinds
of characters instead, as `tests/test_tokens.py` compares with a real model: rather too many than too few.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from .messages import Message, Tool, ToolCallPart

MESSAGE = 6
"""Tokens around the text of a message: its role, and where it begins and ends."""
TOOLS = 125
"""Tokens of the words with which a model's template tells it how tools are called: those of Qwen2.5's."""
CALL = 12
"""Tokens around a tool call, and around what became of it."""

_PIECES = re.compile(
    r"(?P<word>[A-Z]?[a-z]+|[A-Z]+)|(?P<digit>[0-9])|(?P<before_digit>\s+(?=[0-9]))|(?P<space>\s+)"
    r"|(?P<sign>[!-/:-@\[-`{-~]{1,2})|(?P<other>.)"
)
_WORD, _PART = 7, 4
"""Letters of a plain word that are one token, together with the space before it, and of each token more."""
_NARROW, _WIDE, _RARE = 0.5, 1.0, 2.0
"""Tokens of a letter beside the Latin ones, of a character of scripts further east, and of an emoji."""
_FIRST_WIDE, _FIRST_RARE = "\u0900", "\U00010000"


@lru_cache(maxsize=2_048)
def tokens_in(text: str) -> int:
    """About how many tokens `text` has."""
    count = 0.0
    for piece in _PIECES.finditer(text):
        match piece.lastgroup:
            case "word":
                letters = piece.end() - piece.start()
                count += 1 if letters <= _WORD else 1 - (_WORD - letters) // _PART
            case "before_digit":
                # The last space is a token of its own there.
                count += 1 if piece[0] == " " else 2
            case "space":
                count += piece[0] != " "
            case "other":
                count += _of_other(piece[0])
            case _:
                count += 1
    return int(count + 0.5)


def tokens_of(messages: Iterable[Message], tools: Iterable[Tool] = ()) -> int:
    """About how many tokens a prompt of these messages has, which offers these tools."""
    return tokens_of_tools(tools) + sum(MESSAGE + tokens_in_message(message) for message in messages)


def tokens_in_message(message: Message) -> int:
    """About how many tokens are said in a message."""
    around = CALL if message.role == "tool" else 0
    if not message.calls:
        return around + tokens_in(message.text)
    rest = tuple(part for part in message.parts if part.kind != "tool-call")
    return tokens_in(replace(message, parts=rest).text) + tokens_of_calls(message.calls)


def tokens_of_calls(calls: Iterable[ToolCallPart]) -> int:
    """About how many tokens these tool calls have."""
    return sum(CALL + tokens_in(call.as_json) for call in calls)


def tokens_of_tools(tools: Iterable[Tool]) -> int:
    """About how many tokens it takes to tell a model what tools there are."""
    sizes = [tokens_in(schema(tool)) for tool in tools]
    return TOOLS + sum(sizes) if sizes else 0


def schema(tool: Tool) -> str:
    """A tool as a model reads it."""
    return json.dumps(
        {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    )


def leveled(sizes: Sequence[int], room: int) -> int:
    """To which size all that is larger has to shrink, for the sum of `sizes` to be at most `room`."""
    left = room
    for number, size in enumerate(sorted(sizes)):
        level = max(0, left // (len(sizes) - number))
        if size > level:
            return level
        left -= size
    return max(sizes, default=0)


def _of_other(character: str) -> float:
    if character >= _FIRST_RARE:
        return _RARE
    return _WIDE if character >= _FIRST_WIDE else _NARROW
