"""What programs showed, as later prompts of the run tell it: whole while there is room, the oldest in short.

How much is told in short follows from the steps alone, so that prompts grow only at their end until there is
no room. Then so much is shortened at once that the next steps only append again.
"""

from __future__ import annotations

from jupyter_agent.prompts import clip, clip_tokens, output_text, summary
from jupyter_agent.settings import Settings
from jupyter_agent.steps import Attempt, Step
from jupyter_agent.tokens import MESSAGE, tokens_in

from .beginning import beginning_of
from .task import Task

_MOST, _AFTER_CUT = 0.5, 0.3
"""Parts of the room: what steps before the newest may take, and what is left when they took more."""
_ONE = 0.33
"""The part that a single output may take."""
_NOTHING = 60
"""Characters that are no longer than the words for leaving them out."""
_GOAL = 60
"""Tokens of the next step's goal, and of what is said around an output."""


def observed(task: Task, attempt: Attempt, settings: Settings) -> str:
    """What an attempt's code printed and drew, without its middle if it is long."""
    whole = output_text(attempt.outputs)
    text = clip(whole, settings.output_chars)
    fitting = clip_tokens(text, int(_ONE * beginning_of(task).room))
    if fitting != text:
        task.context.shorten("output")
    elif text != whole:
        task.context.shorten("long-output")
    return fitting


def outputs_of(task: Task, steps: tuple[Step, ...], settings: Settings) -> list[str]:
    """The same for steps that are done, the oldest in a few lines, or none, where there is no room."""
    final = [step.attempts[-1] for step in steps]
    forms = [_forms(observed(task, attempt, settings)) for attempt in final]
    sizes = [
        [2 * MESSAGE + _GOAL + tokens_in(attempt.code) + tokens_in(text) for text in texts]
        for attempt, texts in zip(final, forms, strict=True)
    ]
    chosen = _chosen(sizes, beginning_of(task).room)
    if any(chosen):
        task.context.shorten("steps")
    return [texts[form] for texts, form in zip(forms, chosen, strict=True)]


def _forms(text: str) -> tuple[str, ...]:
    """Ever shorter ones."""
    return text, summary(text), clip(text, 0) if len(text) > _NOTHING else text


def _chosen(sizes: list[list[int]], room: int) -> list[int]:
    """Which form of each output is shown, given the tokens that each form takes."""
    chosen: list[int] = []
    taken = 0
    for size in sizes:
        chosen.append(0)
        taken += size[0]
        if taken <= _MOST * room:
            continue
        for form in (1, 2):
            for old in range(len(chosen) - 1):
                if taken > _AFTER_CUT * room and chosen[old] < form:
                    taken -= sizes[old][chosen[old]] - sizes[old][form]
                    chosen[old] = form
    return chosen
