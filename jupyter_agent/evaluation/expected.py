"""What a right answer holds: the forms that a suite may give it in, as values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jupyter_agent.errors import InputRefused

_MOST_ITEMS = 1_000


@dataclass(frozen=True, slots=True)
class Number:
    """`{"number": 3.5, "tolerance": 0.01}`: at most `tolerance` away, or `relative` of it: 0.01 is 1 %.

    Without either it must be the number, as exactly as floating point is.
    """

    value: float
    tolerance: float = 0.0
    relative: float = 1e-9

    def is_near(self, value: float) -> bool:
        """Whether a value is this number."""
        # What is on the edge is in: 0.3 is at most 0.1 away from 0.2.
        allowed = max(self.tolerance, self.relative * abs(self.value)) * (1 + 1e-9)
        return abs(value - self.value) <= allowed + 1e-12


@dataclass(frozen=True, slots=True)
class String:
    """`{"string": "North", "among": ["North", "South"]}`: `among` lists what a wrong answer could say."""

    text: str
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """`{"list": ["North", 3.5], "ordered": true}`, with `tolerance` or `relative`, and `among`, for all."""

    items: tuple[Number | String, ...]
    ordered: bool
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InKernel:
    """`{"variable": "clean", "equals": {"number": 3}}`: what the conversation's kernel holds at the end."""

    name: str
    equals: Number | String | Items


Said = Number | String | Items
Expected = Said | InKernel


def expected_from(value: object, name: str = "expected") -> Expected:
    """What a line's `expected`, or its field of another `name`, says.

    Raises:
        InputRefused: it has none of the forms, or a field that its form does not have.
    """
    if isinstance(value, Mapping):
        for form, read in _FORMS.items():
            if form in value:
                return read(value)
    raise InputRefused(
        f"“{name}” must be an object with “number”, “string”, “list” or “variable”.",
        'Write, for example, {"number": 3.5, "tolerance": 0.01}.',
    )


def refuse_other_fields(value: Mapping[str, object], *known: str) -> None:
    """Raises `InputRefused` where a field is none of `known`: a misspelt one would be passed over."""
    for name in value:
        if name not in known:
            raise InputRefused(f"There is no field “{name}” here.", f"Use: {', '.join(known)}.")


def _number(value: Mapping[str, object]) -> Number:
    refuse_other_fields(value, "number", "tolerance", "relative")
    return _near(_finite(value["number"], "number"), value)


def _near(number: float, value: Mapping[str, object]) -> Number:
    if "tolerance" in value and "relative" in value:
        raise InputRefused("There are both “tolerance” and “relative”.", "Keep one of them.")
    for name in ("tolerance", "relative"):
        if name in value and _finite(value[name], name) < 0:
            raise InputRefused(f"“{name}” is below 0.", "Write how far off an answer may be, 0 or more.")
    if "relative" in value:
        return Number(number, relative=_finite(value["relative"], "relative"))
    return Number(number, tolerance=_finite(value.get("tolerance", 0), "tolerance"))


def _string(value: Mapping[str, object]) -> String:
    refuse_other_fields(value, "string", "among")
    return String(_text(value["string"], "string"), _among(value))


def _list(value: Mapping[str, object]) -> Items:
    refuse_other_fields(value, "list", "ordered", "tolerance", "relative", "among")
    items, ordered = value["list"], value.get("ordered", False)
    if not isinstance(items, list) or not 1 <= len(items) <= _MOST_ITEMS:
        raise InputRefused(
            f"“list” is not a list of 1 to {_MOST_ITEMS:,} items.", "List strings and numbers in brackets."
        )
    if not isinstance(ordered, bool):
        raise InputRefused("“ordered” is neither true nor false.", "Write one of them, without quotes.")
    among = _among(value)
    return Items(
        tuple(
            String(_text(item, "list"), among)
            if isinstance(item, str)
            else _near(_finite(item, "list"), value)
            for item in items
        ),
        ordered,
        among,
    )


def _variable(value: Mapping[str, object]) -> InKernel:
    refuse_other_fields(value, "variable", "equals")
    name = value["variable"]
    if not isinstance(name, str) or not name.isidentifier():
        raise InputRefused("“variable” is not the name of a variable.", "Write one name, as in Python.")
    equals = expected_from(value.get("equals"), "equals")
    if isinstance(equals, InKernel):
        raise InputRefused("“equals” names another variable.", "Write a number, a string or a list.")
    return InKernel(name, equals)


_FORMS: Mapping[str, Callable[[Mapping[str, object]], Expected]] = {
    "number": _number,
    "string": _string,
    "list": _list,
    "variable": _variable,
}


def _finite(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputRefused(
            f"“{name}” holds {value!r:.40}, which is not a number.", "Write it without quotes."
        )
    return float(value)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputRefused(f"“{name}” holds {value!r:.40}, which is not a text.", "Write it in quotes.")
    return value


def _among(value: Mapping[str, object]) -> tuple[str, ...]:
    among = value.get("among", [])
    if not isinstance(among, list):
        raise InputRefused("“among” is not a list.", "List what a wrong answer could say, in brackets.")
    return tuple(_text(other, "among") for other in among)
