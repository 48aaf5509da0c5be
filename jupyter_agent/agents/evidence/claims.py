"""Which step shows what a sentence without numbers speaks of: by the names in it, or by the plot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jupyter_agent.evidence import Derivation

from .look import line_at
from .parts import Part
from .sources import Source
from .words import words

_PLOT = re.compile(
    r"\b(?:plots?|plotted|charts?|graphs?|histograms?|figures?|diagrams?|heat ?maps?|scatter|box ?plots?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d]\w*(?:-\w+)*")
_INSIDE = re.compile(r"\w")
_TRIES = 50


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence without numbers rests on."""

    source: Source
    how: Derivation
    line: str = ""


def claim_of(part: Part, sources: Sequence[Source]) -> Claim | None:
    """The step that fits best; the last of those that fit equally well. None: nothing ties it to one.

    It takes one name, written as the output has it with a capital or an underscore, or two other words.
    """
    steps = [source for source in sources if source.kind == "step"]
    drew = [source for source in steps if source.plots]
    if drew and _PLOT.search(part.text):
        said = words(part.text)
        return Claim(max(drew, key=lambda step: (len(said & words(step.goal)), step.rank)), "plotted")
    rated = [(*_rating(part, step), step) for step in steps]
    score, _, place, step = max(rated, key=lambda rate: rate[:2], default=(0, 0, 0, None))
    return Claim(step, "named", line_at(step.text, place)) if step is not None and score >= 2 else None


def _rating(part: Part, step: Source) -> tuple[int, int, int]:
    """How well an output fits: a name counts 2, another word 1. Then its rank, and where the best is."""
    score, best, place = 0, 0, 0
    for word in dict.fromkeys(_WORD.findall(part.text)):
        if not words(word):
            continue
        found = _find(word, step.text)
        weight = 0 if found < 0 else 1 if word == word.lower() else 2
        score += weight
        if weight > best:
            best, place = weight, found
    return score, step.rank, place


def _find(word: str, text: str) -> int:
    """Where a word stands by itself, -1 if nowhere; a few places are looked at, each found in no time."""
    place = -1
    for _ in range(_TRIES):
        place = text.find(word, place + 1)
        if place < 0:
            return -1
        before, after = text[place - 1 : place], text[place + len(word) : place + len(word) + 1]
        if not (_INSIDE.match(before) or _INSIDE.match(after)):
            return place
    return -1
