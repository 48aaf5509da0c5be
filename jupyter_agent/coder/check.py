"""Finds, before code runs, what can only fail in the kernel or silently does nothing.

`RULES` is the list of what is looked for; the sentences are in prompts/checks.toml.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from jupyter_agent.prompts import advice, check_texts
from jupyter_agent.steps import Failure

from .extract import NOT_PYTHON

_MOST_NAMES = 30
"""File names that a message lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a program may count on."""

    files: frozenset[str] = frozenset()
    """Names of the attached files and of those that earlier programs wrote."""
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """Attached files that no reader can use, each with the sentence that says why."""
    said: str = ""
    """The conversation: a file that it names may be there, though nobody attached it."""
    tables: frozenset[str] = frozenset()
    """Variables in the kernel that are DataFrames."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A place in the code where a rule of checks.toml applies."""

    rule: str
    line: int | None = None
    values: dict[str, str] = field(default_factory=dict)


Rule = Callable[[ast.Module, Surroundings], Iterator[Finding]]

_MAGIC = re.compile(r"^\s*(?:!|%{1,2}(?=[a-z])|pip3? install |conda install )[^\n]*", re.MULTILINE)
_MODULES = frozenset(
    {"subprocess", "socket", "multiprocessing", "requests", "httpx", "aiohttp", "urllib3", "ftplib"}
    | {"urllib.request", "http.client", "http.server", "smtplib", "pip", "webbrowser", "yfinance"}
)
_CALLS = frozenset(
    {"os.system", "os.popen", "os.fork", "os.execv", "os.execvp", "os.spawnl", "os.spawnv", "os.kill"}
    | {"input", "exit", "quit", "os._exit", "os.abort", "pip.main"}
)
_FETCHES = frozenset(("sns.load_dataset", "seaborn.load_dataset", "urllib.request.urlopen", "urlopen"))
_READERS = re.compile(
    r"(?:\w+\.)?(?:read_(?:csv|table|excel|json|parquet|feather|fwf|xml|pickle|stata|sas)|loadtxt|genfromtxt)"
)
_ADDRESS = re.compile(r"(?:https?|ftp|s3|gs)://", re.IGNORECASE)
_COLUMN_METHODS = frozenset(
    {"fillna", "replace", "clip", "interpolate", "ffill", "bfill", "where", "mask", "sort_values"}
    | {"drop", "dropna", "drop_duplicates", "reset_index", "rename"}
)


def check(code: str, surroundings: Surroundings) -> Failure | None:
    """The first mistake in `code` that is certain before it runs."""
    if not code.strip():
        return failure_of(Finding(rule="no-code"), "NoCode")
    try:
        tree = ast.parse(code)
    except NOT_PYTHON as error:
        return _magic(code) or Failure(
            error_class="syntax-error",
            name="SyntaxError",
            message=error.msg if isinstance(error, SyntaxError) else str(error) or "It is nested too deeply.",
            line=_line_within(code, error.lineno) if isinstance(error, SyntaxError) else None,
            advice=advice()["syntax-error"],
        )
    try:
        findings = sorted((f for rule in RULES for f in rule(tree, surroundings)), key=lambda f: f.line or 0)
    except RecursionError:
        return None  # nested too deeply to be looked at; the kernel will tell
    return failure_of(findings[0]) if findings else None


def written_files(code: str) -> frozenset[str]:
    """What may name a file that the program writes: the first text of each call that does not read."""
    try:
        tree = ast.parse(code)
    except NOT_PYTHON:
        return frozenset()
    return frozenset(
        argument.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and not _reads(call)
        for argument in call.args[:1]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    )


def _modules(tree: ast.Module, _: Surroundings) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            if name in _MODULES or name.partition(".")[0] in _MODULES:
                yield Finding(rule="module", line=node.lineno, values={"name": name})
                break


def _calls(tree: ast.Module, _: Surroundings) -> Iterator[Finding]:
    for call in _all_calls(tree):
        name = ast.unparse(call.func)
        if name in _CALLS:
            yield Finding(rule="call", line=call.lineno, values={"name": name})
        elif name in _FETCHES or re.fullmatch(r"(?:\w+\.)*fetch_\w+", name):
            yield Finding(rule="fetch", line=call.lineno, values={"name": name})


