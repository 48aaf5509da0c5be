"""Values that a conversion lost, unless the program looks at what it loses, and dates that it turned."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_agent.steps import Conversion, SilentError

from .ran import Ran, root, silent_error

MISSING = frozenset({"isna", "isnull"})
THERE = frozenset({"notna", "notnull"})
_COUNTS = frozenset({"all", "any", "mean", "sum", "value_counts"})
_FILLING = frozenset({"combine_first", "fillna", "mask", "where"})
_CHOOSING = frozenset({"mask", "where"})
READINGS = frozenset({"apply", "extract", "map"})
_READING = READINGS | {"str"}
"""What reads the values in another way."""


def conversions(ran: Ran) -> Iterator[SilentError]:
    """One error for each column, as long as different things are to be said."""
    for conversion in ran.conversions:
        written = Written.of(ran, conversion)
        if written is None or conversion.function in READINGS:
            continue
        if conversion.turned and not written.is_put_right(ran):
            yield error(conversion, "conversion-turned", turned=conversion.turned)
        elif conversion.lost and not (written.is_seen(ran) or written.is_mended(ran)):
            dates = conversion.function == "to_datetime"
            yield error(conversion, "conversion-dates" if dates else "conversion", lost=conversion.lost)


def error(conversion: Conversion, text: str, **counts: int) -> SilentError:
    """What a conversion did, in the words of `text`."""
    return silent_error(
        "conversion",
        text,
        line=conversion.line,
        values=conversion.values,
        what=f'values of "{conversion.column}"' if conversion.column else "values",
        examples=", ".join(f"'{example}'" for example in conversion.examples),
        **counts,
    )


@dataclass(frozen=True, slots=True)
class Written:
    """A conversion as it is written: the function's name, and what its result goes to."""

    line: int
    function: ast.expr
    names: frozenset[str]
    """Those that hold the result, or something made of it; none if that is not known."""
    column: str | None

    @classmethod
    def of(cls, ran: Ran, conversion: Conversion) -> Written | None:
        """None if the conversion is not in the code; libraries convert, too, and that is their own affair."""
        line = conversion.line
        for node in ran.nodes:
            if line is None or not _is_named(node, conversion.function):
                continue
            statement = next((around for around in ran.enclosing(node) if isinstance(around, ast.stmt)), None)
            if statement and statement.lineno <= line <= (statement.end_lineno or statement.lineno):
                assert isinstance(node, ast.Name | ast.Attribute)
                inside = any(isinstance(around, ast.FunctionDef) for around in ran.enclosing(node))
                target = statement.targets[0] if isinstance(statement, ast.Assign) else None
                name = root(target) if target is not None and not inside else None
                return cls(line, node, _heirs(ran, name, statement.lineno), _column(target))
        return None

    def is_seen(self, ran: Ran) -> bool:
        """The program tests the result, or looks at what is missing in it or how much."""
        if any(_is_test(node) for node in ran.enclosing(self.function)):
            return True
        dropped = any(isinstance(node, ast.Attribute) and node.attr == "dropna" for node in ran.nodes)
        if dropped and sum(self._measures(node) for node in ran.nodes) > 1:
            return True
        return any(self._is_look(ran, node) for node in ran.nodes)

    def is_mended(self, ran: Ran) -> bool:
        """What is missing is read in another way."""
        for node in ran.nodes:
            match node:
                case ast.Call(ast.Attribute(value, method), [*given]) if method in _FILLING:
                    if not (self.is_result(value) or self.holds(value)):
                        continue
                    parts = (part for argument in given for part in ran.sources(argument))
                    if any(isinstance(part, ast.Attribute) and part.attr in _READING for part in parts):
                        return True
        return False

    def is_put_right(self, ran: Ran) -> bool:
        """Another conversion takes the place of a part of the result."""
        for node in ran.nodes:
            match node:
                case ast.Call(ast.Attribute(value, method), given) if method in _CHOOSING:
                    whole, parts = value, given
                case ast.Assign([ast.Subscript(ast.Attribute(_, "loc") | ast.Name()) as whole], part):
                    parts = [part]
                case _:
                    continue
            is_later = node.lineno > self.line or self.holds(whole)
            if is_later and self.is_result(whole) and any(map(self._is_other, parts)):
                return True
        return False

    def _is_other(self, value: ast.expr) -> bool:
        return any(_is_named(part, "to_datetime") for part in ast.walk(value)) and not self.holds(value)

    def _is_look(self, ran: Ran, node: ast.AST) -> bool:
        match node:
            case ast.Call(ast.Attribute(ast.Name("pd" | "pandas"), method), [value]):
                pass
            case ast.Call(ast.Attribute(value, method)):
                pass
            case _:
                return False
        if node.lineno < self.line or not self.is_result(value):
            return False
        around = ran.parents.get(node)
        inverted = isinstance(around, ast.UnaryOp)
        counted = isinstance(around, ast.Attribute) and around.attr in _COUNTS
        if method in MISSING:
            return counted or not inverted
        if method in THERE:
            return counted or inverted
        return method in ("count", "info")

    def _measures(self, node: ast.AST) -> bool:
        match node:
            case ast.Call(ast.Name("len"), [value]) | ast.Attribute(value, "shape"):
                return root(value) in self.names
        return False

    def is_result(self, value: ast.expr) -> bool:
        """Whether it stands for the result, the table that it is in, or something made of it."""
        column = _column(value)
        is_same = column == self.column or None in (column, self.column)
        return not self.names or (root(value) in self.names and is_same)

    def holds(self, value: ast.expr) -> bool:
        """Whether the conversion is in an expression."""
        return any(part is self.function for part in ast.walk(value))


def _is_test(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(_, method) | ast.Call(ast.Attribute(_, method)):
            return method in MISSING | THERE
    return False


def _is_named(node: ast.AST, function: str) -> bool:
    match node:
        case ast.Name(name) | ast.Attribute(_, name):
            return name == function
    return False


def _heirs(ran: Ran, name: str | None, line: int) -> frozenset[str]:
    """A name, and those that are assigned something of it afterwards."""
    names = set() if name is None else {name}
    later = [node for node in ran.nodes if isinstance(node, ast.Assign) and node.lineno >= line]
    for node in sorted(later, key=lambda node: node.lineno):
        mentioned = {part.id for part in ast.walk(node.value) if isinstance(part, ast.Name)}
        if mentioned & names:
            names |= {heir for target in node.targets if (heir := root(target))}
    return frozenset(names)


def _column(target: ast.expr | None) -> str | None:
    """The column of `df["a"]`, `df.loc[rows, "a"]` and the like."""
    match target:
        case ast.Subscript(_, ast.Constant(str(column)) | ast.Tuple([_, ast.Constant(str(column))])):
            return column
    return None
