"""Reads a suite: a file with one question a line, as JSON, beside the files that the questions are about.

{"id": "mean", "question": "What is the mean price?", "files": ["sales.csv"], "expected": {"number": 20.0}}

`files` are paths from the suite's folder on; `level` is a word of the suite's own, such as `easy`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jupyter_agent.errors import InputRefused
from jupyter_agent.run import LONGEST_QUESTION

from .expected import Expected, expected_from, refuse_other_fields

_FIELDS = ("id", "question", "files", "expected", "level")
_LONGEST_NAME = 100
_MOST_SHOWN = 20
"""Bad lines that are named; the next call names the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question with its files and what a right answer holds."""

    id: str
    question: str
    files: tuple[Path, ...]
    expected: Expected
    level: str = ""


def read_suite(path: Path) -> tuple[Case, ...]:
    """All questions of the suite in `path`.

    Raises:
        InputRefused: it cannot be read, or has lines that cannot be used: each is named, with what to do.
    """
    cases: dict[str, Case] = {}
    bad: list[str] = []
    for number, line in _lines(path):
        try:
            case = _case(line, path.parent)
            if case.id in cases:
                raise InputRefused(f"There is a question “{case.id}” already.", "Give each its own “id”.")
        except InputRefused as error:
            bad.append(f"{path}:{number}: {error}")
        else:
            cases[case.id] = case
    if bad:
        shown = bad[:_MOST_SHOWN]
        more = [f"… and {len(bad) - len(shown)} more."] if len(bad) > len(shown) else []
        raise InputRefused("\n".join(["The suite cannot be used.", *shown, *more]))
    if not cases:
        raise InputRefused(f"{path} holds no question.", "Write one on each line, as JSON.")
    return tuple(cases.values())


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise InputRefused(
            f"The suite {path} cannot be read: {error.strerror}.", "Check the name and the folder you are in."
        ) from error
    except UnicodeError as error:
        raise InputRefused(f"The suite {path} is not UTF-8 text.", "Save it as UTF-8.") from error
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _case(line: str, folder: Path) -> Case:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputRefused(f"This is not JSON: {error}.", "Write one object on one line.") from error
    if not isinstance(value, dict):
        raise InputRefused("This is not an object.", 'Write {"id": …, "question": …, "expected": …}.')
    refuse_other_fields(value, *_FIELDS)
    question = _required(value, "question")
    if len(question) > LONGEST_QUESTION:
        raise InputRefused(f"“question” is longer than {LONGEST_QUESTION:,} characters.", "Shorten it.")
    level = value.get("level", "")
    if not isinstance(level, str):
        raise InputRefused("“level” is not a text.", "Write a word in quotes, or leave it out.")
    if "expected" not in value:
        raise InputRefused("“expected” is missing.", "Say what a right answer holds.")
    return Case(
        id=_short(_required(value, "id"), "id"),
        question=question,
        files=_files(value.get("files", []), folder),
        expected=expected_from(value["expected"]),
        level=_short(level, "level"),
    )


def _required(value: Mapping[str, object], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not text.strip():
        raise InputRefused(f"“{name}” is missing or not a text.", "Write it in quotes.")
    return text


def _short(text: str, name: str) -> str:
    """What stands in tables and titles."""
    if len(text) > _LONGEST_NAME or not text.isprintable():
        raise InputRefused(f"“{name}” is too long or has more than one line.", "Write a word or a few.")
    return text


def _files(names: object, folder: Path) -> tuple[Path, ...]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputRefused("“files” is not a list of names.", 'Write ["a.csv", "b.csv"].')
    paths = [_file(name, folder) for name in names]
    if len({path.name for path in paths}) < len(paths):
        raise InputRefused("Two of “files” have the same name.", "Rename one: code finds them by name.")
    return tuple(paths)


def _file(name: str, folder: Path) -> Path:
    path = folder / name
    if "\0" in name or not path.resolve().is_relative_to(folder.resolve()):
        raise InputRefused(f"The file {name!r} is outside of the suite's folder.", "Put it beside the suite.")
    if not path.exists():
        raise InputRefused(f"There is no file {name!r} beside the suite.", "Check its name, or add it.")
    if not path.is_file():
        raise InputRefused(f"{name!r} is not a file.", "Name the files one by one.")
    return path
