"""Reads a plan in whatever form a model has written it: untrusted text in, a few steps out.

JSON with fences, narration, single quotes, trailing commas, words of Python or a missing end is mended by
`json_repair`; what the steps and their parts are called is up to the model. Text without JSON is looked
through for a numbered list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from jupyter_agent.characters import encodable
from jupyter_agent.coder import question_back
from jupyter_agent.events import QuestionBack
from jupyter_agent.models.mended import FENCE, mended
from jupyter_agent.steps import PlannedStep

_GOALS = ("goal", "step", "task", "title", "name", "objective", "action", "description", "what")
_APPROACHES = ("approach", "how", "method", "details", "description", "action", "instructions")
_CRITERIA = ("criterion", "success_criterion", "success_criteria", "success", "done_when", "expected_output")
_LISTS = ("steps", "plan", "tasks", "subtasks")
_LINE = re.compile(r"^[ \t]*(?:step )?(?:\d{1,2}[.):]|[-*•])[ \t]+(\S.{2,})$", re.IGNORECASE | re.MULTILINE)
_PROGRAM = re.compile(r"```py\w*\n(?!\s*(?:\w+ *= *)?[\[{]).*?(?:```|\Z)", re.DOTALL)
"""What a model writes that would rather begin at once; its lists are no steps."""
_BEGIN = re.compile(r"\{|\[(?=\s*[\[{\"'])")
_DEEPEST = 4
_CHARACTERS = 400
_TEXT_CHARACTERS = 20_000
_STARTS = 5
"""Brackets at which JSON is looked for: narration may hold some, too."""


def steps_in(text: str) -> tuple[PlannedStep, ...]:
    """The steps of a plan, each goal once; none, if there is no plan in the text."""
    text = _PROGRAM.sub("", text[:_TEXT_CHARACTERS])
    for steps in _candidates(text):
        unique: dict[str, PlannedStep] = {}
        for step in steps:
            if any(map(str.isalpha, step.goal)):
                unique.setdefault(" ".join(step.goal.casefold().split()), step)
        if unique:
            return tuple(unique.values())
    return ()


def question_in(text: str) -> QuestionBack | None:
    """What the model asks back instead of planning, if it does."""
    begins = text.find("{")
    value = mended(text[begins:_TEXT_CHARACTERS]) if begins >= 0 else None
    if not isinstance(value, Mapping) or value.get("steps"):
        return None
    asked, choices = value.get("ask"), value.get("choices")
    if not isinstance(asked, str) or not isinstance(choices, list):
        return None
    return question_back(asked, [choice for choice in choices if isinstance(choice, str)])


def _candidates(text: str) -> Iterator[Sequence[PlannedStep]]:
    fenced = [found[1] for found in FENCE.finditer(text)]
    begins = [found.start() for found in _BEGIN.finditer(text)][:_STARTS]
    values = [mended(source) for source in (*fenced, *(text[begin:] for begin in begins)) if "{" in source]
    yield from (list(_steps(value)) for value in values)
    yield [_step(line.strip()) for line in _LINE.findall(text)]
    # A list of texts may also be one of columns: last, and only where nothing else looks like a plan.
    if text.lstrip().startswith("[") or fenced:
        yield list(_steps(mended(fenced[0] if fenced else text), texts=True))


def _steps(value: object, depth: int = 0, *, texts: bool = False) -> Iterator[PlannedStep]:
    """The steps in a value: itself, or the items of a list; `texts`: a text is a step, too."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str) and texts:
        yield _step(value)
    elif isinstance(value, list):
        for item in value:
            yield from _steps(item, depth + 1, texts=texts)
    elif isinstance(value, dict):
        named = {_plain(key): item for key, item in value.items() if isinstance(key, str)}
        listed = [named[name] for name in _LISTS if isinstance(named.get(name), (list, dict))]
        if listed:
            yield from _steps(listed[0], depth + 1, texts=True)
        elif goal := _text(named, _GOALS):
            approach, criterion = _text(named, _APPROACHES), _text(named, _CRITERIA)
            yield _step(goal, "" if approach == goal else approach, criterion)
        else:
            # {"step 1": {...}, "step 2": {...}}
            numbered = [item for key, item in named.items() if re.search(r"\d", key)]
            yield from _steps(numbered, depth + 1, texts=True)


def _text(named: Mapping[str, object], names: Sequence[str]) -> str:
    """The first of these that is a text with a word in it."""
    for name in names:
        value = named.get(name)
        if isinstance(value, list):
            value = ", ".join(str(item) for item in value)
        if isinstance(value, str) and any(map(str.isalpha, value)):
            return value
    return ""


def _plain(key: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", key.casefold()).strip("_")


def _step(goal: str, approach: str = "", criterion: str = "") -> PlannedStep:
    return PlannedStep(goal=_line(goal), approach=_line(approach), criterion=_line(criterion))


def _line(text: str) -> str:
    """One line of text that can be stored and sent."""
    return encodable(" ".join(text.split())[:_CHARACTERS])
