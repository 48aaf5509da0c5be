"""Programs that the static check must find wrong, and look-alikes that it must leave alone, as data.

flagged.py and harmless.py hold small ones, a thing at a time; the others hold whole analyses, as models write
them. Each begins with a line `# %% what it is`. In the flagged ones the rule and the line of the first
finding stand before that, and the profile, if it is not `strict`: `# %% magic 1 parallel: a title`; in
the harmless ones the profile stands at the end, in brackets. Those in unnoticed.py can only fail, too, but
that takes more than a look: the check says nothing of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jupyter_agent.protocols import KernelProfile

_TITLE = re.compile(r"^# %% (.+)$", re.MULTILINE)
_WRONG = re.compile(r"(?P<rule>\S+) (?P<line>\d+)( (?P<profile>\w+))?: (?P<title>.+)")
_RIGHT = re.compile(r"(?P<title>.+?)( \[(?P<profile>\w+)\])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program, and what must be found in it."""

    title: str
    code: str
    profile: KernelProfile
    finding: tuple[str, int] | None = None
    """The rule and the line."""


def flagged(*, analyses: bool = False) -> Iterator[Program]:
    """All of them, or only the whole analyses."""
    for heading, code in _programs((*(() if analyses else ("flagged.py",)), "flagged_analyses.py"), _WRONG):
        yield Program(
            title=heading["title"],
            code=code,
            profile=_profile(heading),
            finding=(heading["rule"], int(heading["line"])),
        )


def harmless(*, analyses: bool = False) -> Iterator[Program]:
    """All of them, or only the whole analyses."""
    for heading, code in _programs((*(() if analyses else ("harmless.py",)), "harmless_analyses.py"), _RIGHT):
        yield Program(title=heading["title"], code=code, profile=_profile(heading))


def unnoticed() -> Iterator[Program]:
    for heading, code in _programs(("unnoticed.py",), _WRONG):
        yield Program(
            title=heading["title"],
            code=code,
            profile=_profile(heading),
            finding=(heading["rule"], int(heading["line"])),
        )


def _programs(names: tuple[str, ...], form: re.Pattern[str]) -> Iterator[tuple[re.Match[str], str]]:
    folder = Path(__file__).parent / "programs"
    parts = [part for name in names for part in _TITLE.split((folder / name).read_text("utf-8"))[1:]]
    for title, code in zip(parts[::2], parts[1::2], strict=True):
        heading = form.fullmatch(title)
        assert heading is not None, title
        yield heading, code.strip("\n")


def _profile(heading: re.Match[str]) -> KernelProfile:
    return "parallel" if heading["profile"] == "parallel" else "strict"
