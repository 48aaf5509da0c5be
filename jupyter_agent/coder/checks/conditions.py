"""What a condition or a context manager says about the code under it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .findings import words
from .names import Assigned, Names, Scope

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
_SYSTEM = re.compile(
    r"sys\.platform|os\.name|platform\.system\(\)|sys\.version_info|os\.environ|os\.getenv|sys\.argv"
)


def truth(names: Names, test: ast.expr, scope: Scope) -> bool | None:
    """What a condition is in every run, if that is certain."""
    match test:
        case ast.Constant(value):
            return bool(value)
        case ast.Name(name):
            if name == "TYPE_CHECKING":
                return False
            match names.bindings(name, scope):
                case [Assigned(ast.Constant(value))]:
                    return bool(value)
        case ast.UnaryOp(ast.Not(), operand):
            value = truth(names, operand, scope)
            return None if value is None else not value
        case ast.BoolOp(operator, values):
            truths = [truth(names, value, scope) for value in values]
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


def is_check(names: Names, test: ast.expr, scope: Scope) -> bool:
    """Whether a condition asks what there is: a file, a module, a system, a setting."""
    if _SYSTEM.search(ast.unparse(test)):
        return True
    for node in ast.walk(test):
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if name in _CHECKS or _FLAGS.fullmatch(name):
            return True
        if isinstance(node, ast.Name) and node.id != "os" and _is_module(names, node.id, scope):
            return True
    return False


def _is_module(names: Names, name: str, scope: Scope) -> bool:
    """Whether it may be a module or None, after an import that was tried."""
    bound = names.bindings(name, scope)
    return len(bound) > 1 and any(not isinstance(b, Assigned) for b in bound)


def suppressed(names: Names, manager: ast.expr, scope: Scope) -> frozenset[str]:
    """The exceptions that a context manager keeps from going on."""
    if not isinstance(manager, ast.Call):
        return frozenset()
    name = names.resolve(manager.func, scope) or ast.unparse(manager.func)
    if name.endswith(("suppress", "raises", "assertRaises")):
        return frozenset(n for argument in manager.args for n in exceptions(argument))
    if "patch" in name.split("."):
        return frozenset("*")
    return frozenset()


def exceptions(kind: ast.expr | None) -> Iterator[str]:
    """The last names of the exception classes that a handler names."""
    match kind:
        case None:
            yield "*"
        case ast.Tuple(kinds):
            for each in kinds:
                yield from exceptions(each)
        case ast.Name(name) | ast.Attribute(_, name):
            yield name
        case _:
            yield "*"
