"""Notebook commands in a program: those that start a program are refused, the others are set aside."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from jupyter_agent.protocols import KernelProfile

from .findings import Finding, words

NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What `ast.parse` raises for text that is no program, or nested beyond measure."""

_SHELL = re.compile(
    r"\s*(?:[\w.,\s\[\]]+=\s*)?!{1,2}(?P<command>.*)|\s*(?:[\w.,\s]+=\s*)?%(?:sx|system)\b(?P<rest>.*)"
)
_PROGRAM = re.compile(
    r"\s*%(?:ls|ll|cat|cp|mv|rm|mkdir|rmdir|less|more|man|cls|clear)\b.*|\s*%%(?:bash|sh|script|cmd|perl|ruby|pypy|python[23]?|system|sx|!)(?!\w).*"
)
_INSTALL = re.compile(r"\s*%?(?:pip3?|conda|mamba|uv)\s+(?:install|download|list|show|freeze|uninstall)\b.*")
_NETWORK = re.compile(r"\b(?:pip3?|conda|mamba|uv|curl|wget|git\s+clone|apt(?:-get)?|ssh|scp|npm)\b")
_LINE = re.compile(r"\s*(?:[\w.,\s]+=\s*)?%\w+.*|\s*[\w.*]+\?{1,2}\s*|\s*\?{1,2}[\w.*]+\s*")
_WRITING = re.compile(r"\s*%(?:store|save|logstart|run|notebook|edit|loadpy|load)\b")
_MAY_DO_ANYTHING = "exec('')"
"""Stands for commands that may write files."""
_CELL = re.compile(r"%%(\w+).*")
_PYTHON_CELLS = words("capture debug prun time timeit")
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A program as Python sees it; commands stand in it as `pass`."""

    tree: ast.Module | None
    """None for a cell in another language."""
    findings: tuple[Finding, ...] = ()


def parse(code: str, profile: KernelProfile) -> Parsed:
    """The syntax tree of a program that may hold notebook commands.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it is no program.
    """
    lines = code.split("\n")
    findings: list[Finding] = []
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines and (cell := _CELL.match(lines[first])):
        if _PROGRAM.fullmatch(lines[first]):
            refused = (_finding(lines[first], first + 1),) if profile == "strict" else ()
            return Parsed(tree=None, findings=refused)
        if cell[1] not in _PYTHON_CELLS:
            return Parsed(tree=None)
        lines[first] = "pass"
    for _ in range(_MOST):
        try:
            return Parsed(tree=ast.parse("\n".join(lines)), findings=tuple(findings))
        except SyntaxError as error:
            number = _command_at(lines, error)
            if number is None:
                raise
            if (finding := _refused(lines[number], number + 1, profile)) is not None:
                findings.append(finding)
            indent = re.match(r"\s*", lines[number])
            instead = _MAY_DO_ANYTHING if _WRITING.match(lines[number]) else "pass"
            lines[number] = f"{indent[0] if indent else ''}{instead}"
    raise SyntaxError("It holds too many notebook commands.")


def _command_at(lines: list[str], error: SyntaxError) -> int | None:
    """The line of the command that Python stumbled over."""
    at = (error.lineno or 0) - 1
    for number in (at, at - 1):  # sometimes it notices one line late
        if 0 <= number < len(lines) and any(
            pattern.fullmatch(lines[number]) for pattern in (_SHELL, _PROGRAM, _INSTALL, _LINE)
        ):
            return number
    return None


def _refused(line: str, number: int, profile: KernelProfile) -> Finding | None:
    """A finding for what starts a program; in a parallel kernel for what then needs the network."""
    shell = _SHELL.fullmatch(line)
    if profile == "unrestricted":
        return None
    if _INSTALL.fullmatch(line) or (shell and _NETWORK.search(line)):
        return _finding(line, number)
    if profile == "strict" and (shell or _PROGRAM.fullmatch(line)):
        return _finding(line, number)
    return None


def _finding(line: str, number: int) -> Finding:
    return Finding(rule="magic", line=number, values={"text": line.strip()})
