"""Statements that were to change a variable and change nothing: their result is a copy that nobody keeps."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jupyter_agent.coder.checks.findings import words
from jupyter_agent.steps import SilentError

from .ran import Ran, root, silent_error

_TABLE_METHODS = words(
    """
    add_prefix add_suffix assign astype bfill clip convert_dtypes drop drop_duplicates dropna explode ffill
    fillna infer_objects interpolate join mask melt merge query reindex rename rename_axis replace reset_index
    round set_index sort_index sort_values where
    cast drop_nulls fill_nan fill_null filter select sort unique with_columns
    """
)
_TEXT_METHODS = words(
    """
    capitalize casefold lower lstrip pad removeprefix removesuffix replace rstrip slice strip swapcase title
    upper zfill
    """
)
_FUNCTIONS = words("concat merge to_datetime to_numeric to_timedelta")
"""Of pandas."""
_TEXT = 80


def unchanged(ran: Ran) -> Iterator[SilentError]:
    """In the order of the lines."""
    found = [*_discarded(ran), *_loops(ran)]
    yield from (error for _, error in sorted(found, key=lambda item: item[0]))


def _discarded(ran: Ran) -> Iterator[tuple[int, SilentError]]:
    last = ran.tree.body[-1] if ran.tree.body else None
    for node in ran.nodes:
        match node:
            case ast.Expr(ast.Call() as call) if node is not last and not _is_tried(ran, node):
                if _returns_a_copy(ran, call):
                    yield _found("unchanged-result", node)


def _returns_a_copy(ran: Ran, call: ast.Call) -> bool:
    if any(word.arg == "inplace" for word in call.keywords):
        return False
    match call.func:
        case ast.Name("sorted"):
            return "sorted" not in ran.bindings
        case ast.Attribute(ast.Name("pd" | "pandas"), function):
            return function in _FUNCTIONS
        case ast.Attribute(ast.Attribute(value, "str"), method) if method in _TEXT_METHODS:
            return _is_of_table(ran, value)
        case ast.Attribute(value, method) if method in _TABLE_METHODS and _is_of_table(ran, value):
            return True
        case ast.Attribute(ast.Name(name), method) if method in _TEXT_METHODS:
            return name in ran.variables and ran.variables[name].type == "str"
    return False


def _is_of_table(ran: Ran, value: ast.expr) -> bool:
    # A cell may hold anything: a list, say, which sorts itself.
    if isinstance(value, ast.Subscript | ast.Attribute) and _is_cell(value):
        return False
    name = root(value)
    return name is not None and ran.is_table(name)


def _is_cell(value: ast.Subscript | ast.Attribute) -> bool:
    match value:
        case ast.Subscript(ast.Attribute(_, "iloc" | "loc" | "at" | "iat"), place):
            parts = place.elts if isinstance(place, ast.Tuple) else [place]
            return not any(isinstance(part, ast.Slice) for part in parts)
    return False


def _is_tried(ran: Ran, node: ast.AST) -> bool:
    """Whether it is there to see if it can be done."""
    return any(isinstance(around, ast.Try | ast.With) for around in ran.enclosing(node))


def _loops(ran: Ran) -> Iterator[tuple[int, SilentError]]:
    for loop in ran.nodes:
        match loop:
            case ast.For(ast.Tuple([_, ast.Name(row)]), ast.Call(ast.Attribute(_, "iterrows"))):
                for statement in _changes_of(loop, row, whole=False):
                    yield _found("unchanged-row", statement)
            case ast.For(ast.Name(name), ast.Name()):
                for statement in _changes_of(loop, name, whole=True):
                    if not _is_read_after(ran.tree, name, loop.body[-1]):
                        yield _found("unchanged-loop", statement)


def _changes_of(loop: ast.For, name: str, *, whole: bool) -> Iterator[ast.stmt]:
    """Statements that give the name, or a part of it, a value which nothing in the loop reads afterwards."""
    for statement in ast.walk(loop):
        match statement:
            case ast.Assign([ast.Name(target)]) | ast.AugAssign(ast.Name(target)):
                changes = whole and target == name
            case ast.Assign([ast.Subscript(ast.Name(target))]) | ast.AugAssign(
                ast.Subscript(ast.Name(target))
            ):
                changes = not whole and target == name
            case _:
                continue
        if changes and not _is_read_after(loop, name, statement):
            yield statement


def _is_read_after(within: ast.AST, name: str, statement: ast.stmt) -> bool:
    """Whether a name is read behind a statement, other than to be given a part."""
    given = {
        node.value
        for node in ast.walk(within)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    }
    end = (statement.end_lineno or statement.lineno, statement.end_col_offset or 0)
    return any(
        isinstance(node, ast.Name)
        and node.id == name
        and isinstance(node.ctx, ast.Load)
        and node not in given
        and (node.lineno, node.col_offset) >= end
        for node in ast.walk(within)
    )


def _found(text: str, statement: ast.stmt) -> tuple[int, SilentError]:
    written = " ".join(ast.unparse(statement).split())
    if len(written) > _TEXT:
        written = f"{written[: _TEXT - 1]}…"
    return statement.lineno, silent_error("unchanged", text, line=statement.lineno, text=written)
