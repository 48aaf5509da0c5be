"""`jupyter agent runs`: the latest runs, with the ids that other commands take."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from traitlets import Bool, Integer

from jupyter_agent.characters import in_a_line, printable
from jupyter_agent.errors import InputRefused
from jupyter_agent.ids import OWNER
from jupyter_agent.protocols import PastRun
from jupyter_agent.trajectory import trajectory

from .command import ID_SHOWN, Command

if TYPE_CHECKING:
    from jupyter_agent.compose import Services

_KINDS = ("run-started", "model-chosen", "step-started", "step-finished", "run-finished")
"""The events that the list is made of; outputs can be large."""
_QUESTION_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A run in the list. Every field is in its JSON."""

    id: str
    conversation_id: str
    started: str
    status: str
    model: str
    steps: int
    tokens: int
    seconds: float
    question: str


class RunsApp(Command):
    """List the latest runs."""

    name = "jupyter-agent-runs"
    description = (
        "List the latest runs, those of the sidebar too: their ids, which `export` and `replay` take, when "
        "they were, and what they took.\n\nThe exit status is 0, 1 when the database cannot be read, 2 when "
        "the request itself cannot be used."
    )
    examples = "jupyter agent runs\njupyter agent runs --limit 100 --json"
    aliases = {
        "limit": "RunsApp.limit",
        "config": "JupyterApp.config_file",
        "log-level": "Application.log_level",
    }
    flags = {**Command.flags, "json": ({"RunsApp": {"as_json": True}}, "List as JSON, for programs.")}

    limit = Integer(20, min=1, max=1000, help="How many.").tag(config=True)
    as_json = Bool(False, help="Whether the list is JSON.").tag(config=True)

    async def work(self) -> int:
        """List them."""
        if self.extra_args:
            raise InputRefused("This command takes options only.", self._see_help)
        async with self.services(self.to_settings()) as services:
            runs = await services.store.runs(OWNER, limit=self.limit)
            lines = [await _line(services, run) for run in runs]
        if self.as_json:
            sys.stdout.write(json.dumps([asdict(line) for line in lines]) + "\n")
        else:
            sys.stdout.write(_table(lines))
        sys.stdout.flush()
        return 0


async def _line(services: Services, run: PastRun) -> _Line:
    found = trajectory(await services.store.run_events(OWNER, run.id, kinds=_KINDS))
    usage = found.end.usage if found.end else None
    return _Line(
        id=run.id,
        conversation_id=run.conversation_id,
        started=run.started.astimezone().isoformat(timespec="seconds"),
        status=run.status,
        model=found.model.model if found.model else "",
        steps=len(found.taken),
        tokens=usage.prompt_tokens + usage.completion_tokens if usage else 0,
        seconds=found.seconds,
        question=found.asked.question,
    )


def _table(lines: list[_Line]) -> str:
    if not lines:
        return "There are no runs yet.\n"
    rows = [("run", "when", "status", "steps", "tokens", "time", "model", "question")]
    rows += [
        (
            line.id[:ID_SHOWN],
            line.started[:16].replace("T", " "),
            line.status,
            str(line.steps),
            f"{line.tokens:,}",
            f"{line.seconds:.1f} s",
            in_a_line(line.model),
            _shortened(in_a_line(line.question)),
        )
        for line in lines
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "".join(
        printable("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        + "\n"
        for row in rows
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _QUESTION_SHOWN else text[: _QUESTION_SHOWN - 1].rstrip() + "…"
