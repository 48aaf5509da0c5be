"""What of a run's beginning is shown to the model: everything, or as much as there is room for.

It is settled once, so that all prompts of the run begin with the same text. Where something has to be left
out, what the question names stays longest, and how files are loaded always.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol, TypeVar

from jupyter_agent.context import Part, allotted
from jupyter_agent.files import Column, FileProfile, apart
from jupyter_agent.messages import Message
from jupyter_agent.prompts import analyst_examples, clip, clip_tokens, render
from jupyter_agent.steps import Variable
from jupyter_agent.tokens import leveled, tokens_in, tokens_of

from .opening import opening
from .rendering import offered
from .task import Task

MOST_COLUMNS = 50
"""Of a file; more than that confuse a small model, however much room there is."""
MOST_VARIABLES = 30
_LONGEST_MESSAGE = 600
"""Characters of an earlier one."""
_TIMES_ASKED = 2
"""A question is asked before the program, and again before the answer."""


class _Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=_Named)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """A file's profile, and which of its columns are listed."""

    profile: FileProfile
    columns: tuple[Column, ...]
    head: str = ""
    """First rows."""

    @property
    def more(self) -> int:
        """Columns that are only counted."""
        return len(self.profile.columns) - len(self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What is shown of a task before its first step."""

    opening: tuple[Message, ...]
    question: str
    files: tuple[ShownFile, ...]
    history: tuple[Message, ...]
    variables: tuple[Variable, ...]
    room: int
    """Tokens that are left for everything that comes after it."""


@lru_cache(maxsize=64)
def beginning_of(task: Task) -> Beginning:
    """What is shown of `task`; its context is told what is shortened."""
    spoken = _Spoken(task)
    files = tuple(spoken.shown(profile, MOST_COLUMNS) for profile in apart(task.profiles))
    variables = spoken.first(task.variables, MOST_VARIABLES)
    history, examples = tuple(map(_told, task.history)), len(analyst_examples().examples)
    rendering = task.rendering
    wanted: dict[Part, int] = {
        "question": _TIMES_ASKED * tokens_in(task.question),
        "rules": tokens_of(opening(rendering), offered(rendering)),
        "files": _files_size(*files),
        "history": _history_size(history),
        "variables": _variables_size(variables),
    }
    room = task.context.room - tokens_in(render("_readable", readable=task.readable))
    given = allotted(wanted, room)
    for part in wanted:
        if given[part] < wanted[part]:
            task.context.shorten(part)
    if any(file.more for file in files):
        task.context.shorten("columns")
    if any(len(message.text) > _LONGEST_MESSAGE for message in task.history):
        task.context.shorten("message")
    if len(variables) < len(task.variables):
        task.context.shorten("names")
    newest = _most(
        len(history), lambda count: _history_size(history[len(history) - count :]), given["history"]
    )
    named = _most(
        len(variables), lambda count: _variables_size(spoken.first(variables, count)), given["variables"]
    )
    shown = _most(
        examples,
        lambda count: tokens_of(opening(rendering, count), offered(rendering)),
        given["rules"],
    )
    return Beginning(
        opening=opening(rendering, shown),
        question=clip_tokens(task.question, -(-given["question"] // _TIMES_ASKED)),
        files=_fitting(files, given["files"], spoken),
        history=history[len(history) - newest :],
        variables=spoken.first(variables, named),
        room=max(0, room - sum(given.values())),
    )


class _Spoken:
    """The words of a question and of what was said before it."""

    def __init__(self, task: Task) -> None:
        self._question = f" {_words(task.question)} "
        said = " ".join(_words(message.text) for message in task.history)
        self._single = {*self._question.split(), *said.split()}
        # Small models keep to their worked examples, which have none.
        self._with_heads = not task.rendering.examples

    def shown(self, profile: FileProfile, most: int) -> ShownFile:
        """A file with the `most` columns that the question is likeliest about."""
        columns = self.first(profile.columns, most)
        return ShownFile(profile=profile, columns=columns, head=profile.head if self._with_heads else "")

    def first(self, items: tuple[T, ...], most: int) -> tuple[T, ...]:
        """The `most` items whose `name` is spoken of most clearly, in their own order."""
        if len(items) <= most:
            return items
        ranked = sorted(range(len(items)), key=lambda place: -self._clearness(items[place].name))
        return tuple(items[place] for place in sorted(ranked[:most]))

    def _clearness(self, name: str) -> int:
        """How clearly a name is spoken of: 2 for all of it in the question, 1 for a word of it anywhere."""
        words = _words(name)
        if words and f" {words} " in self._question:
            return 2
        return int(any(len(word) > 3 and word in self._single for word in words.split()))


def _told(message: Message) -> Message:
    """An earlier message as it is shown."""
    return replace(message, parts=Message.user(clip(message.text, _LONGEST_MESSAGE)).parts)


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _most(count: int, size: Callable[[int], int], room: int) -> int:
    """How many of `count` things have room; `size` grows with their number."""
    return max(0, bisect_right(range(count + 1), room, key=size) - 1)


def _fitting(files: tuple[ShownFile, ...], room: int, spoken: _Spoken) -> tuple[ShownFile, ...]:
    """The files with fewer columns, or a shorter preview, where they are the largest."""
    sizes = [_files_size(file) for file in files]
    most = leveled(sizes, room)
    return tuple(
        file if size <= most else _smaller(file, most, spoken)
        for file, size in zip(files, sizes, strict=True)
    )


def _smaller(file: ShownFile, room: int, spoken: _Spoken) -> ShownFile:
    profile = file.profile
    if profile.head:
        without = replace(file, profile=replace(profile, head=""), head="")
        return without if _files_size(without) <= room else _smaller(without, room, spoken)
    if profile.preview:
        left = room - _files_size(replace(file, profile=replace(profile, preview="")))
        return replace(file, profile=replace(profile, preview=clip_tokens(profile.preview, max(0, left))))
    count = _most(len(file.columns), lambda count: _files_size(spoken.shown(profile, count)), room)
    return spoken.shown(profile, count)


def _files_size(*files: ShownFile) -> int:
    return tokens_in(render("_files", files=files))


def _history_size(history: tuple[Message, ...]) -> int:
    return tokens_in(render("_history", history=history))


def _variables_size(variables: tuple[Variable, ...]) -> int:
    return tokens_in(render("_variables", variables=variables, more_variables=0))
