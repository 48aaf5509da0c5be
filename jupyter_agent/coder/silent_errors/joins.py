"""Joins that lost rows or made more of them than there were, unless the program shows that it was meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_agent.steps import Join, SilentError

from .ran import Ran, root, silent_error
from .selections import is_selection, texts

_METHODS = frozenset({"merge", "join"})
_TWO_WAYS = frozenset({"inner", "left", "right", "outer"})


def joins(ran: Ran) -> Iterator[SilentError]:
    """Of each join in the code the first thing that is wrong with it."""
    for join in ran.joins:
        call = _call_of(ran, join)
        if call is None or join.how not in _TWO_WAYS:
            continue
        written = _Written.of(ran, call)
        if _fits_nothing(join):
            if not written.is_checked(ran, alone=True):
                yield silent_error("join", "join-nothing-fits", line=call.lineno)
        elif _multiplies(join):
            if not written.means_many(ran):
                yield silent_error(
                    "join",
                    "join-multiplied",
                    line=call.lineno,
                    rows=join.rows,
                    left=join.left,
                    right=join.right,
                )
        elif error := _without_partner(ran, join, call, written):
            yield error


def _without_partner(ran: Ran, join: Join, call: ast.Call, written: _Written) -> SilentError | None:
    """Rows that are left out, or that have a partner but for how their key is written."""
    side = _side(join)
    lost, rows, alike = {
        "left": (join.left_lost, join.left, join.left_alike),
        "right": (join.right_lost, join.right, join.right_alike),
    }[side]
    if alike and not written.is_checked(ran):
        return silent_error(
            "join",
            "join-lost-alike" if lost else "join-alike",
            line=call.lineno,
            lost=lost,
            rows=rows,
            side=side,
            alike="all" if alike == lost > 1 else alike,
            same="numbers and texts" if join.types_differ else "capitals and blanks",
        )
    if join.how == "inner" and lost and not join.only_keys and not written.means_fewer(ran, side):
        return silent_error("join", "join-lost", line=call.lineno, lost=lost, rows=rows, side=side)
    return None


def _fits_nothing(join: Join) -> bool:
    if not (join.left and join.right):
        return False
    return {
        "inner": join.rows == 0,
        "left": join.right_lost == join.right,
        "right": join.left_lost == join.left,
        "outer": join.rows == join.left + join.right and not (join.left_repeated or join.right_repeated),
    }[join.how]


def _multiplies(join: Join) -> bool:
    """Both sides have keys that come more than once: no side is a list of what the other refers to."""
    return bool(join.left_repeated and join.right_repeated) and join.rows > max(join.left, join.right)


def _side(join: Join) -> str:
    """The table with the facts, which refers to the other."""
    if join.how == "right" or (join.how == "inner" and join.left_repeated and not join.right_repeated):
        return "right"
    return "left"


def _call_of(ran: Ran, join: Join) -> ast.Call | None:
    """The call that joined; libraries join, too, and that is their own affair."""
    for node in ran.nodes:
        match node:
            case ast.Call(ast.Attribute(_, method, end_lineno=join.line), end_col_offset=join.column):
                if method in _METHODS:
                    return node
    return None


@dataclass(frozen=True, slots=True)
class _Written:
    """A join as it is written: its tables, its options, and the name of its result."""

    call: ast.Call
    left: ast.expr | None
    right: ast.expr | None
    result: str | None

    @classmethod
    def of(cls, ran: Ran, call: ast.Call) -> _Written:
        tables: list[ast.expr] = list(call.args)
        if isinstance(call.func, ast.Attribute) and not (
            isinstance(call.func.value, ast.Name) and call.func.value.id in ("pd", "pandas")
        ):
            tables.insert(0, call.func.value)
        tables += [word.value for word in call.keywords if word.arg in ("left", "right", "other")]
        left, right, *_ = (*tables, None, None)
        assigned = next((node for node in ran.enclosing(call) if isinstance(node, ast.Assign)), None)
        result = assigned.targets[0].id if assigned and isinstance(assigned.targets[0], ast.Name) else None
        return cls(call, left, right, result)

    def is_checked(self, ran: Ran, *, alone: bool = False) -> bool:
        """The program looks at how many rows it has; unless `alone`, also how many there were."""
        if "indicator" in {word.arg for word in self.call.keywords}:
            return True
        if self.result not in ran.measured:
            return False
        return alone or any(
            name in ran.measured for table in (self.left, self.right) if table and (name := root(table))
        )

    def means_fewer(self, ran: Ran, side: str) -> bool:
        """The other table is a selection, so that the join selects, too."""
        other = self.right if side == "left" else self.left
        parts = () if other is None else ran.sources(other)
        keys = self._keys(ran)
        return any(is_selection(ran, part, keys) for part in parts) or self.is_checked(ran)

    def means_many(self, ran: Ran) -> bool:
        """It says so, pairs a table with itself, or takes only some of the pairs afterwards."""
        said = {word.value.value for word in self.call.keywords if isinstance(word.value, ast.Constant)}
        if said & {"many_to_many", "m:m", "cross"}:
            return True
        if (
            self.left is not None
            and self.right is not None
            and root(self.left) == root(self.right) is not None
        ):
            return True
        return self.is_checked(ran) or any(self._thins_out(node) for node in ran.nodes)

    def _keys(self, ran: Ran) -> frozenset[str]:
        """The columns that it joins by, as far as they are written there."""
        named = [word.value for word in self.call.keywords if word.arg in ("on", "left_on", "right_on")]
        return frozenset[str]().union(*(texts(ran.sources(value)) for value in named))

    def _thins_out(self, node: ast.AST) -> bool:
        match node:
            case ast.Call(ast.Attribute(table, "drop_duplicates" | "query")):
                return self._is_result(table)
            case ast.Subscript(table, condition) if self._is_result(table):
                compared = (part for part in ast.walk(condition) if isinstance(part, ast.Compare))
                return any(self._compares_columns(part) for part in compared)
        return False

    def _compares_columns(self, compared: ast.Compare) -> bool:
        return all(self._is_column(side) for side in (compared.left, *compared.comparators))

    def _is_column(self, node: ast.expr) -> bool:
        return self.result is not None and root(node) == self.result

    def _is_result(self, table: ast.expr) -> bool:
        within = table
        while isinstance(within, ast.Attribute | ast.Subscript | ast.Call) and within is not self.call:
            within = within.func if isinstance(within, ast.Call) else within.value
        return within is self.call or (self.result is not None and root(table) == self.result)
