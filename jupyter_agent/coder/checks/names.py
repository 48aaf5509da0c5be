"""What the names in a program stand for: `np.load` is `numpy.load`, unless the program says otherwise."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field

from .findings import words

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Scope = ast.Module | ast.ClassDef | Function

_CUSTOMARY = {
    "np": "numpy",
    "pa": "pyarrow",
    "Path": "pathlib.Path",
    "pd": "pandas",
    "pl": "polars",
    "plt": "matplotlib.pyplot",
    "pq": "pyarrow.parquet",
    "sns": "seaborn",
}
_LIKELY_MODULES = words(
    """
    asyncio duckdb glob io json multiprocessing os pathlib pickle shutil socket sqlite3 subprocess sys
    urllib
    """
)
"""What an earlier program probably imported, if a program uses it and does not say what it is."""
_CHANGING = words("append clear extend insert pop popitem remove reverse setdefault sort update")
_BUILTINS = frozenset(dir(builtins)) | {"exit", "quit", "get_ipython"}
_MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class Imported:
    """A name that stands for a module or for something in one."""

    name: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """A name that stands for the value of an expression; without one, for something unknown."""

    value: ast.expr | None = None
    each: ast.expr | None = None
    """It stands for one thing in this after the other."""
    parameter: Function | None = None
    """It stands for what this function is called with."""


@dataclass(frozen=True, slots=True)
class Defined:
    """A name that the program defines as a function or a class."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


Binding = Imported | Assigned | Defined


@dataclass(slots=True)
class _Names:
    """The names of one scope."""

    outer: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    """Declared global or nonlocal."""


