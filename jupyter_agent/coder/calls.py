"""Reads the program that a model hands to the tool, however it calls it."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_agent.messages import ToolCallPart
from jupyter_agent.prompts import python_tool

from .extract import code_in, extract_code, parses
from .rendering import CODE

MISSING = "What the answer still needs"
"""The goal of a program that came without one."""
_GOAL = "goal"
_GOAL_CHARACTERS = 300


def code_of(calls: Sequence[ToolCallPart]) -> str:
    """The program in tool calls, whatever they name the tool; empty when there is none.

    Several are taken as one program when that parses, else the first that does.
    """
    codes = [code for call in calls if (code := _code(call))]
    candidates = ["\n\n".join(codes), *codes]
    return next((code for code in candidates if parses(code)), codes[0] if codes else "")


def goal_of(calls: Sequence[ToolCallPart]) -> str:
    """What the program is to compute, in a line; empty when the model does not say."""
    goals = (call.arguments.get(_GOAL) for call in calls)
    said = next((goal for goal in goals if isinstance(goal, str) and goal.strip()), "")
    return " ".join(said.split())[:_GOAL_CHARACTERS]


def known(calls: Sequence[ToolCallPart]) -> tuple[ToolCallPart, ...]:
    """Those of the tool that there is."""
    return tuple(call for call in calls if call.name == python_tool().name)


def _code(call: ToolCallPart) -> str:
    code = call.arguments.get(CODE)
    if isinstance(code, list):
        code = "\n".join(line for line in code if isinstance(line, str))
    if isinstance(code, str):
        return code_in(code)
    others = (value for value in call.arguments.values() if isinstance(value, str))
    return next((code for value in others if (code := extract_code(value))), "")
