"""The data beside the templates: worked examples, advice for each error, what the static check says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from jupyter_agent.messages import AgentType, Tool
from jupyter_agent.steps import ErrorClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question about the made-up file of the examples, worked through to the answer."""

    question: str
    code: str
    output: str
    """What the code prints, as `output_text` would show it."""
    answer: str
    asked_before: str = ""
    """A question that this one follows up; empty when it stands for itself."""
    answered_before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The examples, and the profile of the file they are about."""

    profile: Mapping[str, Any]
    asked: datetime
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What the static check says about one kind of mistake; `message` and the reasons have places to fill."""

    error_class: ErrorClass
    message: str
    fix: str
    why: Mapping[str, str] = field(default_factory=dict)


@cache
def analyst_examples() -> Sample:
    """The worked examples that precede every question about data."""
    content = _read("analyst_examples.toml")
    return Sample(
        profile=content["profile"],
        asked=content["asked"],
        examples=tuple(Example(**example) for example in content["example"]),
    )


@cache
def python_tool() -> Tool:
    """The tool that runs programs, as models that call tools are told of it."""
    return Tool(**_read("python_tool.toml"))


@cache
def router_examples() -> tuple[tuple[str, AgentType], ...]:
    """Requests, each with the way of working that fits it."""
    examples = _read("router_examples.toml")["example"]
    return tuple((example["request"], example["mode"]) for example in examples)


@cache
def advice() -> Mapping[ErrorClass, str]:
    """What to do next, for each class of error."""
    texts: Mapping[ErrorClass, str] = _read("advice.toml")
    return texts


@cache
def endings() -> Mapping[str, str]:
    """What to say of an execution that ended so, where the kernel says nothing more."""
    texts: Mapping[str, str] = _read("endings.toml")
    return texts


@cache
def check_texts() -> Mapping[str, Advice]:
    """What the static check says, for each of its rules."""
    return {rule: Advice(**text) for rule, text in _read("checks.toml").items()}


@cache
def silent_error_texts() -> Mapping[str, str]:
    """What is said of a program that raised nothing and is probably wrong; each has places to fill."""
    texts: Mapping[str, str] = _read("silent_errors.toml")
    return texts


def _read(name: str) -> Any:
    return tomllib.loads((resources.files(__package__) / name).read_text("utf-8"))
