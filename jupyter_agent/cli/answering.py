"""Lets a person at a terminal answer what the agent asks back: with a number, or in their own words."""

from __future__ import annotations

import asyncio
import sys
import termios

from jupyter_agent.errors import AgentError
from jupyter_agent.events import QuestionBack


async def answer_to(asked: QuestionBack) -> str:
    """What the person means; waits for a line, and can be cancelled.

    What they typed before they were asked is no answer.

    Raises:
        AgentError: they say nothing.
    """
    termios.tcflush(sys.stdin, termios.TCIFLUSH)
    sys.stderr.write(f"1 to {len(asked.choices)}, or in your own words: ")
    sys.stderr.flush()
    said = (await _line()).strip()
    if not said:
        raise AgentError("The question was not answered.", "Ask again, and say which one you mean.")
    if said.isdecimal() and 1 <= int(said) <= len(asked.choices):
        return asked.choices[int(said) - 1]
    return said


async def _line() -> str:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    # A terminal hands over whole lines: once there is something, reading does not block.
    loop.add_reader(sys.stdin, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(sys.stdin)
    return sys.stdin.readline()