class Names:
    """The bindings of a program, scope by scope."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._scopes: dict[Scope, _Names] = {tree: _Names(None)}
        self._stars: list[str] = []
        self.replaced: set[str] = set()
        """Attributes and modules that the program puts its own in the place of: `os.system`, `requests`."""
        self.changed: set[str] = set()
        """Lists and dictionaries that get other items than they began with."""
        self.declared: set[str] = set()
        """Names that a function declares global or nonlocal: any call may change them."""
        for child in tree.body:
            self._bind(child, tree)

    def bindings(self, name: str, scope: Scope) -> list[Binding]:
        """What the nearest scope that knows the name binds it to."""
        looked: Scope | None = scope
        while looked is not None:
            names = self._scopes[looked]
            if name in names.bindings and not (looked is not scope and isinstance(looked, ast.ClassDef)):
                return names.bindings[name]
            looked = names.outer
        return []

    def value(self, name: str, scope: Scope) -> ast.expr | None:
        """The expression that is all the program ever assigns to a name."""
        match self.bindings(name, scope):
            case [Assigned(value)]:
                return value
        return None

    def resolve(self, node: ast.expr, scope: Scope, steps: int = _MOST_STEPS) -> str | None:
        """The full name of what an expression stands for; `a.b()` for what a call returns."""
        if not steps:
            return None
        match node:
            case ast.Name(name):
                return self._resolve_name(name, scope, steps - 1)
            case ast.Attribute(value, attribute):
                base = self.resolve(value, scope, steps - 1)
                return f"{base}.{attribute}" if base else None
            case ast.Await(value):
                return self.resolve(value, scope, steps - 1)
            case ast.Call(function, arguments):
                called = self.resolve(function, scope, steps - 1)
                match called, arguments:
                    case "importlib.import_module" | "__import__", [ast.Constant(str(module)), *_]:
                        return module
                    case "multiprocessing.get_context", _:
                        return "multiprocessing"
                return f"{called}()" if called else None
        return None

    def _resolve_name(self, name: str, scope: Scope, steps: int) -> str | None:
        # `requests = None` after a failed import does not make it another thing.
        bound = [
            b
            for b in self.bindings(name, scope)
            if not _is_none(b.value if isinstance(b, Assigned) else None)
        ]
        if not bound:
            if self.bindings(name, scope):
                return None
            return self._unbound(name)
        imported = {b.name for b in bound if isinstance(b, Imported)}
        if len(imported) == 1 and all(isinstance(b, Imported) for b in bound):
            return imported.pop()
        match bound:
            case [Assigned(ast.Name() | ast.Attribute() | ast.Call() | ast.Await() as value)]:
                return self.resolve(value, scope, steps)
        return None

    def _unbound(self, name: str) -> str | None:
        if name in _CUSTOMARY:
            return _CUSTOMARY[name]
        if name in self._stars:
            return f"{name}.{name}"
        if name in _BUILTINS or name in _LIKELY_MODULES:
            return name
        return f"{self._stars[-1]}.{name}" if self._stars else None

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Import(aliases):
                for alias in aliases:
                    first = alias.name.partition(".")[0]
                    self._add(alias.asname or first, Imported(alias.name if alias.asname else first), scope)
            case ast.ImportFrom(module, aliases) if module:
                for alias in aliases:
                    if alias.name == "*":
                        self._stars.append(module)
                    else:
                        self._add(alias.asname or alias.name, Imported(f"{module}.{alias.name}"), scope)
            case ast.Global(names) | ast.Nonlocal(names):
                self._scopes[scope].elsewhere.update(names)
                self.declared.update(names)
            case ast.Assign(targets, value):
                for target in targets:
                    self._assign(target, value, scope)
            case ast.AnnAssign(target, _, value) if value is not None:
                self._assign(target, value, scope)
            case ast.NamedExpr(target, value):
                self._assign(target, value, scope)
            case ast.AugAssign(target):
                self._assign(target, None, scope)
            case ast.For(target, each) | ast.AsyncFor(target, each) | ast.comprehension(target, each):
                self._assign(target, None, scope, each)
            case ast.Subscript(ast.Name(name), _, ast.Store() | ast.Del()):
                self.changed.add(name)
            case ast.Call(ast.Attribute(ast.Name(name), method)) if method in _CHANGING:
                self.changed.add(name)
            case ast.withitem(value, target) if target is not None:
                self._assign(target, value, scope)
            case ast.ExceptHandler(_, name) | ast.MatchAs(_, name) | ast.MatchStar(name) if name:
                self._add(name, Assigned(), scope)
        self._bind_inside(node, scope)

    def _bind_inside(self, node: ast.AST, scope: Scope) -> None:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            for child in ast.iter_child_nodes(node):
                self._bind(child, scope)
            return
        self._scopes[node] = _Names(scope)
        if not isinstance(node, ast.Lambda):
            self._add(node.name, Defined(node), scope)
        if not isinstance(node, ast.ClassDef):
            for argument in _arguments(node.args):
                self._add(argument.arg, Assigned(parameter=node), node)
        body = node.body if isinstance(node.body, list) else [node.body]
        for child in ast.iter_child_nodes(node):
            self._bind(child, node if child in body else scope)

    def _assign(
        self, target: ast.expr, value: ast.expr | None, scope: Scope, each: ast.expr | None = None
    ) -> None:
        match target:
            case ast.Name(name):
                self._add(name, Assigned(value, each), scope)
            case ast.Tuple(targets) | ast.List(targets):
                each_of = _columns(each, len(targets))
                for number, (part, own) in enumerate(_pairs(targets, value)):
                    self._assign(part, own, scope, each_of[number])
            case ast.Starred(part):
                self._assign(part, None, scope)
            case ast.Attribute():
                self.replaced.add(ast.unparse(target))
            case ast.Subscript(ast.Attribute(ast.Name("sys"), "modules"), ast.Constant(str(module))):
                self.replaced.add(module)

    def _add(self, name: str, binding: Binding, scope: Scope) -> None:
        home = self._tree if name in self._scopes[scope].elsewhere else scope
        self._scopes[home].bindings.setdefault(name, []).append(binding)


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None)


def _pairs(targets: list[ast.expr], value: ast.expr | None) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """The targets of `a, b = 1, 2` with their values, where each has one."""
    values: list[ast.expr] = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    if len(values) != len(targets) or any(isinstance(e, ast.Starred) for e in (*targets, *values)):
        return ((target, None) for target in targets)
    return zip(targets, values, strict=True)


def _columns(each: ast.expr | None, number: int) -> list[ast.expr | None]:
    """What each of several names goes through, in `for name, path in [("a", "a.csv")]` and the like."""
    match each:
        case ast.List(rows) | ast.Tuple(rows):
            cells = [row.elts for row in rows if isinstance(row, ast.Tuple | ast.List)]
            if cells and len(cells) == len(rows) and all(len(row) == number for row in cells):
                return [ast.List(elts=[row[n] for row in cells], ctx=ast.Load()) for n in range(number)]
        case ast.Call(ast.Attribute(mapping, "items"), []) if number == 2:
            return [
                ast.Call(func=ast.Attribute(value=mapping, attr=half, ctx=ast.Load()), args=[], keywords=[])
                for half in ("keys", "values")
            ]
        case ast.Call(ast.Name("enumerate"), [counted, *_]) if number == 2:
            return [None, counted]
    return [None] * number


def _is_none(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
