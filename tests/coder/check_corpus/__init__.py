"""Programs that the static check must find wrong, and look-alikes that it must leave alone, as data.

Each begins with a line `# %% what it is`. In flagged.py the rule and the line of the first finding stand
before that, and the profile, if it is not `strict`: `# %% magic 1 parallel: an installation`; in harmless.py
the profile stands at the end, in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jupyter_agent.coder.checks.findings import ProfileName

_TITLE = re.compile(r"^# %% (.+)$", re.MULTILINE)
_WRONG = re.compile(r"(?P<rule>\S+) (?P<line>\d+)( (?P<profile>\w+))?: (?P<title>.+)")
_RIGHT = re.compile(r"(?P<title>.+?)( \[(?P<profile>\w+)\])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program, and what must be found in it."""

    title: str
    code: str
    profile: ProfileName
    finding: tuple[str, int] | None = None
    """The rule and the line."""


def flagged() -> Iterator[Program]:
    for heading, code in _programs("flagged.py", _WRONG):
        yield Program(
            title=heading["title"],
            code=code,
            profile=_profile(heading),
            finding=(heading["rule"], int(heading["line"])),
        )


def harmless() -> Iterator[Program]:
    for heading, code in _programs("harmless.py", _RIGHT):
        yield Program(title=heading["title"], code=code, profile=_profile(heading))


def _programs(name: str, form: re.Pattern[str]) -> Iterator[tuple[re.Match[str], str]]:
    parts = _TITLE.split((Path(__file__).parent / "programs" / name).read_text("utf-8"))
    for title, code in zip(parts[1::2], parts[2::2], strict=True):
        heading = form.fullmatch(title)
        assert heading is not None, title
        yield heading, code.strip("\n")


def _profile(heading: re.Match[str]) -> ProfileName:
    return "parallel" if heading["profile"] == "parallel" else "strict"
