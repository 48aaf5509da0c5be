"""Calls that can only fail in the kernel: they need the network, another process, a person or its end."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .final_exit import final_exit
from .findings import Finding, Surroundings
from .flow import Flow, Place
from .kinds import COMMANDS, KINDS, MODULES, NOT_THERE, PROGRAMS, Kind

_ENDS = re.compile(r"(builtins\.)?(exit|quit)|sys\.exit|os\._exit|os\.abort")
_SIGNALS = re.compile(r"os\.kill|os\.killpg|signal\.raise_signal")
_FATAL = frozenset({"signal.SIGKILL", "signal.SIGTERM", "signal.SIGSTOP", "9", "15"})

_MODELS = ("transformers.", "sentence_transformers.")
"""Libraries that take the name of a model, or the folder that it is in."""

_ON_CALL = frozenset(
    {"*", "Exception", "BaseException", "OSError", "IOError", "EnvironmentError", "PermissionError"}
)
_ON_CONNECTION = re.compile(
    r"\w*(?:RequestException|ConnectionError|ConnectTimeout|URLError|error|HTTPError)"
)
_ON_IMPORT = frozenset({"*", "Exception", "BaseException", "ImportError", "ModuleNotFoundError"})
_ON_END = frozenset({"*", "BaseException", "SystemExit"})


def refused_calls(flow: Flow, surroundings: Surroundings) -> Iterator[Finding]:
    """Calls that fail, unless the module's import is reported already."""
    imports = {name for name, _ in _refused_imports(flow, surroundings)}
    last = final_exit(flow)
    for place, call, name in flow.calls():
        if name is None or _is_replaced(flow, name):
            continue
        kind = _kind_of(flow, place, call, name, surroundings)
        if _within(name, {"google.colab"}):
            continue  # that its import fails is the mistake, if nothing is prepared for it
        if kind is not None and (kind.rule == "fetch" or not _within(name, imports)):
            yield Finding(rule=kind.rule, line=call.lineno, values={"name": ast.unparse(call.func)})
        elif call is not last and _ends_the_kernel(flow, place, call, name, surroundings):
            yield Finding(rule="end", line=call.lineno, values={"name": ast.unparse(call.func)})


def fails_there(flow: Flow, line: int | None) -> bool:
    """Whether a command in this line fails: it is reached, and nothing is prepared for that."""
    return any(
        isinstance(place.node, ast.stmt)
        and place.node.lineno == line
        and not (flow.checked(place) or flow.caught(place) & _ON_CALL)
        for place in flow.places
    )


def refused_imports(flow: Flow, surroundings: Surroundings) -> Iterator[Finding]:
    """Imports of modules of which only functions that fail are used, and of what is not there."""
    for name, line in _refused_imports(flow, surroundings):
        rule = next(rule for module, rule in MODULES.items() if _within(name, {module}))
        yield Finding(rule=rule, line=line, values={"name": name})


def _refused_imports(flow: Flow, surroundings: Surroundings) -> Iterator[tuple[str, int]]:
    refused = [
        name
        for place, call, name in flow.calls()
        if name and _kind_of(flow, place, call, name, surroundings) and not _is_replaced(flow, name)
    ]
    for place in (*flow.all(ast.Import), *flow.all(ast.ImportFrom)):
        if flow.caught(place) & _ON_IMPORT or flow.checked(place):
            continue
        for name in _imported(place.node):
            module = next((m for m in MODULES if name == m or name.startswith(f"{m}.")), None)
            if module is None or _is_granted(MODULES[module], surroundings):
                continue
            if _is_replaced(flow, name) or not (name == module or _kind_named(name) or name in refused):
                continue
            if any(_within(call, {name}) for call in refused) or module in NOT_THERE:
                assert isinstance(place.node, ast.Import | ast.ImportFrom)
                yield name, place.node.lineno


def _is_granted(rule: str, surroundings: Surroundings) -> bool:
    return rule == "process" and surroundings.profile == "parallel"


def _imported(node: ast.AST) -> Iterator[str]:
    """The full names of what an import binds."""
    match node:
        case ast.Import(aliases):
            for alias in aliases:
                yield alias.name
        case ast.ImportFrom(module, aliases) if module:
            for alias in aliases:
                yield module if alias.name == "*" else f"{module}.{alias.name}"


def _kind_named(name: str) -> Kind | None:
    return next((kind for kind in KINDS if kind.names.fullmatch(name)), None)


def _kind_of(flow: Flow, place: Place, call: ast.Call, name: str, surroundings: Surroundings) -> Kind | None:
    """Why a call fails, if it does and nothing is prepared for that."""
    kind = _kind_named(name)
    if kind is None and name == "multiprocessing.Process" and flow.uses("start"):
        kind = KINDS[0]
    if kind is None and name == "sqlalchemy.create_engine" and _is_remote(call):
        kind = KINDS[1]
    if kind is None and COMMANDS.fullmatch(name) and _starts_a_program(call):
        kind = KINDS[0]
    if kind is None or _is_granted(kind.rule, surroundings):
        return None
    if name.startswith("asyncio.") and any(keyword.arg == "sock" for keyword in call.keywords):
        return None
    if kind.rule == "fetch" and _is_local(call, name):
        return None
    caught = flow.caught(place)
    if flow.checked(place) or caught & _ON_CALL or any(_ON_CONNECTION.fullmatch(c) for c in caught):
        return None
    return kind


def _starts_a_program(call: ast.Call) -> bool:
    match call.args:
        case [ast.Constant(str(command)), *_]:
            return bool(PROGRAMS.match(command.lstrip("%!")))
    return False


def _is_local(call: ast.Call, name: str) -> bool:
    """Whether what it loads is said to be here: a folder, or data that it is not to download."""
    if name.startswith("torchvision."):
        return not any(
            k.arg == "download" and isinstance(k.value, ast.Constant) and k.value.value is True
            for k in call.keywords
        )
    match call.args:
        case [ast.Constant(str(model)), *_]:
            return name.startswith(_MODELS) and model.startswith((".", "/"))
    return name.startswith(_MODELS) and bool(call.args)


def _ends_the_kernel(flow: Flow, place: Place, call: ast.Call, name: str, surroundings: Surroundings) -> bool:
    """Whether it does in every run: an exit in a branch may never be reached."""
    if place.conditional or place.function is not None or flow.caught(place) & _ON_END:
        return False
    if _ENDS.fullmatch(name):
        return True
    if not _SIGNALS.fullmatch(name):
        return False
    if surroundings.profile == "parallel" and name != "signal.raise_signal":
        target = flow.resolve(call.args[0], place) if call.args else None
        if target not in ("os.getpid()", "os.getppid()"):
            return False  # a process that the program has started
    signal = call.args[-1] if call.args else None
    return signal is not None and (flow.resolve(signal, place) or ast.unparse(signal)) in _FATAL


def _is_remote(call: ast.Call) -> bool:
    match call.args:
        case [ast.Constant(str(address)), *_]:
            return not address.startswith(("sqlite", "duckdb"))
    return False


def _within(name: str, modules: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def _is_replaced(flow: Flow, name: str) -> bool:
    """Whether the program put something of its own in the place of the function or the module."""
    return name in flow.names.replaced or name.partition(".")[0] in flow.names.replaced
