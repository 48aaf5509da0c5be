"""How every prompt of a run that computes begins: the rules, and worked examples as earlier turns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from jupyter_agent.messages import Message
from jupyter_agent.prompts import Example, analyst_examples, render
from jupyter_agent.protocols import IN_TEXT, Rendering

from .rendering import answered, called, rendered


@cache
def opening(rendering: Rendering = IN_TEXT, examples: int | None = None) -> tuple[Message, ...]:
    """The rules and the first `examples` of the worked examples; all of them unless told otherwise."""
    sample = analyst_examples()
    file = {"profile": sample.profile, "columns": sample.profile["columns"], "more": 0}
    turns = [Message.system(render("analyst_native" if rendering.native else "analyst"))]
    for number, example in enumerate(sample.examples[:examples] if rendering.examples else ()):
        first = number == 0
        task = render(
            "task",
            files=(file,) if first else (),
            history=_before(example),
            variables=(),
            more_variables=0,
            readable=None,
            now=sample.asked if first else None,
            ending="_goal.md.j2",
            **plain(example.question, rendering),
        )
        concluding = render(
            "conclude",
            output=example.output.strip("\n"),
            blocks=(),
            silent_errors=(),
            criterion="",
            question=example.question,
            last=False,
            failed=(),
            said=(),
            native=rendering.native,
            recall=True,
        )
        turns += [
            Message.user(task),
            called(example.code.strip("\n")),
            answered(concluding),
            Message.assistant(example.answer.strip("\n")),
        ]
    return rendered(turns, rendering)


def plain(goal: str, rendering: Rendering) -> Mapping[str, object]:
    """A goal that nothing failed at yet."""
    return {
        "goal": goal,
        "planned": None,
        "missing": (),
        "said": (),
        "may_ask": False,
        "failed": (),
        "repeated": None,
        "native": rendering.native,
    }


def _before(example: Example) -> tuple[Message, ...]:
    if not example.asked_before:
        return ()
    return Message.user(example.asked_before), Message.assistant(example.answered_before)
