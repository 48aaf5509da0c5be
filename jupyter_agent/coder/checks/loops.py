"""Loops that cannot end: nothing leaves them, and nothing that runs in them changes their condition."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .findings import Finding, Surroundings, words
from .flow import Flow, Place
from .names import Assigned
from .unchanging import unchanging

Loop = ast.While | ast.For | ast.AsyncFor

_CONSUMERS = words(
    """
    list tuple set frozenset sorted sum max min dict collections.Counter collections.deque numpy.array
    numpy.fromiter pandas.Series pandas.DataFrame statistics.mean
    """
)
_LAZY = frozenset({"map", "filter", "enumerate", "itertools.chain", "itertools.accumulate", "iter"})
_GROWING = frozenset({"append", "extend", "insert"})
_SHRINKING = frozenset({"pop", "remove", "clear", "popleft"})
_ENDINGS = frozenset({"exit", "quit", "sys.exit", "os._exit", "os.abort", "next"})
_EMPTY = {"int": 0, "float": 0, "str": "", "bool": False}
"""What these functions return without arguments."""


def endless_loops(flow: Flow, _: Surroundings) -> Iterator[Finding]:
    """Loops and calls that never come to an end."""
    for place in flow.places:
        match place.node:
            case ast.While() as loop if not _may_end(flow, place, loop):
                if found := unchanging(flow, place, loop):
                    yield found
            case ast.For(_, iterated) as loop if not _may_end(flow, place, loop):
                shown = f"for {ast.unparse(loop.target)} in {ast.unparse(iterated)}"
                if _is_infinite(flow, place, iterated):
                    yield _finding(loop, shown, "source")
                elif _grows(flow, place, loop):
                    yield _finding(loop, shown, "growth")
            case ast.Call(function, [consumed, *_]) as call if flow.resolve(function, place) in _CONSUMERS:
                if _is_infinite(flow, place, consumed):
                    yield _finding(call, ast.unparse(call), "collection")
            case ast.ListComp() | ast.SetComp() | ast.DictComp() as collected:
                if any(_is_infinite(flow, place, g.iter) for g in collected.generators):
                    yield _finding(collected, ast.unparse(collected), "collection")


def _finding(node: ast.stmt | ast.expr, text: str, why: str) -> Finding:
    return Finding(rule="endless", line=node.lineno, values={"text": text}, why=why)


def _may_end(flow: Flow, place: Place, loop: Loop) -> bool:
    """Whether something in the loop may leave it, or lets others run in between."""
    if flow.deferred(place) or (place.caught and any(isinstance(n, ast.Call) for n in ast.walk(loop))):
        return True  # a thread of its own; an exception that is waited for
    return any(_leaves(flow, place, child, of_this_loop=True) for child in loop.body)


def _is_waited_for(flow: Flow, place: Place) -> bool:
    """Whether the program goes on only when this has ended: its coroutine is nobody's task."""
    function = place.function
    if function is None:
        return True
    ends = [call for _, call, name in flow.calls() if name in ("asyncio.run", "asyncio.get_event_loop()")]
    waited = {id(node.node.value) for node in flow.all(ast.Await) if isinstance(node.node, ast.Await)}
    waited |= {id(call.args[0]) for call in ends if call.args}
    calls = {id(call.func): call for _, call, _ in flow.calls()}
    return isinstance(function, ast.AsyncFunctionDef) and all(
        id(calls.get(id(use.node))) in waited and (use.function is None or use.function is function)
        for use in flow.uses(function.name)
    )


