"""A program that ran: what its code says of its variables, beside what the kernel says of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from jupyter_agent.coder.checks.magics import NOT_PYTHON, parse
from jupyter_agent.prompts import silent_error_texts
from jupyter_agent.steps import Conversion, Execution, Join, Plot, SilentError, SilentErrorKind, Variable

_MEASURES = frozenset({"shape", "empty", "size"})
_FRAMES = ("DataFrame", "LazyFrame")


@dataclass(frozen=True)
class Ran:
    """What detectors look at."""

    tree: ast.Module
    variables: Mapping[str, Variable] = field(default_factory=dict)
    """At the end."""
    joins: tuple[Join, ...] = ()
    plots: tuple[Plot, ...] = ()
    conversions: tuple[Conversion, ...] = ()

    @classmethod
    def of(cls, code: str, execution: Execution) -> Ran | None:
        """None if the code is nothing that can be read."""
        try:
            tree = parse(code, "strict").tree
        except NOT_PYTHON:
            return None
        if tree is None:
            return None
        variables = {variable.name: variable for variable in execution.variables}
        return cls(tree, variables, execution.joins, execution.plots, execution.conversions)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    @cached_property
    def parents(self) -> Mapping[ast.AST, ast.AST]:
        return {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    @cached_property
    def bindings(self) -> Mapping[str, tuple[ast.Assign | ast.AnnAssign, ...]]:
        """The assignments of each plain name, in the order of their lines."""
        found: dict[str, list[ast.Assign | ast.AnnAssign]] = {}
        for node in self.nodes:
            match node:
                case ast.Assign(targets):
                    names = [target.id for target in targets if isinstance(target, ast.Name)]
                case ast.AnnAssign(ast.Name(name), value=ast.expr()):
                    names = [name]
                case _:
                    continue
            for name in names:
                found.setdefault(name, []).append(node)
        return {name: tuple(sorted(made, key=lambda node: node.lineno)) for name, made in found.items()}

    @cached_property
    def measured(self) -> frozenset[str]:
        """Names whose length the program itself looks at."""
        found = set()
        for node in self.nodes:
            match node:
                case ast.Call(ast.Name("len"), [argument]) if name := root(argument):
                    found.add(name)
                case ast.Attribute(value, attribute) if attribute in _MEASURES and (name := root(value)):
                    found.add(name)
        return frozenset(found)

    def is_table(self, name: str) -> bool:
        """Whether a name stands for a table or a column of pandas or polars, as far as that is known."""
        if name in self.variables:
            return self.variables[name].type.endswith((*_FRAMES, "Series"))
        return name == "df" or name.startswith("df_") or name.endswith("_df")

    def enclosing(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node stands in, from the inside."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def sources(self, node: ast.AST, depth: int = 3) -> Iterator[ast.AST]:
        """The parts of an expression, and of what its names were assigned last before it."""
        for part in ast.walk(node):
            yield part
            if depth and isinstance(part, ast.Name) and (value := self.value(part)):
                yield from self.sources(value, depth - 1)

    def value(self, name: ast.Name) -> ast.expr | None:
        """What a name was assigned last before it is read."""
        before = [made.value for made in self.bindings.get(name.id, ()) if made.lineno < name.lineno]
        return before[-1] if before else None


def root(node: ast.AST) -> str | None:
    """The name that an expression begins with: `df` of `df["a"].str.strip()`."""
    while True:
        match node:
            case ast.Name(name):
                return name
            case ast.Attribute(value) | ast.Subscript(value) | ast.Call(ast.Attribute(value)):
                node = value
            case _:
                return None


def silent_error(kind: SilentErrorKind, text: str, /, **values: object) -> SilentError:
    """A silent error in the words of prompts/silent_errors.toml."""
    return SilentError(kind=kind, message=silent_error_texts()[text].format(**values))
