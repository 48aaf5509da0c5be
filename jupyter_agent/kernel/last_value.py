"""What the last line of a program gives a value to: all there is to show where a program shows nothing."""

from __future__ import annotations

import ast
from collections.abc import Mapping

_LONGEST = 100_000
"""Characters or bytes: unlike lists and tables, a text is written out as a whole."""


def to_show(code: str, namespace: Mapping[str, object]) -> str | None:
    """The name that the last statement gives a value to, if that is worth showing."""
    name = last_assigned(code)
    if name is None or name not in namespace:
        return None
    value = namespace[name]
    is_long = type(value) in (str, bytes, bytearray) and len(value) > _LONGEST  # type: ignore[arg-type]
    return None if is_long else name


def last_assigned(code: str) -> str | None:
    """The plain name that the last statement assigns to; None for anything else, and for private names."""
    match ast.parse(code).body:
        case [*_, ast.Assign([ast.Name(name), *_])]:
            pass
        case [*_, ast.AugAssign(ast.Name(name)) | ast.AnnAssign(ast.Name(name), value=ast.expr())]:
            pass
        case _:
            return None
    return None if name.startswith("_") else name
