"""Looks at a variable in a conversation's kernel: what it holds, as JSON."""

from __future__ import annotations

import json

from jupyter_agent.closing import closing
from jupyter_agent.errors import KernelError
from jupyter_agent.ids import new_id
from jupyter_agent.protocols import KernelSession
from jupyter_agent.steps import StreamOutput

_SECONDS = 30.0

_PROGRAM = """
def _look(name, mark):
    import builtins, json
    def plain(value, depth=0):
        if value is None or isinstance(value, (bool, int, float, str)):
            return value.item() if hasattr(value, "item") else value
        if hasattr(value, "squeeze") and getattr(value, "ndim", 0) == 2 and value.shape[1] == 1:
            value = value.squeeze(axis=1)
        if hasattr(value, "tolist"):
            value = value.tolist()
            return plain(value, depth + 1) if depth < 3 else str(value)
        if isinstance(value, (set, frozenset, tuple, list)) and depth < 3:
            return [plain(item, depth + 1) for item in list(value)[:1000]]
        if hasattr(value, "item"):
            return plain(value.item(), depth + 1)
        try:
            return float(value)
        except (TypeError, ValueError):
            return str(value)[:1000]
    builtins.print(mark + json.dumps(plain(globals()[name])))
_look({name!r}, {mark!r})
"""


async def variable(kernel: KernelSession, name: str) -> object:
    """What the variable holds: a number, a text, a list of such, or its text where it is something else.

    Raises:
        KernelError: there is no such variable, or the kernel does not say.
    """
    mark = new_id()
    said = ""
    async with closing(kernel.execute(_PROGRAM.format(name=name, mark=mark), timeout=_SECONDS)) as results:
        async for result in results:
            if isinstance(result, StreamOutput) and result.name == "stdout":
                said += result.text
    _, found, value = said.rpartition(mark)
    try:
        return json.loads(value) if found else _missing(name)
    except ValueError:
        return _missing(name)


def _missing(name: str) -> object:
    raise KernelError(f"The kernel holds no variable {name} that can be read.")
