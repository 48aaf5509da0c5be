"""Answers with the outputs that they were written from, and what was done to their numbers, as data.

`answers` are written by hand. `made` are made by the thousand from random tables, as pandas prints them: the
numbers are right (in many spellings), invented, rescaled, or rounded wrongly.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

_MARKED = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")
_NAMES = (
    *("North", "South", "East", "West", "Bern", "Oslo", "Rome", "Wien", "Lyon", "Nice", "Bonn", "Kiel"),
    *("Lamp", "Chair", "Desk", "Sofa", "Shelf", "Stool", "Bench", "Table", "Couch", "Bed"),
)
_COLUMNS = ("price", "quantity", "revenue", "margin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An answer, and for each place (in characters) with a number where it comes from; None: from nowhere."""

    kind: str
    answer: str
    expected: dict[tuple[int, int], str]
    outputs: tuple[str, ...]
    question: str = ""
    history: tuple[str, ...] = ()


def answers() -> list[Case]:
    """Those written by hand, without the known limits (`skip`)."""
    text = Path(__file__).with_name("answers.toml").read_text("utf-8")
    return [_case(**case) for case in tomllib.loads(text)["case"] if not case.pop("skip", "")]


def made(count: int, seed: int = 0) -> Iterator[Case]:
    """So many of each kind; their sentences name the row, the column or both."""
    chance = random.Random(seed)
    for _ in range(count):
        rows, table = _table(chance)
        name = chance.choice(list(rows))
        column, value = chance.choice(list(rows[name].items()))
        said = chance.choice((f"The {column} of {name} is", f"In {name} it is", f"The highest {column} is"))
        if said.startswith("The highest"):
            value = max(values[column] for values in rows.values())
        written = _written(chance, value)
        yield _case(kind="right", outputs=[table], answer=f"{said} {{{written}|1}}.")
        for kind, wrong in (
            ("invented", _invented(chance, written)),
            ("rescaled", _rescaled(chance, value)),
            ("rounded", _rounded(chance, value)),
        ):
            if not _is_right(wrong, value):
                yield _case(kind=kind, outputs=[table], answer=f"{said} {{{wrong}|none}}.")


def _case(
    kind: str, answer: str, outputs: list[str], question: str = "", history: list[str] | None = None
) -> Case:
    expected, plain, at = {}, "", 0
    for found in _MARKED.finditer(answer):
        plain += answer[at : found.start()]
        expected[len(plain), len(plain) + len(found[1])] = found[2]
        plain += found[1]
        at = found.end()
    return Case(
        kind=kind,
        answer=plain + answer[at:],
        expected=expected,
        outputs=tuple(outputs),
        question=question,
        history=tuple(history or ()),
    )


def _table(chance: random.Random) -> tuple[dict[str, dict[str, float]], str]:
    """A table with the means of some groups, and how it is printed."""
    count = chance.choice((2, 4, 8, 20))
    names = chance.sample(_NAMES, count)
    if chance.random() < 0.3:
        names = [
            f"{chance.choice(('St-', 'Client '))}{number}" for number in chance.sample(range(1, 40), count)
        ]
    columns = _COLUMNS[: chance.choice((1, 1, 2, 4))]
    size = chance.choice((1.0, 100.0, 1_000.0, 50_000.0))
    whole = chance.random() < 0.4 and size > 10
    rows: dict[str, dict[str, float]] = {}
    for name in names:
        values = {column: chance.uniform(0.1, 1.0) * size for column in columns}
        rows[name] = {column: round(value) if whole else round(value, 6) for column, value in values.items()}
    frame = pd.DataFrame(rows).T.rename_axis("group")
    if whole:
        frame = frame.astype(int)
    printed = frame[columns[0]] if len(columns) == 1 else frame
    return rows, printed.to_string() if chance.random() < 0.5 else str(printed)


def _written(chance: random.Random, value: float) -> str:
    if isinstance(value, int):
        return chance.choice((f"{value}", f"{value:,}"))
    return chance.choice((f"{value:.2f}", f"{value:,.2f}", f"{value:.1f}" if value > 2 else f"{value:.3f}"))


def _invented(chance: random.Random, written: str) -> str:
    """Other digits, as many and of the same magnitude."""
    first = chance.choice("123456789")
    kept = written[0] if written.startswith("0") else first
    return kept + re.sub(r"\d", lambda _: chance.choice("0123456789"), written[1:])


def _rescaled(chance: random.Random, value: float) -> str:
    return f"{value * chance.choice((0.001, 0.01, 0.1, 10, 100, 1000)):.2f}"


def _rounded(chance: random.Random, value: float) -> str:
    step = chance.choice((-1, 1, 2))
    return f"{value + step}" if isinstance(value, int) else f"{value + step / 100:.2f}"


def _is_right(written: str, value: float) -> bool:
    """Whether it happens to be the right one; what is right for another group is wrong."""
    decimals = len(written.partition(".")[2])
    return abs(float(written.replace(",", "")) - value) <= 0.5 * 10.0**-decimals
