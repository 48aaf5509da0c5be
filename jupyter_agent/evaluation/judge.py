"""Judges an answer: does it say what is expected, and nothing that contradicts it?

An answer that holds the right number or name among many others is not right: it must decide for it.
Candidates are the numbers of the text, or the strings of `among`; a number that only repeats the question is
none, nor is what is denied (`not 41`). The answer decides for a candidate when

1. it is the only one after `Answer:` or `Result:` at the beginning of a line; else in **bold**; else in the
   text; or
2. the last sentence with candidates says that something is it (`the mean is 20.0 across 57 orders`), names no
   rival beside it (`41 or 42`), and no sentence before says otherwise of the same thing. Intermediate results
   in sentences before are no contradiction, unless there are many. Items of lists, rows of tables and lines
   of a label and a value decide nothing, since they stand for one among several.

`unclear` is an answer that states what is expected and does not decide for it; only `solved` counts.
A list must be stated as a whole, in its order if it has one, without a candidate that is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from jupyter_agent.spellings import numbers_in

from .expected import Items, Number, Said, String

Judgement = Literal["solved", "unclear", "wrong"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement, and in a few words why."""

    judgement: Judgement
    reason: str = ""


SOLVED = Verdict("solved")


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    key: str
    """Equal for two that say the same."""
    item: int | None
    """Which of the expected items it is."""


_MARKER = re.compile(
    r"^\W*(?:final\s+)?(?:answer|result)\b[\s*_]*[:=][\s*_]*(.+)$", re.IGNORECASE | re.MULTILINE
)
_BOLD = re.compile(r"\*\*(.+?)\*\*|__(.+?)__|\\boxed\{(.+?)\}", re.DOTALL)
_UNIT = re.compile(r"[^\n]+?(?:[.!?](?=\s|\Z)|(?=\n)|\Z)")
_ITEM = re.compile(r"\s*(?:[-*•|]\s|\d+[.)]\s|[^.!?]*\S {2,}\S|[^:=.!?]{1,60}[:=]\s*\S+[.;,]?\s*\Z)")
_DECORATION = r"""[\s*_`$€£("“'\[\\{]*"""
_SAYS_IS = re.compile(
    rf"(?:\b(?:is|are|was|were|be|equals?|equal to|totals?)|[:=≈])\s*"
    rf"(?:(?:exactly|about|approximately|approx\.|around|roughly|only|just|the|a|an)\s+)?{_DECORATION}\Z",
    re.IGNORECASE,
)
_SAYS_OF = re.compile(rf"\b(?:of|to|at|by)\s+{_DECORATION}\Z", re.IGNORECASE)
_SUBJECT = re.compile(
    r"[\s*_`\"”']*(?:(?:has|have|had|is|was|sold|made|earned) the|brought in|comes first|leads?)\b"
)
_DENIED = re.compile(rf"(?:\bnot|n['’]t|\bnever|\bneither|\bnor)\s+(?:the\s+)?{_DECORATION}\Z", re.IGNORECASE)
_BETWEEN_RIVALS = re.compile(r"(?:\W|\b(?:or|and|to|maybe|perhaps|possibly|even|nor)\b)*", re.IGNORECASE)
_NEAR = 80
"""Characters; more are not read to see what is said of a candidate."""
_MOST_BEFORE = 3
"""Different results that sentences before the last may have decided for."""


def judge_answer(answer: str, expected: Said, question: str = "") -> Verdict:
    """Whether a text says what is expected; numbers of the `question` that it repeats say nothing."""
    candidates = _candidates(answer, expected, question)
    if isinstance(expected, Items):
        return _judge_items(answer, candidates, expected)
    if not any(candidate.item is not None for candidate in candidates):
        return Verdict("wrong", f"it does not state {_named(expected)}")
    for part in _parts(answer):
        inside = [one for one in candidates if any(start <= one.start < end for start, end in part)]
        if inside:
            decided = _decided(answer, inside)
            break
    if decided is None:
        return Verdict("unclear", f"it states {_named(expected)} among others, and does not decide for it")
    if decided.item is None:
        return Verdict("unclear", f"it states {_named(expected)}, but decides for {_text(answer, decided)}")
    return SOLVED


def judge_value(value: object, expected: Said) -> Verdict:
    """Whether a value of the kernel, as JSON has it, is the expected one."""
    match expected:
        case Number() | String():
            right = _same(value, expected)
        case Items(items, ordered):
            values = value if isinstance(value, list) else None
            right = values is not None and len(values) == len(items)
            if values is not None and right:
                right = _in_order(values, items) if ordered else _as_a_set(values, items)
    return SOLVED if right else Verdict("wrong", f"the variable holds {_short(repr(value))}")


def _candidates(answer: str, expected: Said, question: str) -> list[_Candidate]:
    """What the answer states that could be the expected, in its order."""
    items = expected.items if isinstance(expected, Items) else (expected,)
    found = [*_numbers(answer, items, question), *_strings(answer, items, expected)]
    stated = [one for one in found if not _DENIED.search(_before(answer, one))]
    return sorted(stated, key=lambda one: one.start)


def _numbers(answer: str, items: Sequence[Number | String], question: str) -> Iterable[_Candidate]:
    if not any(isinstance(item, Number) for item in items):
        return
    repeated = {number.value for number in numbers_in(question)}
    for number in numbers_in(answer):
        says = (number.value,) if number.also is None else (number.value, number.also)
        item = next(
            (n for n, one in enumerate(items) if isinstance(one, Number) and any(map(one.is_near, says))),
            None,
        )
        if item is not None or number.value not in repeated:
            key = f"item {item}" if item is not None else repr(number.value)
            yield _Candidate(number.start, number.end, key, item)