def _leaves(flow: Flow, place: Place, node: ast.AST, *, of_this_loop: bool) -> bool:
    match node:
        case ast.Await(ast.Call(function, arguments)) if flow.resolve(function, place) == "asyncio.sleep":
            inside = any(_leaves(flow, place, a, of_this_loop=of_this_loop) for a in arguments)
            return inside or not _is_waited_for(flow, place)
        case ast.Return() | ast.Raise() | ast.Yield() | ast.YieldFrom() | ast.Await() | ast.Assert():
            return True
        case ast.Break():
            return of_this_loop
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
            return False
        case ast.Call(function) if flow.resolve(function, place) in _ENDINGS:
            return True
    inside = of_this_loop and not isinstance(node, ast.For | ast.AsyncFor | ast.While)
    children = ast.iter_child_nodes(node)
    if isinstance(node, ast.For | ast.AsyncFor | ast.While):  # its `else` belongs to the loop around it
        if any(_leaves(flow, place, child, of_this_loop=of_this_loop) for child in node.orelse):
            return True
        children = (child for child in children if child not in node.orelse)
    return any(_leaves(flow, place, child, of_this_loop=inside) for child in children)


def _is_infinite(flow: Flow, place: Place, iterated: ast.expr) -> bool:
    """Whether going through it never ends."""
    match iterated:
        case ast.Name(name):
            value = flow.names.value(name, place.scope)
            return value is not None and not isinstance(value, ast.Name) and _is_infinite(flow, place, value)
        case ast.GeneratorExp(_, generators):
            return any(_is_infinite(flow, place, generator.iter) for generator in generators)
        case ast.Call(ast.Name(name)) if _generates_forever(flow, place, name):
            return True
        case ast.Call(function, arguments, keywords):
            name = flow.resolve(function, place) or ""
            match arguments:
                case [ast.Name(made), ast.Constant(end)] if name == "iter" and made in _EMPTY:
                    return bool(_EMPTY[made] != end)
            if name in ("itertools.count", "itertools.cycle"):
                return True
            if name == "itertools.repeat":
                return len(arguments) == 1 and not keywords
            if name in _LAZY:
                iterables = arguments[1:] if name in ("map", "filter") else arguments[:1]
                return bool(iterables) and all(_is_infinite(flow, place, a) for a in iterables)
            if name == "zip":
                return bool(arguments) and all(_is_infinite(flow, place, a) for a in arguments)
    return False


def _generates_forever(flow: Flow, place: Place, name: str) -> bool:
    """Whether it is a generator of the program's whose loop nothing ends."""
    match flow.names.bindings(name, place.scope):
        case [defined] if not isinstance(defined, Assigned) and hasattr(defined, "node"):
            function = defined.node
        case _:
            return False
    if not isinstance(function, ast.FunctionDef) or not function.body:
        return False
    match function.body[-1]:
        case ast.While(ast.Constant(value), body) if value:
            inside = [node for child in body for node in ast.walk(child)]
            ends = any(isinstance(node, ast.Return | ast.Break | ast.Raise) for node in inside)
            return not ends and any(isinstance(node, ast.Yield) for node in inside)
    return False


def _grows(flow: Flow, place: Place, loop: ast.For) -> bool:
    """Whether every round adds to the list that the loop goes through."""
    if not isinstance(loop.iter, ast.Name):
        return False
    name = loop.iter.id
    bound = flow.names.bindings(name, place.scope)
    if not bound or not any(
        isinstance(b, Assigned) and b.value is not None and _is_list(b.value) for b in bound
    ):
        return False
    grows = False
    for node in (inner for child in loop.body for inner in ast.walk(child)):
        match node:
            case ast.Attribute(ast.Name(other), method) if other == name and method in _SHRINKING:
                return False
            case ast.Name(other, ast.Del()) | ast.Subscript(ast.Name(other), _, ast.Del()) if other == name:
                return False
    for statement in loop.body:
        match statement:
            case ast.Continue():
                return False
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(other), method))):
                grows = grows or (other == name and method in _GROWING)
            case ast.AugAssign(ast.Name(other), ast.Add()):
                grows = grows or other == name
            case ast.If() if any(isinstance(n, ast.Continue) for n in ast.walk(statement)):
                return False
    return grows


def _is_list(value: ast.expr) -> bool:
    match value:
        case ast.List() | ast.ListComp():
            return True
        case ast.Call(ast.Name("list" | "sorted")):
            return True
        case ast.Call(ast.Attribute(_, "split" | "tolist" | "splitlines")):
            return True
    return False