def _files(tree: ast.Module, surroundings: Surroundings) -> Iterator[Finding]:
    there = surroundings.files | written_files(ast.unparse(tree))
    available = f"These are there: {', '.join(sorted(surroundings.files)[:_MOST_NAMES])}."
    for call in _all_calls(tree):
        path = _read_path(call)
        if path is None:
            continue
        path = path.removeprefix("./")
        if _ADDRESS.match(path):
            yield Finding(rule="fetch", line=call.lineno, values={"name": ast.unparse(call.func)})
        elif path in surroundings.unreadable:
            yield Finding(
                rule="unreadable", line=call.lineno, values={"reason": surroundings.unreadable[path]}
            )
        elif path not in there and not (
            PurePosixPath(path).name in surroundings.said and PurePosixPath(path).name not in there
        ):
            yield Finding(
                rule="file",
                line=call.lineno,
                values={
                    "name": repr(path),
                    "available": available if surroundings.files else "No file is attached.",
                },
            )


def _chained(tree: ast.Module, surroundings: Surroundings) -> Iterator[Finding]:
    """Assignments to the copy that `df[...]` makes: pandas 3 changes nothing and raises nothing."""
    tables = surroundings.tables | _tables(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_inplace(node) and isinstance(node.func, ast.Attribute):
            target = node.func.value
            on_part = isinstance(target, ast.Subscript) or (
                isinstance(target, ast.Attribute)
                and isinstance(target.value, ast.Name)
                and target.value.id in tables
            )
            if on_part and node.func.attr in _COLUMN_METHODS:
                yield Finding(rule="chained", line=node.lineno, values={"text": ast.unparse(node)})
        elif isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if (
                    isinstance(target, ast.Subscript)
                    and isinstance(target.value, ast.Subscript)
                    and isinstance(target.value.value, ast.Name)
                    and target.value.value.id in tables
                ):
                    yield Finding(rule="chained", line=node.lineno, values={"text": ast.unparse(node)})


def _endless(tree: ast.Module, _: Surroundings) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.While) or not isinstance(node.test, ast.Constant) or not node.test.value:
            continue
        if not any(_leaves(child, of_this_loop=True) for child in node.body):
            yield Finding(rule="endless", line=node.lineno, values={"text": ast.unparse(node.test)})


RULES: tuple[Rule, ...] = (_modules, _calls, _files, _chained, _endless)


def _leaves(node: ast.AST, *, of_this_loop: bool) -> bool:
    """Whether a statement can end the loop around it."""
    if isinstance(node, ast.Return | ast.Raise) or (isinstance(node, ast.Break) and of_this_loop):
        return True
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return False
    inner = of_this_loop and not isinstance(node, ast.For | ast.While)
    return any(_leaves(child, of_this_loop=inner) for child in ast.iter_child_nodes(node))


def _all_calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _reads(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    return bool(_READERS.fullmatch(name)) or (name == "open" and _open_mode(call).startswith("r"))


def _read_path(call: ast.Call) -> str | None:
    """The path that a call reads, if it is written out."""
    if not _reads(call) or not call.args:
        return None
    argument = call.args[0]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    return None


def _open_mode(call: ast.Call) -> str:
    given = (
        call.args[1]
        if len(call.args) > 1
        else next((k.value for k in call.keywords if k.arg == "mode"), None)
    )
    return str(given.value) if isinstance(given, ast.Constant) else "r" if given is None else "?"


def _is_inplace(call: ast.Call) -> bool:
    return any(
        k.arg == "inplace" and isinstance(k.value, ast.Constant) and k.value.value is True
        for k in call.keywords
    )


def _tables(tree: ast.Module) -> frozenset[str]:
    """The names that the program gives to what pandas reads or makes."""
    return frozenset(
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if re.fullmatch(r"(?:pd|pandas)\.(?:read_\w+|DataFrame|concat|merge)", ast.unparse(node.value.func))
        for target in node.targets
        if isinstance(target, ast.Name)
    )


def _magic(code: str) -> Failure | None:
    found = _MAGIC.search(code)
    if found is None:
        return None
    line = code[: found.start()].count("\n") + 1 + found[0].count("\n")
    return failure_of(Finding(rule="magic", line=line, values={"text": found[0].strip()}))


def _line_within(code: str, line: int | None) -> int | None:
    return min(line, code.count("\n") + 1) if line else None


def failure_of(finding: Finding, name: str = "StaticCheck") -> Failure:
    """A finding as the next attempt and the person read it."""
    text = check_texts()[finding.rule]
    return Failure(
        error_class=text.error_class,
        name=name,
        message=text.message.format(**finding.values),
        line=finding.line,
        advice=text.fix,
    )
