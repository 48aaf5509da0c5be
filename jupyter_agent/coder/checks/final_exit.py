"""A last line that only ends the program: it changes nothing, and the kernel would take it for a failure."""

from __future__ import annotations

import ast
import re

from jupyter_agent.protocols import KernelProfile

from .flow import Flow
from .magics import NOT_PYTHON, parse

_ENDS = re.compile(r"(builtins\.)?(exit|quit)|sys\.exit")


def final_exit(flow: Flow) -> ast.Call | None:
    """The call of `exit()` in the last line of a program that does something before it."""
    match flow.tree.body:
        case [_, *_, ast.Expr(ast.Call(_, [] | [ast.Constant(None | 0)], []) as last)]:
            names = (name for _, call, name in flow.calls() if call is last)
            return last if any(name and _ENDS.fullmatch(name) for name in names) else None
    return None


def without_final_exit(code: str, profile: KernelProfile) -> str:
    """The program up to that line, as it is to run; its lines stay where they are."""
    if "exit" not in code and "quit" not in code:
        return code
    try:
        tree = parse(code, profile).tree
        last = final_exit(Flow(tree)) if tree is not None else None
    except NOT_PYTHON:
        return code
    if last is None:
        return code
    lines = code.split("\n")[: last.lineno]
    lines[-1] = lines[-1].encode()[: last.col_offset].decode().rstrip("; \t")
    return "\n".join(lines)
