"""`jupyter agent replay`: the same question once more, maybe with another model, compared step by step."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

from traitlets import Bool, Enum, Integer, Unicode

from jupyter_agent.characters import in_a_line
from jupyter_agent.errors import AgentError, InputRefused
from jupyter_agent.events import AttemptFinished, EventBody, ModelChosen, StepStarted
from jupyter_agent.ids import OWNER
from jupyter_agent.messages import AgentType
from jupyter_agent.replay.again import Replayed, replayed
from jupyter_agent.replay.compare import Comparison, compared
from jupyter_agent.replay.finding import found_run
from jupyter_agent.replay.original import Original, exported_original, stored_original
from jupyter_agent.replay.table import as_table

from .command import EXIT_FAILED, EXIT_STOPPED, Command, complain

if TYPE_CHECKING:
    from jupyter_agent.compose import Services


class ReplayApp(Command):
    """Ask a run's question again, and compare the two."""

    name = "jupyter-agent-replay"
    description = (
        "Ask the question of a run again, in a conversation of its own with the same files, the same earlier "
        "messages and, as far as they can still be had, the same variables; then compare the two step by "
        "step.\n\n"
        "RUN is a run's id or how it begins, a conversation's id (its last run is meant), `last`, or a file "
        "that `jupyter agent export` wrote. Progress is shown on standard error, the comparison on standard "
        "output. The replay stays as a conversation of its own, named as such, unless --forget is given. "
        "Ctrl-C stops it and leaves nothing behind. The exit status is 0 when the question was answered "
        "again, 1 when it was not, 2 when the request itself cannot be used, 130 after Ctrl-C."
    )
    examples = (
        "jupyter agent replay last --model qwen3:14b\n"
        "jupyter agent replay 3f2a9c --mode plan_execute --times 3 --json\n"
        "jupyter agent replay run.json --files data"
    )
    aliases = {
        "model": "ReplayApp.model",
        "mode": "ReplayApp.mode",
        "times": "ReplayApp.times",
        "files": "ReplayApp.files",
        "timeout": "JupyterAgent.timeout",
        "ollama-host": "JupyterAgent.ollama_host",
        "config": "JupyterApp.config_file",
        "log-level": "Application.log_level",
    }
    flags = {
        **Command.flags,
        "json": ({"ReplayApp": {"as_json": True}}, "Compare as JSON, for programs."),
        "forget": ({"ReplayApp": {"forget": True}}, "Remove the replay's conversation when it is compared."),
    }

    model = Unicode("", help="The model to use instead of the original's.").tag(config=True)
    mode = Enum(
        ["auto", "chat", "react", "plan_execute"],
        default_value=None,
        allow_none=True,
        help="How to work, instead of what was asked for then.",
    ).tag(config=True)
    times = Integer(1, min=1, max=100, help="How often to ask.").tag(config=True)
    files = Unicode("", help="For an exported run: the folder with its files.").tag(config=True)
    as_json = Bool(False, help="Whether the comparison is JSON.").tag(config=True)
    forget = Bool(False, help="Whether the replay's conversation is removed.").tag(config=True)

    async def work(self) -> int:
        """Replay the run given on the command line."""
        if len(self.extra_args) != 1:
            raise InputRefused("Name one run.", "See them with: jupyter agent runs")
        settings = self.to_settings()
        with self._exported() as exported:
            async with self.services(settings) as services:
                return await self._replay(services, exported or await self._stored(services))

    @contextmanager
    def _exported(self) -> Iterator[Original | None]:
        """The run in the file that is named, if one is: ids have no dots and no slashes."""
        name = self.extra_args[0]
        path = Path(name).expanduser()
        if path.is_file() or {"/", "."} & set(name):
            with exported_original(path, Path(self.files).expanduser() if self.files else None) as original:
                yield original
        elif self.files:
            raise InputRefused("--files is for exported runs.", self._see_help)
        else:
            yield None

    async def _stored(self, services: Services) -> Original:
        run = await found_run(services.store, OWNER, self.extra_args[0])
        return await stored_original(services, OWNER, run.id)

    async def _replay(self, services: Services, original: Original) -> int:
        done: list[Replayed] = []

        async def repeat() -> None:
            for number in range(self.times):
                if self.times > 1:
                    _say(f"Replay {number + 1} of {self.times}")
                done.append(
                    await replayed(
                        services,
                        OWNER,
                        original,
                        model=self.model or None,
                        agent_type=cast("AgentType | None", self.mode),
                        keep=not self.forget,
                        shown=_show,
                    )
                )

        repeating = asyncio.create_task(repeat())

        def stop() -> None:
            if not repeating.cancelling():  # what is being tidied up is not interrupted
                repeating.cancel()

        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, stop)
        try:
            await asyncio.wait({repeating})
        finally:
            loop.remove_signal_handler(signal.SIGINT)
        if done:
            self._report(original, done)
        if repeating.cancelled():
            return complain(AgentError("Stopped by you."), EXIT_STOPPED)
        repeating.result()
        return _status(done)

    def _report(self, original: Original, done: list[Replayed]) -> None:
        before = original.run.trajectory
        pairs = [(compared(before, each.trajectory), each) for each in done]
        if self.as_json:
            sys.stdout.write(json.dumps([_as_json(*pair) for pair in pairs]) + "\n")
        else:
            tables = [as_table(comparison, each.differences) for comparison, each in pairs]
            sys.stdout.write("\n\n\n".join(tables) + "\n")
        sys.stdout.flush()


def _as_json(comparison: Comparison, replay: Replayed) -> dict[str, object]:
    return {
        **asdict(comparison),
        "conversation": replay.trajectory.conversation_id,
        "differences": replay.differences,
    }


def _status(done: list[Replayed]) -> int:
    for replay in done:
        end = replay.trajectory.end
        if end is None or end.status != "completed":
            return complain(AgentError(end.message if end else "It was cut off."), EXIT_FAILED)
    return 0


def _show(body: EventBody) -> None:
    match body:
        case ModelChosen():
            _say(f"  model: {body.model} ({body.provider})")
        case StepStarted():
            _say(f"  step {body.step}: {body.goal}")
        case AttemptFinished():
            _say(f"    attempt {body.attempt}: {body.status} after {body.duration:.1f} s")
        case _:
            pass


def _say(text: str) -> None:
    indent = len(text) - len(text.lstrip())
    sys.stderr.write(" " * indent + in_a_line(text) + "\n")
    sys.stderr.flush()
