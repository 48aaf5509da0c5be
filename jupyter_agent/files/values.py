"""What is known about a file before any model is asked: the values that the profilers make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FileKind = Literal[
    "table", "json", "excel", "parquet", "sqlite", "text", "image", "binary", "empty", "missing"
]
"""What the content is, whatever the name claims."""

ColumnType = Literal["integer", "number", "date", "boolean", "text", "list", "object", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way in which a column's texts are written."""

    example: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table, as the looked-at rows show it."""

    name: str
    type: ColumnType
    missing: int = 0
    examples: tuple[str, ...] = ()
    """A few distinct values as written in the file; all of them when `complete`."""
    complete: bool = False
    """`examples` are all the values there are: a category."""
    smallest: str = ""
    largest: str = ""
    numbers: int = 0
    """Values of a text column that are numbers, from `smallest` to `largest`; `forms` are the others'."""
    forms: tuple[Form, ...] = ()
    """How the texts are written, the commonest first; empty when there is nothing to tell apart."""
    unshown: int = 0
    """Texts that have none of the `forms`."""
    commas: bool = False
    """In some of the texts a comma is a decimal point, in others it stands between thousands."""
    blanks: bool = False
    """Some texts begin or end with blanks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProfile:
    """One attachment, as prompts describe it and as code loads it."""

    name: str
    """The name under which code finds it in its folder."""
    kind: FileKind
    description: str
    """What it is, in a few words: `CSV table`."""
    load: str = ""
    """Python that reads the file as it stands; empty when nothing can."""
    columns: tuple[Column, ...] = ()
    rows: int | None = None
    rows_exact: bool = True
    """False: estimated from the part that was looked at, and the columns' counts are of that part."""
    preview: str = ""
    """The beginning of the content, where there are no columns to describe."""
    head: str = ""
    """The first rows of a table as they are written, where its columns may not tell all of it."""
    warnings: tuple[str, ...] = ()
    """What a person or a model should know before trusting the content."""

    @property
    def unreadable(self) -> str:
        """Why no reader of text can use a file that claims to hold some; empty when one can."""
        return " ".join(self.warnings) if self.kind in ("image", "binary", "empty", "missing") else ""
