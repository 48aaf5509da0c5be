"""Which parts of a program run for certain, and what is around them: conditions, loops, handlers.

Left out is what cannot run or may never: branches that are false, code after a `return`, functions that
nothing in the program calls.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .conditions import exceptions, is_check, suppressed, truth
from .names import Function, Names, Scope

_ENDS = frozenset({"exit", "quit", "sys.exit", "os._exit", "os.abort"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A node of a program that may run, and what is around it."""

    node: ast.AST
    scope: Scope
    function: Function | None = None
    caught: frozenset[str] = frozenset()
    """Names of the exceptions that handlers around it catch; `*` for all."""
    conditional: bool = False
    """It stands in a branch that may not be taken."""
    checked: bool = False
    """It runs only if a check of the surroundings went well, or after something failed."""
    loops: tuple[ast.For | ast.AsyncFor | ast.While, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What holds around all calls of a function."""

    caught: frozenset[str]
    checked: bool


_UNKNOWN = _Around(caught=frozenset(), checked=False)


class Flow:
    """The places of a program that run."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.names = Names(tree)
        self.places: list[Place] = []
        self._functions: dict[str, list[tuple[Function, Place, str]]] = {}
        self._uses: dict[str, list[Place]] = {}
        self._called: set[ast.expr] = set()
        self._surroundings: dict[Function, _Around | None] = {}
        self._statements(tree.body, Place(node=tree, scope=tree))
        self._reach()

    def all(self, kind: type[ast.AST]) -> Iterator[Place]:
        """The places of nodes of one kind."""
        return (place for place in self.places if isinstance(place.node, kind))

    def calls(self) -> Iterator[tuple[Place, ast.Call, str | None]]:
        """The calls, each with the full name of what is called."""
        for place in self.places:
            if isinstance(place.node, ast.Call):
                yield place, place.node, self.resolve(place.node.func, place)

    def resolve(self, node: ast.expr, place: Place) -> str | None:
        return self.names.resolve(node, place.scope)

    def uses(self, name: str) -> list[Place]:
        """Where a name or an attribute is read."""
        return self._uses.get(name, [])

    def caught(self, place: Place) -> frozenset[str]:
        """The exceptions that are caught around a place, or around every call of its function."""
        return place.caught | self._around(place).caught

    def checked(self, place: Place) -> bool:
        """A check stands before it, or before every call of its function."""
        return place.checked or self._around(place).checked

    def deferred(self, place: Place) -> bool:
        """It is in a function that is only handed to somebody: to a thread, as a callback."""
        return isinstance(place.function, ast.FunctionDef | ast.AsyncFunctionDef) and not any(
            use.node in self._called for use in self.uses(place.function.name)
        )

    def _around(self, place: Place) -> _Around:
        """What holds around every call of the function that a place is in."""
        function = place.function
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            return _Around(caught=frozenset(), checked=False)
        if function not in self._surroundings:
            self._surroundings[function] = None  # while it is worked out: calls in a circle say nothing
            sites = [
                (use.caught | around.caught, use.checked or around.checked)
                for use in self.uses(function.name)
                if use.function is not function and (around := self._around(use)) is not _UNKNOWN
            ]
            self._surroundings[function] = _Around(
                caught=frozenset.intersection(*(caught for caught, _ in sites)) if sites else frozenset(),
                checked=bool(sites) and all(checked for _, checked in sites),
            )
        return self._surroundings[function] or _UNKNOWN

    def _reach(self) -> None:
        """Go into the functions that something mentions, until no more are mentioned."""
        entered = True
        while entered:
            entered = False
            for name in list(self._functions):
                waiting = self._functions[name]
                for function, place, owner in list(waiting):
                    special = owner and name.startswith("__")
                    if (special or name in self._uses) and (not owner or owner in self._uses):
                        waiting.remove((function, place, owner))
                        entered = True
                        self._body(function, place)

    def _body(self, function: Function, place: Place) -> None:
        if isinstance(function, ast.Lambda):
            self._expression(function.body, replace(place, scope=function, loops=()))
        else:
            self._statements(function.body, Place(node=function, scope=function, function=function))

    def _statements(self, body: Iterable[ast.stmt], place: Place, owner: str = "") -> None:
        for statement in body:
            self._statement(statement, replace(place, node=statement), owner)
            if self._is_end(statement, place):
                return

    def _is_end(self, statement: ast.stmt, place: Place) -> bool:
        match statement:
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                return True
            case ast.Expr(ast.Call(function)):
                return self.names.resolve(function, place.scope) in _ENDS
        return False

    def _statement(self, node: ast.stmt, place: Place, owner: str) -> None:
        self.places.append(place)
        match node:
            case ast.If(test, body, otherwise):
                self._expression(test, place)
                certain = truth(self.names, test, place.scope)
                branch = place if certain is not None else replace(place, conditional=True)
                branch = replace(branch, checked=place.checked or is_check(self.names, test, place.scope))
                if certain is not False:
                    self._statements(body, branch, owner)
                if certain is not True:
                    self._statements(otherwise, branch, owner)
            case ast.While(test, body, otherwise):
                self._expression(test, place)
                if truth(self.names, test, place.scope) is not False:
                    self._statements(body, replace(place, loops=(*place.loops, node)))
                self._statements(otherwise, place)
            case ast.For(target, iterated, body, otherwise) | ast.AsyncFor(target, iterated, body, otherwise):
                self._expression(target, place)
                self._expression(iterated, place)
                self._statements(body, replace(place, loops=(*place.loops, node)))
                self._statements(otherwise, place)
            case ast.Try(body, handlers, otherwise, final) | ast.TryStar(body, handlers, otherwise, final):
                caught = frozenset(name for handler in handlers for name in exceptions(handler.type))
                self._statements(body, replace(place, caught=place.caught | caught), owner)
                for handler in handlers:
                    self._statements(handler.body, replace(place, checked=True, conditional=True), owner)
                self._statements(otherwise, replace(place, checked=True), owner)
                self._statements(final, place, owner)
            case ast.With(items, body) | ast.AsyncWith(items, body):
                for item in items:
                    self._expression(item.context_expr, place)
                    place = replace(
                        place, caught=place.caught | suppressed(self.names, item.context_expr, place.scope)
                    )
                self._statements(body, place, owner)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for outer in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
                    self._expression(outer, place)
                self._functions.setdefault(node.name, []).append((node, place, owner))
            case ast.ClassDef(_, bases, keywords, body, decorators):
                for outer in (*bases, *(keyword.value for keyword in keywords), *decorators):
                    self._expression(outer, place)
                self._statements(body, replace(place, scope=node), owner=node.name)
            case ast.Match(subject, cases):
                self._expression(subject, place)
                for case in cases:
                    self._statements(case.body, replace(place, conditional=True), owner)
            case ast.Assign([ast.Name(name)], ast.Lambda() as function):
                self._functions.setdefault(name, []).append((function, place, ""))
            case ast.AnnAssign(target, _, value):
                self._expression(target, place)
                self._expression(value, place)
            case _:
                for child in ast.iter_child_nodes(node):
                    self._expression(child, place)

    def _expression(self, node: ast.AST | None, place: Place, *, argument: bool = False) -> None:
        if node is None:
            return
        place = replace(place, node=node)
        if isinstance(node, ast.Lambda):
            if argument:  # of a function that will probably call it
                self._body(node, place)
            return
        self.places.append(place)
        match node:
            case ast.Name(name, ast.Load()) | ast.Attribute(_, name, ast.Load()):
                self._uses.setdefault(name, []).append(place)
        match node:
            case ast.IfExp(test, body, otherwise):
                self._expression(test, place)
                certain = truth(self.names, test, place.scope)
                branch = replace(
                    place, conditional=True, checked=place.checked or is_check(self.names, test, place.scope)
                )
                if certain is not False:
                    self._expression(body, branch)
                if certain is not True:
                    self._expression(otherwise, branch)
            case ast.BoolOp(_, [first, *others]):
                self._expression(first, place)
                place = replace(
                    place, conditional=True, checked=place.checked or is_check(self.names, first, place.scope)
                )
                for other in others:
                    self._expression(other, place)
            case ast.Call(ast.Name("callable"), [ast.Name()]):
                pass  # only asks
            case ast.Call(function):
                self._called.add(function)
                for child in ast.iter_child_nodes(node):
                    value = child.value if isinstance(child, ast.keyword) else child
                    self._expression(value, place, argument=child is not function)
            case _:
                for child in ast.iter_child_nodes(node):
                    self._expression(child, place)
