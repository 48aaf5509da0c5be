"""Reads a plan in whatever form a model has written it: untrusted text in, a few steps out.

JSON with fences, narration, single quotes, trailing commas, words of Python or a missing end is mended by
`json_repair`; what the steps and their parts are called is up to the model. Text without JSON is looked
through for a numbered list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import json_repair

from jupyter_agent.characters import encodable
from jupyter_agent.models.complete import FENCE
from jupyter_agent.steps import PlannedStep

_GOALS = ("goal", "step", "task", "title", "name", "objective", "action", "description", "what")
_APPROACHES = ("approach", "how", "method", "details", "description", "action", "instructions")
_CRITERIA = ("criterion", "success_criterion", "success_criteria", "success", "done_when", "expected_output")
_LISTS = ("steps", "plan", "tasks", "subtasks", "items")
_LINE = re.compile(r"^\s*(?:step\s*)?(?:\d{1,2}\s*[.):]|[-*•])\s+(.{3,})$", re.IGNORECASE | re.MULTILINE)
_PROGRAM = re.compile(r"```py.*?(?:```|\Z)", re.DOTALL)
"""What a model writes that would rather begin at once; its lists are no steps."""
_BEGIN = re.compile(r"\{|\[(?=\s*[\[{\"'])")
_DEEPEST = 4
_CHARACTERS = 400
_TEXT_CHARACTERS = 20_000
_STARTS = 5
"""Brackets at which JSON is looked for: narration may hold some, too."""


def steps_in(text: str, *, most: int) -> tuple[PlannedStep, ...]:
    """The first `most` steps of a plan, each goal once; none, if there is no plan in the text."""
    text = _PROGRAM.sub("", text[:_TEXT_CHARACTERS])
    for steps in _candidates(text):
        unique = {" ".join(step.goal.casefold().split()): step for step in reversed(steps)}
        kept = [step for step in steps if step in unique.values()]
        if kept:
            return tuple(kept[:most])
    return ()


def _candidates(text: str) -> Iterator[Sequence[PlannedStep]]:
    fenced = [found[1] for found in FENCE.finditer(text)]
    begins = [found.start() for found in _BEGIN.finditer(text)][:_STARTS]
    for source in (*fenced, *(text[begin:] for begin in begins)):
        if _BEGIN.search(source):
            yield list(_steps(_mended(source), 0))
    yield [_step(line.strip()) for line in _LINE.findall(text)]


def _mended(text: str) -> object:
    try:
        return json_repair.loads(text)
    except (ValueError, RecursionError):
        return None


def _steps(value: object, depth: int) -> Iterator[PlannedStep]:
    """The steps in a value: itself, the items of a list, or what a list is called."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            if isinstance(item, str) and item.strip():
                yield _step(item)
            else:
                yield from _steps(item, depth + 1)
    elif isinstance(value, dict):
        named = {_plain(key): item for key, item in value.items() if isinstance(key, str)}
        for name in _LISTS:
            if isinstance(named.get(name), (list, dict)):
                yield from _steps(named[name], depth + 1)
                return
        if goal := _text(named, _GOALS):
            approach, criterion = _text(named, _APPROACHES), _text(named, _CRITERIA)
            yield _step(goal, "" if approach == goal else approach, criterion)
        elif named and all(isinstance(item, (dict, str)) for item in named.values()):
            # {"step 1": {...}, "step 2": {...}}
            numbered = [item for key, item in named.items() if re.search(r"\d", key)]
            yield from _steps(numbered, depth + 1)


def _text(named: Mapping[str, object], names: Sequence[str]) -> str:
    for name in names:
        value = named.get(name)
        if isinstance(value, list):
            value = ", ".join(str(item) for item in value)
        if isinstance(value, str) and value.strip():
            return value
    return ""


def _plain(key: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", key.casefold()).strip("_")


def _step(goal: str, approach: str = "", criterion: str = "") -> PlannedStep:
    return PlannedStep(goal=_line(goal), approach=_line(approach), criterion=_line(criterion))


def _line(text: str) -> str:
    """One line of text that can be stored and sent."""
    return encodable(" ".join(text.split())[:_CHARACTERS])
