"""How every prompt of a run that computes begins: the rules, and worked examples as earlier turns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from jupyter_agent.messages import Message
from jupyter_agent.prompts import Example, analyst_examples, render


@cache
def opening(examples: int | None = None) -> tuple[Message, ...]:
    """The rules and the first `examples` of the worked examples; all of them unless told otherwise."""
    sample = analyst_examples()
    file = {"profile": sample.profile, "columns": sample.profile["columns"], "more": 0}
    turns = [Message.system(render("analyst"))]
    for number, example in enumerate(sample.examples[:examples]):
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
            **plain(example.question),
        )
        concluding = render(
            "conclude",
            output=example.output.strip("\n"),
            blocks=(),
            silent_errors=(),
            question=example.question,
            last=False,
            failed=(),
            said=(),
        )
        turns += [
            Message.user(task),
            Message.assistant(fenced(example.code.strip("\n"))),
            Message.user(concluding),
            Message.assistant(example.answer.strip("\n")),
        ]
    return tuple(turns)


def fenced(code: str) -> str:
    """Code as a model writes it."""
    return f"```python\n{code}\n```"


def plain(goal: str) -> Mapping[str, object]:
    """A goal that nothing failed at yet."""
    return {
        "goal": goal,
        "planned": None,
        "missing": (),
        "said": (),
        "may_ask": False,
        "failed": (),
        "repeated": None,
    }


def _before(example: Example) -> tuple[Message, ...]:
    if not example.asked_before:
        return ()
    return Message.user(example.asked_before), Message.assistant(example.answered_before)
