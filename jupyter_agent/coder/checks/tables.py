"""Assignments to the copy that `df[...]` makes: pandas 3 changes nothing and raises nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .findings import Finding, Surroundings, words
from .flow import Flow, Place
from .names import Assigned

_COLUMN_METHODS = frozenset(
    {"fillna", "replace", "clip", "interpolate", "ffill", "bfill", "where", "mask", "sort_values"}
    | {"drop", "dropna", "drop_duplicates", "reset_index", "rename"}
)
_MAKERS = re.compile(r"pandas\.(?:read_(?!html|sql\b)\w+|DataFrame|concat|merge|pivot_table|json_normalize)")
_SAME_KIND = words(
    """
    assign astype copy drop drop_duplicates dropna fillna head join melt merge pivot_table query rename
    reset_index sample set_index sort_index sort_values tail
    """
)
_LIKELY = re.compile(r"df\d*|df_\w+|\w+_df", re.IGNORECASE)
_LOCATORS = frozenset({"loc", "iloc", "at", "iat"})
_MOST_STEPS = 10


def chained_assignments(flow: Flow, surroundings: Surroundings) -> Iterator[Finding]:
    """Changes of a part that leave the table as it was."""
    for place in flow.places:
        match place.node:
            case ast.Call(ast.Attribute(part, method)) as call if method in _COLUMN_METHODS:
                if _is_inplace(call) and _is_part(flow, place, part, surroundings):
                    yield _finding(call)
            case ast.Assign(targets) as statement:
                if any(_is_chained(flow, place, target, surroundings) for target in targets):
                    yield _finding(statement)
            case ast.AugAssign(target) as statement if _is_chained(flow, place, target, surroundings):
                yield _finding(statement)


def _finding(node: ast.stmt | ast.expr) -> Finding:
    return Finding(rule="chained", line=node.lineno, values={"text": ast.unparse(node)})


def _is_chained(flow: Flow, place: Place, target: ast.expr, surroundings: Surroundings) -> bool:
    """`df["a"][rows] = x`, `df["a"].loc[rows] = x` or `df.loc[rows]["a"] = x`."""
    match target:
        case ast.Subscript(ast.Attribute(ast.Subscript(ast.Name() as table), locator)):
            return locator in _LOCATORS and _is_table(flow, place, table, surroundings)
        case ast.Subscript(ast.Subscript(ast.Attribute(ast.Name() as table, locator))):
            return locator in _LOCATORS and _is_table(flow, place, table, surroundings)
        case ast.Subscript(ast.Subscript(ast.Name() as table)):
            return _is_table(flow, place, table, surroundings)
    return False


def _is_part(flow: Flow, place: Place, part: ast.expr, surroundings: Surroundings) -> bool:
    """Whether it is a column or a selection of a table, and so a copy."""
    match part:
        case ast.Subscript(ast.Attribute(ast.Name() as table, locator)) if locator in _LOCATORS:
            return _is_table(flow, place, table, surroundings, guess=True)
        case ast.Subscript(ast.Name() as table):
            return _is_table(flow, place, table, surroundings, guess=True)
        case ast.Attribute(ast.Name() as table, attribute) if attribute not in ("columns", "index"):
            return _is_table(flow, place, table, surroundings)
    return False


def _is_table(
    flow: Flow,
    place: Place,
    node: ast.expr,
    surroundings: Surroundings,
    *,
    guess: bool = False,
    steps: int = 0,
) -> bool:
    """Whether an expression is a DataFrame. `guess`: a name that looks like one will do."""
    if steps > _MOST_STEPS:
        return False
    match node:
        case ast.Name(name):
            bound = flow.names.bindings(name, place.scope)
            values = [b.value for b in bound if isinstance(b, Assigned) and b.value is not None]
            if not bound:
                return name in surroundings.tables or (guess and bool(_LIKELY.fullmatch(name)))
            if not values:  # a parameter, or what a loop goes through
                return guess and bool(_LIKELY.fullmatch(name))
            return any(_is_table(flow, place, value, surroundings, steps=steps + 1) for value in values)
        case ast.Call(function, _, keywords):
            several = any(
                k.arg in ("sheet_name", "chunksize", "iterator")
                and not (isinstance(k.value, ast.Constant) and isinstance(k.value.value, str | bool | int))
                for k in keywords
            ) or any(k.arg in ("chunksize", "iterator") for k in keywords)
            if _MAKERS.fullmatch(flow.resolve(function, place) or ""):
                return not several
            if isinstance(function, ast.Attribute) and function.attr in _SAME_KIND:
                return _is_table(flow, place, function.value, surroundings, steps=steps + 1)
        case ast.Subscript(value, ast.List() | ast.Compare() | ast.BinOp()):
            return _is_table(flow, place, value, surroundings, steps=steps + 1)
    return False


def _is_inplace(call: ast.Call) -> bool:
    return any(
        k.arg == "inplace" and isinstance(k.value, ast.Constant) and k.value.value is True
        for k in call.keywords
    )
