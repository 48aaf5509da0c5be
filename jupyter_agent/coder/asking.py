"""Reads a question that a model asks back instead of writing a program: `ASK: which one? | this | that`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jupyter_agent.events import QuestionBack

_MARKS = r"[\s*`_#>\"'-]*"
_ASK = re.compile(_MARKS + r"ASK:\s*(\S.*)", re.IGNORECASE)
_LINE = re.compile(rf"\A({_MARKS})ASK:.*", re.IGNORECASE)
_BEGINNING = re.compile(_MARKS + r"(A(S(K(:.*)?)?)?)?", re.IGNORECASE | re.DOTALL)
_LABEL = re.compile(r"^(?:\(?(?:\d|[a-zA-Z])[.)]|[-*•])\s+")
"""What a list's entry begins with."""
_QUESTION_CHARACTERS = 300
_CHOICE_CHARACTERS = 150
_CHOICES = 5


def asked_back(text: str) -> QuestionBack | None:
    """The question at the beginning of `text`, if there is one with choices."""
    found = _ASK.match(text)
    if found is None:
        return None
    question, *choices = found[1].split("|")
    if not choices:
        choices = [line for line in text[found.end() :].splitlines() if _LABEL.match(line.strip())]
    return question_back(question, choices)


def may_become_question(text: str) -> bool:
    """Whether what is written so far begins as a question back, or may still do so."""
    return _BEGINNING.fullmatch(text) is not None


def without_question(text: str) -> str:
    """`text` without the line that asks, which could be read as Python."""
    return _LINE.sub(r"\1", text)


def question_back(question: str, choices: Sequence[str]) -> QuestionBack | None:
    """The question with its choices, each once; None if there are not two of them to choose from."""
    asked = " ".join(question.split()).strip("*`_\"' ")[:_QUESTION_CHARACTERS]
    tidied = (_LABEL.sub("", " ".join(choice.split())).strip("*`_\"' ") for choice in choices)
    unique = dict.fromkeys(choice[:_CHOICE_CHARACTERS] for choice in tidied if choice)
    if not asked or len(unique) < 2:
        return None
    return QuestionBack(question=asked, choices=tuple(unique)[:_CHOICES])
