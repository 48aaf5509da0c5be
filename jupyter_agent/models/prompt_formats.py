"""How a call of a model looks in the prompt log: as text for people, as JSON lines, and as one line a call.

A request is written when it is made, and its answer when that has ended: a call that hangs is there, too.
`call` is the same in both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from jupyter_agent.characters import in_a_line, printable
from jupyter_agent.settings import PromptFormat

_EXCERPT = 70
"""Characters of a question and of an answer in the line of a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """What a model was asked."""

    call: str
    time: datetime
    role: str
    """What the model is asked for: general, classifier or coder."""
    model: str
    user: str
    conversation: str
    run: str
    messages: tuple[tuple[str, str], ...]
    """Role and text of each."""
    tools: tuple[str, ...]
    """The names of those that it may call."""
    schema: Mapping[str, Any] | None
    temperature: float | None
    max_tokens: int | None
    estimated_tokens: int
    """Of the prompt, by its length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedAnswer:
    """How the call ended."""

    call: str
    time: datetime
    seconds: float
    text: str
    ended: str
    """`finished`, `cut off`, `stopped`, or the error."""
    prompt_tokens: int | None
    """As the provider counts them; None if it did not say."""
    completion_tokens: int | None
    estimated_tokens: int
    """Of the answer, by its length."""


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write them. What a function gives is appended to the file as it is."""

    file: str
    request: Callable[[LoggedRequest], str]
    answer: Callable[[LoggedRequest, LoggedAnswer], str]


def _text_request(request: LoggedRequest) -> str:
    head = (
        f"request {request.call}  {_time(request.time)}  {request.role}: {request.model}  "
        f"user {request.user}  conversation {request.conversation}  run {request.run}"
    )
    limits = [f"about {request.estimated_tokens:,} tokens"]
    if request.temperature is not None:
        limits.append(f"temperature {request.temperature:g}")
    if request.max_tokens is not None:
        limits.append(f"at most {request.max_tokens:,} tokens")
    if request.tools:
        limits.append(f"may call {', '.join(request.tools)}")
    if request.schema is not None:
        limits.append(f"schema {json.dumps(request.schema)}")
    parts = [(", ".join(limits), ""), *request.messages]
    return _box(head, parts)


def _text_answer(request: LoggedRequest, answer: LoggedAnswer) -> str:
    head = f"answer {answer.call}  {_time(answer.time)}  {request.role}: {request.model}  {answer.ended}"
    cost = (
        f"{answer.seconds:.2f} s, {_tokens(request, answer)} tokens, "
        f"about {request.estimated_tokens:,} + {answer.estimated_tokens:,} by length"
    )
    return _box(head, [(cost, ""), ("assistant", answer.text)])


def _box(head: str, parts: list[tuple[str, str]]) -> str:
    lines = [f"┌ {in_a_line(head)}"]
    for title, text in parts:
        lines.append(f"├ {in_a_line(title)}")
        lines += [f"│ {line}" for line in printable(text).splitlines()]
    return "\n".join([*lines, "└", "", ""])


def _json_request(request: LoggedRequest) -> str:
    messages = [{"role": role, "text": text} for role, text in request.messages]
    fields = asdict(request) | {"time": request.time.isoformat(timespec="milliseconds"), "messages": messages}
    return json.dumps({"what": "request", **fields}) + "\n"


def _json_answer(_: LoggedRequest, answer: LoggedAnswer) -> str:
    fields = asdict(answer) | {
        "time": answer.time.isoformat(timespec="milliseconds"),
        "seconds": round(answer.seconds, 3),
    }
    return json.dumps({"what": "answer", **fields}) + "\n"


def _nothing(_: LoggedRequest) -> str:
    return ""


def _line(request: LoggedRequest, answer: LoggedAnswer) -> str:
    asked = _excerpt(request.messages[-1][1]) if request.messages else ""
    return (
        f"{_time(answer.time)} {answer.call} {request.run} {request.user} {request.role} {request.model} "
        f"{answer.seconds:.2f} s {_tokens(request, answer)} {in_a_line(answer.ended)} | "
        f"{asked} → {_excerpt(answer.text)}\n"
    )


def _tokens(request: LoggedRequest, answer: LoggedAnswer) -> str:
    if answer.prompt_tokens is None or answer.completion_tokens is None:
        return f"~{request.estimated_tokens} + ~{answer.estimated_tokens}"
    return f"{answer.prompt_tokens} + {answer.completion_tokens}"


def _excerpt(text: str) -> str:
    line = in_a_line(text)
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}…"


def _time(time: datetime) -> str:
    return time.isoformat(sep=" ", timespec="milliseconds")


FORMATS: Mapping[PromptFormat, Format] = {
    "text": Format("prompts.log", _text_request, _text_answer),
    "jsonl": Format("prompts.jsonl", _json_request, _json_answer),
    "compact": Format("prompts-compact.log", _nothing, _line),
}
