"""Counts the rows of a table that repeat others, where that is no matter of chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import zip_longest
from math import prod, sqrt

_DEVIATIONS = 4
"""So many standard deviations beyond what is expected are no chance."""


def copies_in(rows: Sequence[Sequence[str]]) -> int:
    """How many rows repeat another one.

    0 where most do, since then they are no entries of something, and where as many would if the values of
    each column were dealt by chance: a few columns of a few values repeat themselves.
    """
    different = {hash(tuple(row)): row for row in rows}.values()
    copies = len(rows) - len(different)
    if not copies or 2 * copies > len(rows):
        return 0
    chance = _pairs(len(rows)) * prod(map(_alike, zip_longest(*different)))
    return copies if copies > chance + _DEVIATIONS * sqrt(chance) else 0


def _alike(values: Collection[str]) -> float:
    """How likely two of these are the same."""
    pairs = _pairs(len(values))
    return sum(map(_pairs, Counter(values).values())) / pairs if pairs else 0.0


def _pairs(count: int) -> float:
    return count * (count - 1) / 2
