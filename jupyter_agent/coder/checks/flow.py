"""Which parts of a program run for certain, and what is around them: conditions, loops, handlers.

Left out is what cannot run or may never: branches that are false, code after a `return`, functions that
nothing in the program calls.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from .findings import words
from .names import Assigned, Function, Names, Scope

_CHECKS = words(
    """
    access exists find_library find_spec glob hasattr is_dir is_file isdir isfile listdir which
    """
)
"""Functions that a program asks before it does what might fail."""
_FLAGS = re.compile(
    r"(?:has|have|use|with|can|enable|allow|should|run|do|skip)_\w+|\w*(?:avail|install|online|offline|debug|dry_?run|colab)\w*",
    re.IGNORECASE,
)
_SYSTEM = re.compile(r"sys\.platform|os\.name|platform\.system\(\)|sys\.version_info|os\.environ|os\.getenv")
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


class Flow:
    """The places of a program that run."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.names = Names(tree)
        self.places: list[Place] = []
        self._functions: dict[str, list[tuple[Function, Place, str]]] = {}
        self._uses: dict[str, list[Place]] = {}
        self._called: set[ast.expr] = set()
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
        return place.caught | self._around(place, lambda p: p.caught, frozenset())

    def checked(self, place: Place) -> bool:
        """A check stands before it, or before every call of its function."""
        return place.checked or bool(self._around(place, lambda p: frozenset("x" * p.checked), frozenset()))

    def deferred(self, place: Place) -> bool:
        """It is in a function that is only handed to somebody: to a thread, as a callback."""
        return isinstance(place.function, ast.FunctionDef | ast.AsyncFunctionDef) and not any(
            use.node in self._called for use in self.uses(place.function.name)
        )

    def _around(
        self, place: Place, of: Callable[[Place], frozenset[str]], seen: frozenset[Function]
    ) -> frozenset[str]:
        """What holds around every call of the function that a place is in."""
        if not isinstance(place.function, ast.FunctionDef | ast.AsyncFunctionDef) or place.function in seen:
            return frozenset()
        seen |= {place.function}
        sites = [use for use in self.uses(place.function.name) if use.function not in seen]
        found = [of(site) | self._around(site, of, seen) for site in sites]
        return frozenset.intersection(*found) if found else frozenset()

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
                truth = self.truth(test, place)
                branch = place if truth is not None else replace(place, conditional=True)
                branch = replace(branch, checked=place.checked or self._is_check(test, place))
                if truth is not False:
                    self._statements(body, branch, owner)
                if truth is not True:
                    self._statements(otherwise, branch, owner)
            case ast.While(test, body, otherwise):
                self._expression(test, place)
                if self.truth(test, place) is not False:
                    self._statements(body, replace(place, loops=(*place.loops, node)))
                self._statements(otherwise, place)
            case ast.For(target, iterated, body, otherwise) | ast.AsyncFor(target, iterated, body, otherwise):
                self._expression(target, place)
                self._expression(iterated, place)
                self._statements(body, replace(place, loops=(*place.loops, node)))
                self._statements(otherwise, place)
            case ast.Try(body, handlers, otherwise, final) | ast.TryStar(body, handlers, otherwise, final):
                caught = frozenset(name for handler in handlers for name in _exceptions(handler.type))
                self._statements(body, replace(place, caught=place.caught | caught), owner)
                for handler in handlers:
                    self._statements(handler.body, replace(place, checked=True, conditional=True), owner)
                self._statements(otherwise, replace(place, checked=True), owner)
                self._statements(final, place, owner)
            case ast.With(items, body) | ast.AsyncWith(items, body):
                for item in items:
                    self._expression(item.context_expr, place)
                    place = replace(place, caught=place.caught | self._suppressed(item.context_expr, place))
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
                truth = self.truth(test, place)
                branch = replace(
                    place, conditional=True, checked=place.checked or self._is_check(test, place)
                )
                if truth is not False:
                    self._expression(body, branch)
                if truth is not True:
                    self._expression(otherwise, branch)
            case ast.BoolOp(_, [first, *others]):
                self._expression(first, place)
                place = replace(
                    place, conditional=True, checked=place.checked or self._is_check(first, place)
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

    def truth(self, test: ast.expr, place: Place) -> bool | None:
        """What a condition is in every run, if that is certain."""
        match test:
            case ast.Constant(value):
                return bool(value)
            case ast.Name(name):
                if name == "TYPE_CHECKING":
                    return False
                match self.names.bindings(name, place.scope):
                    case [Assigned(ast.Constant(value))]:
                        return bool(value)
            case ast.UnaryOp(ast.Not(), operand):
                truth = self.truth(operand, place)
                return None if truth is None else not truth
            case ast.BoolOp(operator, values):
                truths = [self.truth(value, place) for value in values]
                decisive = isinstance(operator, ast.Or)
                if decisive in truths:
                    return decisive
                return None if None in truths else not decisive
            case ast.Compare(left, [ast.Eq() | ast.NotEq() as operator], [ast.Constant(value)]):
                known = {"__name__": "__main__", "os.name": "posix", "sys.platform": "linux"}
                known["platform.system()"] = "Linux"
                name = ast.unparse(left)
                if name in known:
                    return (known[name] == value) is isinstance(operator, ast.Eq)
            case ast.Call(ast.Attribute(ast.Attribute(ast.Name("sys"), "platform"), "startswith"), [prefix]):
                if isinstance(prefix, ast.Constant) and isinstance(prefix.value, str):
                    return "linux".startswith(prefix.value)
        return None

    def _is_check(self, test: ast.expr, place: Place) -> bool:
        if _SYSTEM.search(ast.unparse(test)):
            return True
        for node in ast.walk(test):
            name = (
                node.id
                if isinstance(node, ast.Name)
                else node.attr
                if isinstance(node, ast.Attribute)
                else ""
            )
            if name in _CHECKS or _FLAGS.fullmatch(name):
                return True
            if isinstance(node, ast.Name) and node.id != "os" and self._is_module(node.id, place):
                return True
        return False

    def _is_module(self, name: str, place: Place) -> bool:
        """Whether it may be a module or None, after an import that was tried."""
        bound = self.names.bindings(name, place.scope)
        return len(bound) > 1 and any(not isinstance(b, Assigned) for b in bound)

    def _suppressed(self, manager: ast.expr, place: Place) -> frozenset[str]:
        """The exceptions that a context manager keeps from going on."""
        if not isinstance(manager, ast.Call):
            return frozenset()
        name = self.names.resolve(manager.func, place.scope) or ast.unparse(manager.func)
        if name.endswith(("suppress", "raises", "assertRaises")):
            return frozenset(n for argument in manager.args for n in _exceptions(argument))
        if "patch" in name.split("."):
            return frozenset("*")
        return frozenset()


def _exceptions(kind: ast.expr | None) -> Iterator[str]:
    """The last names of the exception classes that a handler names."""
    match kind:
        case None:
            yield "*"
        case ast.Tuple(kinds):
            for each in kinds:
                yield from _exceptions(each)
        case ast.Name(name) | ast.Attribute(_, name):
            yield name
        case _:
            yield "*"
