"""Asks the model one question about its own program: does it answer the person's?"""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_agent.errors import BudgetSpent, ModelError
from jupyter_agent.messages import Message
from jupyter_agent.models.complete import complete_json
from jupyter_agent.prompts import render
from jupyter_agent.protocols import JsonSchema, Model, ModelRequest, Rendering

from .rendering import answered, called, offered, rendered

SCHEMA: JsonSchema = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}, "problem": {"type": "string", "maxLength": 200}},
    "required": ["ok", "problem"],
    "additionalProperties": False,
}
_MAX_TOKENS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What the model found."""

    ok: bool
    problem: str = ""


async def review(
    model: Model, messages: tuple[Message, ...], code: str, goal: str, rendering: Rendering
) -> Review | None:
    """Review `code`, the answer to `messages`; None when there is no verdict, or it cannot be read.

    Where nothing is left for a review, the program is still worth running.
    """
    question = (called(code), answered(render("review", goal=goal, native=rendering.native)))
    request = ModelRequest(
        messages=messages + rendered(question, rendering),
        tools=offered(rendering),
        schema=SCHEMA,
        temperature=0.0,
        max_tokens=_MAX_TOKENS,
    )
    try:
        answer = await complete_json(model, request)
    except (ModelError, BudgetSpent):
        return None
    match answer:
        case {"ok": True}:
            return Review(ok=True)
        case {"ok": False, "problem": str(problem)} if problem.strip():
            return Review(ok=False, problem=problem.strip())
    return None


def correction(
    messages: tuple[Message, ...], code: str, problem: str, rendering: Rendering
) -> tuple[Message, ...]:
    """The prompt for a program without the problem that the review found."""
    found = (called(code), answered(render("rejected", problem=problem, native=rendering.native)))
    return messages + rendered(found, rendering)
