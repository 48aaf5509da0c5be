"""`jupyter agent ask`: one question, answered in the terminal.

A conversation that is begun here shows in the sidebar too: both use the same database.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, assert_never, cast

from traitlets import Enum, List, Unicode

from jupyter_agent.errors import AgentError, InputRefused
from jupyter_agent.events import RunFinished
from jupyter_agent.ids import OWNER, AttachmentId, ConversationId, RunId
from jupyter_agent.messages import AgentType, RestrictedProfile
from jupyter_agent.run import Question
from jupyter_agent.terminal import Terminal

from .answering import answer_to
from .command import EXIT_FAILED, EXIT_STOPPED, ID_SHOWN, Command, complain

if TYPE_CHECKING:
    from jupyter_agent.compose import Services

_LAST_EVENTS_SECONDS = 5.0


class AskApp(Command):
    """Answer one question, print the answer, save the plots."""

    name = "jupyter-agent-ask"
    description = (
        "Answer one question about files, with code that runs in a restricted kernel.\n\n"
        "The work is shown on standard error, the answer on standard output. "
        "The exit status is 0 when the question was answered, 1 when it was not, 2 when the request itself "
        "cannot be used, 130 after Ctrl-C."
    )
    examples = (
        'jupyter agent ask "What is the mean price per region?" --file sales.csv\n'
        'jupyter agent ask "Merge these two and plot the trend" --file a.csv --file b.csv --plots figures'
    )
    aliases = {
        "file": "AskApp.files",
        "plots": "AskApp.plots",
        "mode": "AskApp.mode",
        "model": "AskApp.model",
        "profile": "AskApp.profile",
        "timeout": "JupyterAgent.timeout",
        "ollama-host": "JupyterAgent.ollama_host",
        "config": "JupyterApp.config_file",
        "log-level": "Application.log_level",
    }

    files = List(Unicode(), help="A file to attach; give the option once for each file.").tag(config=True)
    plots = Unicode(".", help="The folder that plots are saved in, as plot-1.png and so on.").tag(config=True)
    mode = Enum(
        ["auto", "chat", "react", "plan_execute"],
        default_value="auto",
        help="How to work: chat (from knowledge), react (with code), plan_execute (with code, after a plan), "
        "or auto (a model chooses).",
    ).tag(config=True)
    model = Unicode("", help="The model to use instead of the configured one.").tag(config=True)
    profile = Enum(
        ["strict", "parallel"],
        default_value=None,
        allow_none=True,
        help="What the code may do: strict (no other processes), or parallel (processes, but no network).",
    ).tag(config=True)

    async def work(self) -> int:
        """Answer the question given on the command line."""
        text = " ".join(self.extra_args)
        if not text.strip():
            raise InputRefused("There is no question.", 'Write it in quotes: jupyter agent ask "…"')
        files = [_readable(name) for name in self.files]
        plots = _folder(self.plots)
        async with self.services(self.to_settings()) as services:
            return await self._answer(services, text, files, plots)

    async def _answer(self, services: Services, text: str, files: list[Path], plots: Path) -> int:
        profile = cast("RestrictedProfile | None", self.profile)
        async with _new_conversation(services, profile) as conversation_id:
            attached = [await _attach(services, conversation_id, file) for file in files]
            question = Question(
                text=text,
                agent_type=cast("AgentType", self.mode),
                files=tuple(attached),
                model=self.model or None,
                may_ask=sys.stdin.isatty() and sys.stderr.isatty(),
            )
            run = await services.runner.start(OWNER, conversation_id, question)
        terminal = Terminal(progress=sys.stderr, answer=sys.stdout, plots=plots)
        status = await self._see_through(services, conversation_id, run, terminal)
        if status == 0 and terminal.asked_back is not None:
            reply = replace(question, text=await answer_to(terminal.asked_back), files=(), may_ask=False)
            run = await services.runner.start(OWNER, conversation_id, reply)
            status = await self._see_through(services, conversation_id, run, terminal)
        return status

    async def _see_through(
        self, services: Services, conversation_id: ConversationId, run: RunId, terminal: Terminal
    ) -> int:
        """Show a run until it ends; returns the exit status that says how."""
        async with _stopping_on_interrupt(services, conversation_id):
            shown = asyncio.create_task(_show(services, conversation_id, run, terminal))
            outcome = await services.runner.wait(run)
            # What is still to be shown comes at once; it never comes if it could not be stored.
            await asyncio.wait({shown}, timeout=_LAST_EVENTS_SECONDS)
            if not shown.done():
                shown.cancel()
            else:
                shown.result()
            sys.stderr.write(f"run {run}: jupyter agent export {run[:ID_SHOWN]}\n")
            return _exit_status(outcome.end)


def _readable(name: str) -> Path:
    path = Path(name).expanduser()
    if not path.exists():
        raise InputRefused(f"There is no file {name}.", "Check the name and the folder you are in.")
    if not path.is_file():
        raise InputRefused(f"{name} is not a file.", "Name the files one by one.")
    return path


def _folder(name: str) -> Path:
    path = Path(name).expanduser()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputRefused(
            f"Plots cannot be saved in {name}: {error.strerror}.", "Name another folder."
        ) from error
    return path


@asynccontextmanager
async def _new_conversation(
    services: Services, profile: RestrictedProfile | None
) -> AsyncIterator[ConversationId]:
    """A conversation, which does not outlive a failure to ask in it."""
    new = (await services.store.create_conversation(OWNER, "", profile=profile)).id
    try:
        yield new
    except AgentError:
        await services.runner.forget(OWNER, new)
        raise


async def _attach(services: Services, conversation_id: ConversationId, file: Path) -> AttachmentId:
    limit = services.settings.upload_limit_mb * 1_000_000
    attachment = await services.workspaces.attach_copy(
        services.store, OWNER, conversation_id, file, limit=limit
    )
    return attachment.id


async def _show(services: Services, conversation_id: ConversationId, run: RunId, terminal: Terminal) -> None:
    async with aclosing(services.journal.follow(OWNER, conversation_id)) as events:
        async for event in events:
            if event.run_id != run:
                continue
            terminal.show(event.body)
            if isinstance(event.body, RunFinished):
                return


@asynccontextmanager
async def _stopping_on_interrupt(services: Services, conversation_id: ConversationId) -> AsyncIterator[None]:
    """Ctrl-C stops the run as the sidebar's Stop does, so that its end is stored and its kernel ends."""
    loop = asyncio.get_running_loop()
    stopping: set[asyncio.Task[bool]] = set()

    def stop() -> None:
        stopping.add(loop.create_task(services.runner.stop(OWNER, conversation_id)))

    loop.add_signal_handler(signal.SIGINT, stop)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        await asyncio.gather(*stopping)


def _exit_status(end: RunFinished) -> int:
    match end.status:
        case "completed":
            return 0
        case "stopped":
            return complain(AgentError(end.message), EXIT_STOPPED)
        case "failed" | "interrupted":
            return complain(AgentError(end.message), EXIT_FAILED)
        case _:
            assert_never(end.status)
