"""The programs as data: text files whose cells begin with a line `# %% what the cell does`.

The cells of a file share their variables, like those of a notebook.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

GROUPS = ("looks_dangerous", "notebooks")
"""Folders: harmless programs that look dangerous, and ordinary analysis."""
WITH_PROCESSES = (*GROUPS, "parallel")
"""And those that need other processes."""

_FOLDER = Path(__file__).parent
_TITLE = re.compile(r"^# %% (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A few lines that check their own result."""

    title: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The cells of one file, in their order."""

    group: str
    name: str
    cells: tuple[Cell, ...]

    def __str__(self) -> str:
        return f"{self.group}/{self.name}"


def topics(*groups: str) -> list[Topic]:
    """All topics of these groups."""
    return [
        Topic(group=group, name=path.stem, cells=tuple(_cells(path.read_text("utf-8"))))
        for group in groups
        for path in sorted((_FOLDER / group).glob("*.py"))
    ]


def _cells(text: str) -> list[Cell]:
    titles = list(_TITLE.finditer(text))
    ends = [*(title.start() for title in titles), len(text)]
    return [
        Cell(title=title[1], code=text[title.end() : end].strip("\n"))
        for title, (_, end) in zip(titles, pairwise(ends), strict=True)
    ]
