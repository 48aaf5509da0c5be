"""Whether the condition of a `while` stays true: nothing that runs in the loop can change what it asks."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .conditions import truth
from .findings import Finding, words
from .flow import Flow, Place
from .names import Assigned

_OPPOSITE = {ast.Lt: ast.Sub, ast.LtE: ast.Sub, ast.Gt: ast.Add, ast.GtE: ast.Add}
_LOOKING = words("abs all any enumerate float int len max min print repr reversed round sorted str sum")
"""Builtins that leave what they are given as it is."""
_MEASURING = words("abs len round")
"""Those whose result is the same for the same."""


def unchanging(flow: Flow, place: Place, loop: ast.While) -> Finding | None:
    """That the condition stays true, and why, if it does."""
    parts = list(ast.walk(loop.test))
    if any(isinstance(p, ast.NamedExpr | ast.Await | ast.Attribute | ast.Subscript) for p in parts):
        return None
    if any(isinstance(p, ast.Call) and flow.resolve(p.func, place) not in _MEASURING for p in parts):
        return None
    names = {part.id for part in parts if isinstance(part, ast.Name)} - _MEASURING
    if not names:
        return _finding(loop, "truth") if truth(flow.names, loop.test, place.scope) else None
    if names & flow.names.declared:
        return None
    if moving := _moving_away(flow, place, loop):
        return _finding(loop, "away", change=moving)
    if all(_stays(flow, place, loop, name) for name in names):
        return _finding(loop, "sameness", names=", ".join(sorted(names)))
    return None


def _finding(loop: ast.While, why: str, **values: str) -> Finding:
    values["text"] = f"while {ast.unparse(loop.test)}"
    return Finding(rule="endless", line=loop.lineno, values=values, why=why)


def _stays(flow: Flow, place: Place, loop: ast.While, name: str) -> bool:
    """Whether a name means the same in every round."""
    if not flow.names.bindings(name, place.scope):
        return False
    inside = [node for child in loop.body for node in ast.walk(child)]
    for node in inside:
        match node:
            case ast.Name(other, ast.Store() | ast.Del()) if other == name:
                return False
            case ast.ExceptHandler(_, other) | ast.MatchAs(_, other) if other == name:
                return False
    if _is_number_or_text(flow, place, name) or _is_only_identified(loop.test, name):
        return True
    if _is_known_elsewhere(flow, name):
        return False  # a call or a thread may change what is in it
    looked_at = set(map(id, _looked_at(inside)))
    return all(id(node) in looked_at for node in inside if isinstance(node, ast.Name) and node.id == name)


def _is_only_identified(test: ast.expr, name: str) -> bool:
    """Whether the condition asks of a name only if it is None, which another value alone can change."""
    identified = {
        part.left.id
        for part in ast.walk(test)
        if isinstance(part, ast.Compare)
        and isinstance(part.left, ast.Name)
        and all(isinstance(operator, ast.Is | ast.IsNot) for operator in part.ops)
    }
    named = [part for part in ast.walk(test) if isinstance(part, ast.Name) and part.id == name]
    return name in identified and len(named) == 1


def _is_known_elsewhere(flow: Flow, name: str) -> bool:
    """Whether a function names it, or something gets hold of it: a call, or another name."""
    for node in ast.walk(flow.tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                held = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            case ast.Call(function, arguments, keywords) if not _only_looks(function):
                held = {n for a in (*arguments, *(k.value for k in keywords)) for n in _itself(a)}
            case ast.Assign(_, value):
                held = set(_itself(value))
            case _:
                continue
        if name in held:
            return True
    return False


def _itself(node: ast.expr) -> Iterator[str]:
    """The names whose objects an expression hands on, and not only something that is read from them."""
    match node:
        case ast.Name(name):
            yield name
        case ast.Tuple(parts) | ast.List(parts) | ast.Set(parts) | ast.Dict(_, parts) | ast.BoolOp(_, parts):
            for part in parts:
                yield from _itself(part)
        case ast.Starred(part) | ast.NamedExpr(_, part):
            yield from _itself(part)
        case ast.IfExp(_, part, other):
            yield from (*_itself(part), *_itself(other))


def _only_looks(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id in _LOOKING


def _looked_at(nodes: list[ast.AST]) -> Iterator[ast.expr]:
    """What is only read from: `names[0]`, `len(names)`, `for name in names`."""
    for node in nodes:
        match node:
            case ast.Subscript(value, _, ast.Load()) | ast.For(_, value) | ast.FormattedValue(value):
                yield value
            case ast.Compare(left, _, others):
                yield from (left, *others)
            case ast.Call(function, arguments) if _only_looks(function):
                yield from arguments


def _is_number_or_text(flow: Flow, place: Place, name: str) -> bool:
    """Whether it is of a kind that nobody can change from outside."""
    bound = flow.names.bindings(name, place.scope)
    return bool(bound) and all(
        isinstance(b, Assigned) and b.value is not None and _is_plain(b.value) for b in bound
    )


def _is_plain(value: ast.expr) -> bool:
    match value:
        case ast.Constant():
            return True
        case ast.UnaryOp(_, operand):
            return _is_plain(operand)
        case ast.BinOp(left, _, right):
            return _is_plain(left) and _is_plain(right)
        case ast.Call(ast.Name("len" | "int" | "float" | "str" | "round" | "abs")):
            return True
    return False


def _moving_away(flow: Flow, place: Place, loop: ast.While) -> str:
    """The one change of the counter, if it leads away from the limit: `i -= 1` under `while i < 10`."""
    match loop.test:
        case ast.Compare(ast.Name(counter), [operator], [limit]):
            pass
        case _:
            return ""
    if not (isinstance(limit, ast.Constant) and _is_counter(flow, place, counter)):
        return ""
    changes = [
        node
        for child in loop.body
        for node in ast.walk(child)
        if isinstance(node, ast.AugAssign | ast.Assign | ast.For | ast.withitem | ast.NamedExpr)
        and any(
            isinstance(n, ast.Name) and n.id == counter and isinstance(n.ctx, ast.Store)
            for n in ast.walk(node)
        )
    ]
    match changes:
        case [ast.AugAssign(ast.Name(), change, ast.Constant(int() | float() as by)) as only] if by > 0:
            if changes[0] in loop.body and isinstance(change, _OPPOSITE.get(type(operator), ast.Pow)):
                return ast.unparse(only)
    return ""


def _is_counter(flow: Flow, place: Place, name: str) -> bool:
    """Whether it begins as a number."""
    return any(
        isinstance(b, Assigned)
        and isinstance(b.value, ast.Constant)
        and isinstance(b.value.value, int | float)
        for b in flow.names.bindings(name, place.scope)
    )
