"""Finds the program in what a model wrote, however it is wrapped."""

from __future__ import annotations

import ast
import re
from typing import Literal

from .checks.magics import NOT_PYTHON

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[ \t]*([\w+-]*)[^\n]*$", re.MULTILINE)
_PYTHON = frozenset(("", "python", "py", "python3", "ipython", "ipython3"))
_HARMLESS_MAGIC = re.compile(r"^[ \t]*%(?:matplotlib|config|%capture|%time)\b[^\n]*\n?", re.MULTILINE)
_NARRATION = 200
"""Characters beside a program that make no answer of it."""
_MOST_STARTS = 20
"""Lines that are tried as the beginning of a program without a fence."""
_PARTS = re.compile(r"\n|[^\n]+")
_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)


def extract_code(text: str) -> str:
    """The program in a model's answer; empty when there is none.

    Several blocks are taken as one program when that parses, else the longest that does. Without a
    fence the text itself counts, without sentences before and after it.
    """
    text = _THINKING.sub("", text)
    blocks = _blocks(text)
    if not blocks:
        return _tidy(_without_narration(text))
    candidates = ["\n\n".join(blocks), *sorted(blocks, key=len, reverse=True)]
    tidied = [_tidy(candidate) for candidate in candidates]
    return next((code for code in tidied if parses(code)), tidied[0])


def code_in(argument: str) -> str:
    """The program in an argument that is to be code and nothing else, but may have a fence around it."""
    return _tidy(argument) if parses(argument) or not _blocks(argument) else extract_code(argument)


def has_program(text: str) -> bool:
    """Whether a fence in it holds a program."""
    return any(parses(_tidy(block)) for block in _blocks(_THINKING.sub("", text)))


def spoken(text: str) -> str:
    """What a model says, without what it only thinks."""
    return _THINKING.sub("", text).strip()


def lone_program(text: str) -> str:
    """The program of a text that says hardly anything besides; empty for any other."""
    said = len(text) - sum(map(len, _blocks(text)))
    return extract_code(text) if said <= _NARRATION and has_program(text) else ""


def ends_after_code(text: str) -> bool:
    """Whether the text goes on after its last block: if it breaks off there, no code is missing."""
    fences = len(_FENCE.findall(_THINKING.sub("", text)))
    return fences > 0 and fences % 2 == 0


def parses(code: str) -> bool:
    """Whether it is Python, and not nothing."""
    try:
        return bool(ast.parse(code).body)
    except NOT_PYTHON:
        return False


def _blocks(text: str) -> list[str]:
    """The content of the Python fences; one that is never closed runs to the end."""
    blocks = []
    position = 0
    while opened := _FENCE.search(text, position):
        closed = _FENCE.search(text, opened.end())
        end = closed.start() if closed else len(text)
        block = text[opened.end() : end]
        language = opened[1].lower()
        if language in _PYTHON and block.strip() and (language or not _is_prose(block)):
            blocks.append(block)
        position = closed.end() if closed else len(text)
    return blocks


def _without_narration(text: str) -> str:
    """The first run of lines that is a program: narration does not parse, or is a lone word."""
    if parses(text):
        return text if _does_something(text) else ""
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if _may_begin(line)]
    for start in starts[:_MOST_STARTS]:
        code = _beginning_that_parses(lines[start:])
        if code and _does_something(code):
            return code
    return ""


def _beginning_that_parses(lines: list[str]) -> str:
    """The lines before the first one that is no Python."""
    end = len(lines)
    while end:
        code = "\n".join(lines[:end])
        try:
            ast.parse(code)
        except SyntaxError as error:
            end = min(end, error.lineno or end) - 1
        except NOT_PYTHON:
            return ""
        else:
            return code
    return ""


def _may_begin(line: str) -> bool:
    return bool(re.match(r"(import|from|def|for|with|print|#)\b|[A-Za-z_]\w*\s*(=|\.|\()", line))


def _is_prose(text: str) -> bool:
    """Words or numbers that happen to be Python, such as the output that a model expects."""
    return parses(text) and not _does_something(text)


def _does_something(code: str) -> bool:
    """A word or a number alone parses, but is no program."""
    return any(isinstance(node, ast.Call | ast.Assign | ast.Import) for node in ast.walk(ast.parse(code)))


def _tidy(code: str) -> str:
    code = _HARMLESS_MAGIC.sub("", code.strip("\n"))
    return "\n".join(line.rstrip() for line in code.strip("\n").splitlines())


class CodeStream:
    """Passes on what stands inside the first fence of a text that is still being written."""

    def __init__(self) -> None:
        self._line = ""
        """The last line, while it may be or become a fence."""
        self._is_code = False
        """The last line is none, and what there was of it is passed on."""
        self._state: Literal["before", "inside", "after"] = "before"

    def feed(self, piece: str) -> str:
        """The code in `piece`, without the beginning of a line that may become the closing fence."""
        return "".join(map(self._read, _PARTS.findall(piece)))

    def _read(self, part: str) -> str:
        """The same for a part of a line, or its end."""
        if self._state == "after":
            return ""
        if part == "\n":
            line, self._line, self._is_code = self._line, "", False
            fence = _FENCE.match(line)
            if self._state == "before":
                self._state = "inside" if fence else "before"
            elif fence:
                self._state = "after"
            else:
                return f"{line}\n"
            return ""
        if self._is_code:
            return part
        self._line += part
        if self._state == "before" or self._line.lstrip(" \t")[:1] in ("", "`", "~"):
            return ""
        line, self._line, self._is_code = self._line, "", True
        return line
