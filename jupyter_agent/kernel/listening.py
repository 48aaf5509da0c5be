"""Hears of each call of a library's function, and nothing is to be seen of it in warnings."""

from __future__ import annotations

import contextlib
import functools
from types import CodeType, FunctionType
from typing import Any


def after(owner: Any, name: str, notice: Any) -> None:
    """Have `notice` hear of each call of a function: of its result and what it was called with."""
    function = getattr(owner, name, None)
    if function is None:
        return
    # A subclass may be anything, and no program is to fail for this.
    whatever = contextlib.suppress(Exception)

    def noticing(*arguments: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        result = function(*arguments, **named)
        with whatever:
            notice(result, *arguments, **named)
        return result

    setattr(owner, name, functools.update_wrapper(_as_part_of(function, noticing), function))


def _as_part_of(function: Any, wrapper: Any) -> Any:
    """A wrapper that seems to be of the same file and module as what it wraps.

    Libraries warn of the innermost line that is not their own, and tell by these which are. The wrapper can
    use no global names.
    """
    code = getattr(function, "__code__", None)
    if type(code) is not CodeType:
        return wrapper
    seeming = wrapper.__code__.replace(
        co_filename=code.co_filename,
        co_firstlineno=code.co_firstlineno,
        co_name=code.co_name,
        co_qualname=code.co_qualname,
    )
    return FunctionType(seeming, function.__globals__, closure=wrapper.__closure__)