def _strings(answer: str, items: Sequence[Number | String], expected: Said) -> Iterable[_Candidate]:
    names = {_normal(item.text): number for number, item in enumerate(items) if isinstance(item, String)}
    among = () if isinstance(expected, Number) else expected.among
    others = {_normal(text) for text in among}
    # The longest first: “New York” is no “York”.
    ordered = sorted({*names, *others}, key=len, reverse=True)
    if not names:
        return
    pattern = "|".join(r"\s+".join(map(re.escape, name.split())) for name in ordered)
    for found in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", answer, re.IGNORECASE):
        key = _normal(found[0])
        yield _Candidate(found.start(), found.end(), key, names.get(key))


def _parts(answer: str) -> Iterable[list[tuple[int, int]]]:
    """Where the answer would be: behind its mark, in bold, anywhere."""
    marked = [found.span(1) for found in _MARKER.finditer(answer)]
    yield marked[-1:]
    yield [found.span() for found in _BOLD.finditer(answer)]
    yield [(0, len(answer))]


def _decided(answer: str, candidates: list[_Candidate]) -> _Candidate | None:
    """The candidate that the answer decides for."""
    if len({one.key for one in candidates}) == 1:
        return candidates[0]
    sentences = [
        (found.start(), inside)
        for found in _UNIT.finditer(answer)
        if not _ITEM.match(found[0])
        and (inside := [one for one in candidates if found.start() <= one.start < found.end()])
    ]
    if not sentences:
        return None
    *before, (start, last) = sentences
    decided = _decided_in(answer, start, last)
    if decided is None:
        return None
    others = [(begin, _decided_in(answer, begin, inside)) for begin, inside in before]
    earlier = [(begin, one) for begin, one in others if one is not None and one.key != decided.key]
    said = _normal(answer[start : decided.start])
    if any(_normal(answer[begin : one.start]) == said for begin, one in earlier):
        return None
    return decided if len({one.key for _, one in earlier}) < _MOST_BEFORE else None


def _decided_in(answer: str, start: int, candidates: list[_Candidate]) -> _Candidate | None:
    """The candidate that a sentence, which begins at `start`, says something to be."""
    if len({one.key for one in candidates}) == 1:
        return candidates[0]
    for chosen in (
        [one for one in candidates if _SAYS_IS.search(_before(answer, one, start))],
        [one for one in candidates if _SUBJECT.match(answer, one.end)],
        [one for one in candidates if _SAYS_OF.search(_before(answer, one, start))],
    ):
        if chosen:
            clear = len({one.key for one in chosen}) == 1 and _alone(answer, chosen, candidates)
            return chosen[0] if clear else None
    return None


def _before(answer: str, candidate: _Candidate, start: int = 0) -> str:
    """The words right before it, from `start` on at the most."""
    return answer[max(start, candidate.start - _NEAR) : candidate.start]


def _alone(answer: str, chosen: list[_Candidate], candidates: list[_Candidate]) -> bool:
    """Whether none of the chosen stands in a row with another candidate: `41 or 42`."""
    return not any(
        (one in chosen or following in chosen)
        and one.key != following.key
        and _BETWEEN_RIVALS.fullmatch(answer, one.end, following.start)
        for one, following in pairwise(candidates)
    )


def _judge_items(answer: str, candidates: list[_Candidate], expected: Items) -> Verdict:
    marked = next(iter(_parts(answer)))
    behind = [one for one in candidates if any(start <= one.start < end for start, end in marked)]
    stated = [one for one in (behind or candidates) if one.item is not None]
    keys = [_key(item) for item in expected.items]
    said = [_key(expected.items[one.item]) for one in stated if one.item is not None]
    if missing := next((key for key in dict.fromkeys(keys) if said.count(key) < keys.count(key)), None):
        return Verdict("wrong", f"it does not state {missing} as often as it is in the list")
    if len(stated) < len(behind or candidates):
        other = next(one for one in (behind or candidates) if one.item is None)
        return Verdict("unclear", f"it also states {_text(answer, other)}, which is not in the list")
    if expected.ordered and keys not in (said[: len(keys)], said[-len(keys) :]):
        return Verdict("wrong", "it states the list in another order")
    return SOLVED


def _in_order(values: list[object], items: Sequence[Number | String]) -> bool:
    return all(_same(value, item) for value, item in zip(values, items, strict=True))


def _as_a_set(values: list[object], items: Sequence[Number | String]) -> bool:
    left = list(values)
    for item in items:
        found = next((n for n, value in enumerate(left) if _same(value, item)), None)
        if found is None:
            return False
        del left[found]
    return True


def _same(value: object, expected: Number | String) -> bool:
    if isinstance(expected, String):
        return isinstance(value, str) and _normal(value) == _normal(expected.text)
    return isinstance(value, int | float) and not isinstance(value, bool) and expected.is_near(value)


def _normal(text: str) -> str:
    return " ".join(text.casefold().split())


def _key(item: Number | String) -> str:
    return _normal(item.text) if isinstance(item, String) else f"{item.value:.12g}"


def _named(expected: Said) -> str:
    return "the list" if isinstance(expected, Items) else _key(expected)


def _text(answer: str, candidate: _Candidate) -> str:
    return _short(answer[candidate.start : candidate.end])


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
