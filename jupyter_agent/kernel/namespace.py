"""What the variables of a kernel hold, in few words. Runs inside the kernel, on whatever objects there are.

First every variable is looked at by its structure alone, the most useful ones first and as many as there is
room for; what that takes is processor time, which a busy machine may give late. Only then objects of unknown
classes are asked what they say of themselves, and a timer cuts them off. Code that the timer cannot reach is
ended from outside: ask in a process that may be ended, and take what `looking` said before.
"""

from __future__ import annotations

import inspect
import json
import math
import signal
import time
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict, TypeVar

from jupyter_agent.characters import encodable
from jupyter_agent.classes import type_name

from .inspection import is_a
from .summaries import Summaries, Summary

T = TypeVar("T")

_NAME_CHARACTERS = 100
_SUMMARY_CHARACTERS = 2_000
_LEAST_CHARACTERS = 150
_MORE_CHARACTERS = 500
_DESCRIBED = 0.2
"""What is left when summaries end and only names and types follow."""
_FUNCTIONS = 2
_SECONDS_EACH = 0.02
_TICK = 0.002
_STRUCTURES = 0.6
"""The part of the time in which variables are looked at by their structure."""
_SAYINGS = 0.3
_PATIENCE = 4
"""What passes while this process waits for its turn counts so many times less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What looking at all variables may cost."""

    seconds: float = 0.05
    characters: int = 8_000
    """Of the JSON of the whole list."""


class Looked(TypedDict):
    """A variable, as it crosses the wire: the fields of `steps.Variable`."""

    name: str
    type: str
    shape: list[int] | None
    size: int | None
    summary: str


def look(
    namespace: Mapping[str, object],
    hidden: Mapping[str, object],
    *,
    traceback: types.TracebackType | None = None,
    recent: Sequence[str] = (),
    budget: Budget = Budget(),
) -> list[Looked]:
    """The variables of `namespace` that are not `hidden` there, the most useful first.

    First come those of the functions in which code of the namespace failed, if there is a `traceback`, then
    tables, then what was assigned last: what `recent` names, then what is newest in the namespace. When the
    budget does not suffice, the later ones are told by name and type only, and the last entry says how many
    more there are.
    """
    *_, last = looking(namespace, hidden, traceback=traceback, recent=recent, budget=budget)
    return last


def looking(
    namespace: Mapping[str, object],
    hidden: Mapping[str, object],
    *,
    traceback: types.TracebackType | None = None,
    recent: Sequence[str] = (),
    budget: Budget = Budget(),
) -> Iterator[list[Looked]]:
    """As `look`, twice: what is known without running code of the objects, then with what they say."""
    summaries = Summaries()
    ranked = _ranked(namespace, hidden, traceback, recent, summaries)
    told: list[Looked] = []
    asked: list[tuple[int, object]] = []
    room = budget.characters - _MORE_CHARACTERS
    with _Timer(budget.seconds * _STRUCTURES, patience=_PATIENCE) as timer:
        for name, value in ranked:
            looked = Looked(
                name=_clip(name, _NAME_CHARACTERS), type=_type(value), shape=None, size=None, summary=""
            )
            if room > budget.characters * _DESCRIBED:
                looked = _with_summary(looked, timer.limit(summaries.of, value), _fitting(room))
                if looked["shape"] is None:
                    looked["shape"] = summaries.lengths(value)
                asked.append((len(told), value))
            if (cost := _cost(looked)) > room:
                break
            room -= cost
            told.append(looked)
    more = _more([name for name, _ in ranked[len(told) :]])
    yield [*told, *more]
    with _Timer(budget.seconds * _SAYINGS) as timer:
        for position, value in asked:
            before = told[position]
            match timer.limit(summaries.spoken, value, _SECONDS_EACH):
                case str(said) if said:
                    after = Looked({**before, "summary": _clip(said, _fitting(room))})
                case NotSaid(why) if not before["summary"]:
                    after = Looked({**before, "summary": why})
                case _:
                    continue
            if (cost := _cost(after) - _cost(before)) <= room:
                room -= cost
                told[position] = after
    yield [*told, *more]


def _ranked(
    namespace: Mapping[str, object],
    hidden: Mapping[str, object],
    traceback: types.TracebackType | None,
    recent: Sequence[str],
    summaries: Summaries,
) -> list[tuple[str, object]]:
    """All that is to be told of, the most useful first."""
    shown = dict(reversed(list(variables(namespace, hidden))))
    first = {name: shown[name] for name in recent if name in shown}
    ordered = list({**first, **shown}.items())
    return [
        *_locals_of_failure(namespace, traceback),
        *(item for item in ordered if summaries.is_frame(item[1])),
        *(item for item in ordered if not summaries.is_frame(item[1])),
    ]


