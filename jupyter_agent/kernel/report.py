"""What the front of a kernel told, as values. Other kernels than ours may answer too: nothing is taken for
granted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from jupyter_agent.characters import encodable
from jupyter_agent.protocols import Kept, LostVariable
from jupyter_agent.steps import (
    SAME_FILES,
    SAME_VARIABLES,
    UNPROTECTED,
    Block,
    BlockKind,
    Conversion,
    FileChanges,
    Join,
    Meter,
    Plot,
    Point,
    Protection,
    Undone,
    Variable,
    VariableChanges,
)

_MOST = 300
_TEXT_CHARACTERS = 4_000
_SHORT_CHARACTERS = 60
_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a transaction came to."""

    protection: Protection = UNPROTECTED
    rolled_back: bool = False
    ended: Literal["", "died", "killed"] = ""
    """The process that ran the code ended by itself, or was ended."""
    variables: tuple[Variable, ...] = ()
    changes: VariableChanges = SAME_VARIABLES
    files: FileChanges = SAME_FILES
    blocks: tuple[Block, ...] = ()
    joins: tuple[Join, ...] = ()
    plots: tuple[Plot, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    note: str = ""
    """What became of the variables before the code ran."""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Report:
        """From a reply's metadata."""
        protection = _mapping(told.get("protection"))
        changes, noticed = _mapping(told.get("changes")), _mapping(told.get("noticed"))
        ended, kind = told.get("ended"), protection.get("kind")
        return cls(
            protection=Protection(
                kind=kind if kind in ("snapshot", "copies") else "none",
                hazards=_texts(protection.get("hazards")),
                left_out=_texts(protection.get("left_out")),
            ),
            rolled_back=told.get("rolled_back") is True,
            ended=ended if ended in ("died", "killed") else "",
            variables=variables_from(told.get("variables")),
            changes=VariableChanges(
                added=_texts(changes.get("added")),
                removed=_texts(changes.get("removed")),
                changed=_texts(changes.get("changed")),
            ),
            files=_files(told.get("files")),
            blocks=tuple(block_from(item) for item in _mappings(told.get("blocks"))),
            joins=tuple(filter(None, map(_join, _mappings(noticed.get("joins"))))),
            plots=tuple(filter(None, map(_plot, _mappings(noticed.get("plots"))))),
            conversions=tuple(filter(None, map(_conversion, _mappings(noticed.get("conversions"))))),
            note=_text(told.get("note")),
        )


def block_from(told: Mapping[str, Any]) -> Block:
    """What was refused."""
    kind = told.get("kind")
    return Block(
        cast("BlockKind", kind) if kind in get_args(BlockKind) else "process", _text(told.get("sentence"))
    )


def meter_from(told: Mapping[str, Any]) -> Meter | None:
    """What is used; None if it does not say."""
    try:
        return Meter(
            seconds=float(told["seconds"]),
            processor=float(told["processor"]),
            **{
                name: int(told[name])
                for name in (
                    "memory",
                    "memory_limit",
                    "snapshots",
                    "snapshot_memory",
                    "processes",
                    "workspace",
                    "workspace_files",
                    "output",
                )
            },
        )
    except (KeyError, TypeError, ValueError):
        return None


def points_from(told: object) -> tuple[Point, ...]:
    """What can be gone back to."""
    return tuple(
        Point(label=_text(item.get("label")), memory=item["memory"])
        for item in _mappings(told)
        if isinstance(item.get("memory"), int)
    )


def undone_from(told: Mapping[str, Any]) -> Undone:
    """What taking back an execution came to."""
    return Undone(rolled_back=told.get("rolled_back") is True, files=_files(told.get("files")))


def kept_from(told: Mapping[str, Any]) -> Kept:
    """What was kept, or came back. Where neither is told, nothing was."""
    names = told.get("kept", told.get("restored"))
    failed = _text(told.get("failed"))
    return Kept(
        names=_texts(names),
        lost=_lost(told.get("lost")),
        unread=_lost(told.get("unread")),
        failed=failed if failed or isinstance(names, list) else "The kernel did not say what became of them.",
    )


def _lost(told: object) -> tuple[LostVariable, ...]:
    return tuple(
        LostVariable(
            name=_text(item.get("name")),
            reason=_text(item.get("reason")),
            made_by=_text(item.get("made_by")),
        )
        for item in _mappings(told)
    )


def variables_from(told: object) -> tuple[Variable, ...]:
    """Variables, as `namespace` looked at them."""
    return tuple(_variable(item) for item in _mappings(told))


def _variable(told: Mapping[str, Any]) -> Variable:
    shape, size = told.get("shape"), told.get("size")
    return Variable(
        name=_text(told.get("name")),
        type=_text(told.get("type")),
        shape=tuple(shape) if isinstance(shape, list) and all(isinstance(n, int) for n in shape) else None,
        size=size if isinstance(size, int) else None,
        summary=_text(told.get("summary")),
    )


def _join(told: Mapping[str, Any]) -> Join | None:
    counts = _counts(told, ("left", "right", "rows", "left_lost", "right_lost"))
    repeated = _counts(told, ("left_repeated", "right_repeated"))
    alike = _counts(told, ("left_alike", "right_alike"))
    if counts is None or repeated is None or alike is None:
        return None
    return Join(
        how=_text(told.get("how")),
        line=_place(told, "line"),
        column=_place(told, "column"),
        only_keys=told.get("only_keys") is True,
        types_differ=told.get("types_differ") is True,
        **counts,
        **repeated,
        **alike,
    )


def _conversion(told: Mapping[str, Any]) -> Conversion | None:
    counts = _counts(told, ("values", "lost", "turned"))
    if counts is None:
        return None
    return Conversion(
        function=_short_text(told.get("function")),
        line=_place(told, "line"),
        column=_short_text(told.get("column")),
        examples=tuple(map(_short_text, _texts(told.get("examples"))[:_EXAMPLES])),
        **counts,
    )


def _place(told: Mapping[str, Any], name: str) -> int | None:
    place = told.get(name)
    return place if isinstance(place, int) and place > 0 else None


def _plot(told: Mapping[str, Any]) -> Plot | None:
    counts = _counts(told, ("filled", "without_data", "untouched"))
    return None if counts is None else Plot(**counts)


def _counts(told: Mapping[str, Any], names: Iterable[str]) -> dict[str, int] | None:
    found = {name: told.get(name) for name in names}
    counts = {name: count for name, count in found.items() if isinstance(count, int) and count >= 0}
    return counts if len(counts) == len(found) else None


def _files(told: object) -> FileChanges:
    files = _mapping(told)
    return FileChanges(
        removed=_texts(files.get("removed")),
        put_back=_texts(files.get("put_back")),
        not_restored=_texts(files.get("not_restored")),
    )


def _mapping(told: object) -> Mapping[str, Any]:
    return told if isinstance(told, dict) else {}


def _mappings(told: object) -> Iterable[Mapping[str, Any]]:
    items = told[:_MOST] if isinstance(told, list) else ()
    return (item for item in items if isinstance(item, dict))


def _texts(told: object) -> tuple[str, ...]:
    items = told[:_MOST] if isinstance(told, list | tuple) else ()
    return tuple(_text(item) for item in items)


def _short_text(told: object) -> str:
    """On one line."""
    return " ".join(_text(told)[:_SHORT_CHARACTERS].split())


def _text(told: object) -> str:
    return "" if told is None else encodable(str(told)[:_TEXT_CHARACTERS])
