"""Finds what the numbers and claims of an answer rest on, once it is written, without a model.

    sources             what they may come from: the outputs of the steps, the question, earlier messages
    parts, dates        the answer in its sentences, list items and rows, with their numbers and dates
    scan, look          all numbers of the outputs, and those that fit, closely
    numbers, arithmetic which of them a number may be derived from, and whether that may be chance
    counts              how many rows and items are listed
    conventions         which of them need no source
    labels              whether it stands beside the name that it has there
    claims              which step a sentence without numbers speaks of

What a model says of where its numbers come from proves nothing, and is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from threading import Event

from jupyter_agent.evidence import Derivation, Evidence
from jupyter_agent.spellings import Stated

from .arithmetic import calculation
from .claims import claim_of
from .conventions import is_convention
from .counts import counted
from .dates import Date, find_date, find_year, is_year
from .labels import Names, misplaced, names_in
from .look import line_at
from .numbers import Found, Search, is_computable, targets_of
from .parts import Part, parts_of, says_something
from .scan import Scan
from .sources import Source, sources_of

__all__ = ["Source", "evidence_of", "sources_of"]

_SMALLEST = 10
"""Smaller whole numbers count things in the sentence itself: `the 3 regions`."""
_MOST_RANKS = 100
"""In the first cell of a row, smaller ones number it."""
_IS = re.compile(r"(?:\b(?:is|are|was|were|equals?)|[:=|])[\s*_`$€£(]*\Z", re.IGNORECASE)
_ENDS = re.compile(r"[\s*_`)]*(?:[.,;|]|\Z)")
_COUNT = re.compile(r"\b(?:top|first|last|bottom|next|best|worst)[\s*_`]+\Z", re.IGNORECASE)


def evidence_of(answer: str, sources: Sequence[Source], stop: Event) -> tuple[Evidence, ...]:
    """What each number and claim of `answer` rests on, in the order of the answer.

    Whole numbers below 10, and those of `the top 10`, are left out where nothing shows them, unless
    a sentence says that something is just that. It takes seconds if outputs are as large as they may be;
    other threads get their turns, and `stop` ends it.
    """
    parts = parts_of(answer, "\n".join(source.text for source in sources if len(source.text) < 1_000_000))
    scan = Scan(targets_of(parts), stop)
    for place, source in enumerate(sources):
        scan.read(place, source.text, rivals=source.kind == "step")
    search = Search(scan, sources, stop)
    names = names_in(sources)
    found: list[Evidence] = []
    index = 0
    for part in parts:
        results = [search.best(index + n, number, part) for n, number in enumerate(part.numbers)]
        if stop.is_set():
            break
        index += len(part.numbers)
        evidence = [
            *_numbers(part, results, sources, names, scan.smallest),
            *(_date(part, date, sources) for date in part.dates),
        ]
        if not evidence and says_something(part, answer):
            evidence = list(_claim(part, sources))
        found += sorted(evidence, key=lambda one: one.start)
    return tuple(found)


def _numbers(
    part: Part, results: Sequence[Found | None], sources: Sequence[Source], names: Names, smallest: float
) -> Iterator[Evidence]:
    sure = [
        one
        for number, one in zip(part.numbers, results, strict=True)
        if one is not None and one.fits and one.source.kind == "step" and not _says_year(part, number)
    ]
    for number, result in zip(part.numbers, results, strict=True):
        if not is_computable(number):
            yield _literal(part, number, sources)
        elif result is not None and result.fits and (other := misplaced(number, part, result, names)):
            yield _from(part, number, None, "by-chance", other)
        elif result is not None and result.fits:
            yield _from(part, number, result.source, result.how, result.line)
        elif told := calculation(number, part.text, sure):
            last = max((one.source for one in sure), key=lambda source: source.rank)
            yield _from(part, number, last, "computed", told)
        elif printed := counted(number, part, sources):
            yield _from(part, number, printed, "computed", f"{number.value:.0f} rows, lines or items")
        elif dated := _year(part, number, sources):
            yield dated
        elif is_convention(number, part, smallest):
            continue
        elif not _counts(part, number) or (result is None and _is_result(part, number)):
            how: Derivation = "by-chance" if result else "unsupported"
            yield _from(part, number, None, how, result.line if result else "")


def _literal(part: Part, number: Stated, sources: Sequence[Source]) -> Evidence:
    """The evidence for a number that is too large or too precise to compute with: its digits, as written."""
    written = part.text[number.start - part.start : number.end - part.start]
    alone = re.compile(rf"(?<![\w.,−-]){re.escape(written)}(?!\w|[.,]\d)")
    for source in reversed(sources):
        # To look for a text is much faster than for a pattern.
        if written in source.text and (found := alone.search(source.text)):
            return _from(part, number, source, "shown", line_at(source.text, found.start()))
    return _from(part, number, None, "unsupported", "")


def _date(part: Part, date: Date, sources: Sequence[Source]) -> Evidence:
    """The last step that shows a date; else the question, or what was said before."""
    for source in reversed(sources):
        if (place := find_date(date, source.text)) >= 0:
            return _from(part, date, source, "shown", line_at(source.text, place))
    return _from(part, date, None, "unsupported", "")


def _year(part: Part, number: Stated, sources: Sequence[Source]) -> Evidence | None:
    """The evidence for a number that is a year, as its sentence has it: of a date that is shown."""
    if _says_year(part, number):
        digits = part.text[number.start - part.start : number.end - part.start]
        for source in reversed(sources):
            if (place := find_year(digits, source.text)) >= 0:
                return _from(part, number, source, "shown", line_at(source.text, place))
    return None


def _says_year(part: Part, number: Stated) -> bool:
    start, end = number.start - part.start, number.end - part.start
    return is_year(part.text[:start], part.text[start:end], part.text[end:])


def _claim(part: Part, sources: Sequence[Source]) -> Iterator[Evidence]:
    claim = claim_of(part, sources)
    text = part.text.rstrip(" \t.!?:;,*_`~|\"')]")
    start = part.start + len(part.text) - len(part.text.lstrip())
    if claim is not None and start < part.start + len(text):
        yield Evidence(
            start=start,
            end=part.start + len(text),
            sentence=part.number,
            source="step",
            step=claim.source.step,
            attempt=claim.source.attempt,
            derivation=claim.how,
            line=claim.line,
        )


def _counts(part: Part, number: Stated) -> bool:
    """Whether it may just count things of its sentence or rows."""
    before = part.text[: number.start - part.start]
    if number.unit != 1:
        return False
    return abs(number.value) < _SMALLEST or _COUNT.search(before) is not None or _is_rank(part, number)


def _is_result(part: Part, number: Stated) -> bool:
    """Whether its sentence ends with it, as what something is."""
    before, after = part.text[: number.start - part.start], part.text[number.end - part.start :]
    return not _is_rank(part, number) and bool(_IS.search(before)) and bool(_ENDS.match(after))


def _is_rank(part: Part, number: Stated) -> bool:
    first = part.is_row and part.text[: number.start - part.start].count("|") < 2
    return first and abs(number.value) < _MOST_RANKS


def _from(part: Part, place: Stated | Date, source: Source | None, how: Derivation, line: str) -> Evidence:
    return Evidence(
        start=place.start,
        end=place.end,
        sentence=part.number,
        source=source.kind if source else "none",
        step=source.step if source else None,
        attempt=source.attempt if source else None,
        derivation=how,
        line=line,
    )