def variables(namespace: Mapping[str, object], hidden: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The names that a person gave, with their values, oldest first: no modules, nothing private."""
    for name, value in list(namespace.items()):
        if (
            type(name) is str
            and not name.startswith("_")
            and not (name in hidden and hidden[name] is value)
            and not is_a(value, types.ModuleType)
        ):
            yield name, value


def _locals_of_failure(
    namespace: Mapping[str, object], step: types.TracebackType | None
) -> list[tuple[str, object]]:
    """The local variables of the innermost functions that the user's code defined."""
    frames = []
    while step is not None:
        frame = step.tb_frame
        if frame.f_globals is namespace and frame.f_locals is not namespace:
            frames.append(frame)
        step = step.tb_next
    return [
        (f"{name} (in {frame.f_code.co_name})", value)
        for frame in reversed(frames[-_FUNCTIONS:])
        # Code run by `exec` may have any mapping there.
        for name, value in (
            list(frame.f_locals.items()) if frame.f_code.co_flags & inspect.CO_OPTIMIZED else ()
        )
        if not name.startswith((".", "_"))
    ]


def _with_summary(looked: Looked, summary: Summary | NotSaid, characters: int) -> Looked:
    if isinstance(summary, NotSaid):
        return {**looked, "summary": summary.reason}
    return {
        **looked,
        "shape": None if summary.shape is None else [int(length) for length in summary.shape],
        "size": summary.size,
        "summary": encodable(summary.text(characters)),
    }


def _fitting(room: int) -> int:
    """How long one summary may be, so that others have room too."""
    return max(_LEAST_CHARACTERS, min(_SUMMARY_CHARACTERS, room // 4))


def _type(value: object) -> str:
    return _clip(type_name(value), _NAME_CHARACTERS)


def _clip(text: str, characters: int) -> str:
    return encodable(text if len(text) <= characters else f"{text[: characters - 1]}…")


def _cost(looked: Looked) -> int:
    return len(json.dumps(looked)) + len(", ")


def _more(names: Sequence[str]) -> list[Looked]:
    """What stands for the variables that there is no room for."""
    if not names:
        return []
    listed = _clip(", ".join(name[:30] for name in names[:10]), 60)
    return [Looked(name=f"… and {len(names)} more", type="", shape=None, size=None, summary=listed)]


@dataclass(frozen=True, slots=True)
class NotSaid:
    """Why there is nothing to say about an object."""

    reason: str


class _TooSlow(BaseException):
    """Raised by the timer, past `except Exception`."""


class _Timer:
    """Cuts off what takes too long. One clock ticks for all objects; it strikes only while one is asked."""

    def __init__(self, seconds: float, *, patience: float = 1) -> None:
        """For so many seconds of work in all; what is waited for counts `patience` times less."""
        self._seconds = seconds
        self._patience = patience
        self._begun = time.monotonic(), time.thread_time()
        self._strike = math.inf

    def __enter__(self) -> _Timer:
        self._handler = signal.signal(signal.SIGALRM, self._tick)
        self._timer = signal.setitimer(signal.ITIMER_REAL, _TICK, _TICK)
        return self

    def __exit__(self, *_: object) -> None:
        self._strike = math.inf
        signal.setitimer(signal.ITIMER_REAL, *self._timer)
        signal.signal(signal.SIGALRM, self._handler)

    def limit(self, ask: Callable[[object], T], value: object, seconds: float = math.inf) -> T | NotSaid:
        """What `ask` returns while there is time and within so many seconds, or why it does not."""
        now = self._spent()
        if now >= self._seconds:
            return NotSaid("(not looked at: no time left)")
        try:
            self._strike = min(now + seconds, self._seconds)
            return self._answer(ask, value)
        except _TooSlow:
            self._strike = math.inf
            return NotSaid("(takes too long to show)")

    def _answer(self, ask: Callable[[object], T], value: object) -> T | NotSaid:
        try:
            answer = ask(value)
            self._strike = math.inf
            return answer
        except _TooSlow:
            raise
        except BaseException as error:  # noqa: BLE001 - the object's own code may raise anything
            self._strike = math.inf
            return NotSaid(f"(cannot be shown: {type_name(error)})")

    def _spent(self) -> float:
        passed, worked = time.monotonic() - self._begun[0], time.thread_time() - self._begun[1]
        return max(worked, passed / self._patience)

    def _tick(self, _signal: int, _frame: object) -> None:
        if self._spent() >= self._strike:
            raise _TooSlow  # and again with the next tick, for code that catches it
