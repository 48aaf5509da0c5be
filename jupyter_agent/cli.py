"""`jupyter agent …`: questions and answers without a browser.

`jupyter agent ask` composes the same parts as the server extension and needs no server. A conversation
that is begun here shows in the sidebar too: both use the same database.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Container, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import assert_never, cast

from jupyter_client.multikernelmanager import AsyncMultiKernelManager
from jupyter_core.application import JupyterApp
from traitlets import Enum, List, TraitError, Unicode
from traitlets.config import Config

from ._version import __version__
from .characters import printable
from .compose import Services, compose
from .config import JupyterAgent
from .errors import AgentError, InputRefused
from .events import RunFinished
from .ids import OWNER, AttachmentId, ConversationId
from .kernel.provisioner import RestrictedProvisioner
from .messages import AgentType, RestrictedProfile
from .run import Question
from .terminal import Terminal

EXIT_FAILED, EXIT_USAGE, EXIT_STOPPED = 1, 2, 130

_LAST_EVENTS_SECONDS = 5.0

_SEE_HELP = "See: jupyter agent ask --help"
_COMMON = frozenset(("help", "help-all", "version", "show-config", "show-config-json", "-h", "-?"))
"""The options of all Jupyter's commands."""

_OPTION = re.compile(r"--?[A-Za-z?][^\s=]*(?==|\Z)")


class AskApp(JupyterApp):
    """Answer one question, print the answer, save the plots."""

    name = "jupyter-agent-ask"
    version = __version__
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
    classes = [JupyterAgent, RestrictedProvisioner]
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
    flags = {"debug": ({"Application": {"log_level": logging.DEBUG}}, "Log everything.")}

    files = List(Unicode(), help="A file to attach; give the option once for each file.").tag(config=True)
    plots = Unicode(".", help="The folder that plots are saved in, as plot-1.png and so on.").tag(config=True)
    mode = Enum(
        ["auto", "chat", "react"],
        default_value="auto",
        help="How to work: chat (from knowledge), react (with code), or auto (a model chooses).",
    ).tag(config=True)
    model = Unicode("", help="The model to use instead of the configured one.").tag(config=True)
    profile = Enum(
        ["strict", "parallel"],
        default_value=None,
        allow_none=True,
        help="What the code may do: strict (no other processes), or parallel (processes, but no network).",
    ).tag(config=True)

    def _log_level_default(self) -> int:
        # Jupyter's kernel managers report each start and shutdown as information.
        return logging.WARNING

    def parse_command_line(self, argv: list[str] | None = None) -> None:
        """Refuse options that do not exist, or have no value; traitlets would warn and go on without them.

        Raises:
            InputRefused: there is such an option.
        """
        settings = self._settings()
        _refuse_unusable_options(argv or [], aliases=self.aliases, flags=self.flags, settings=settings)
        super().parse_command_line(argv)

    def update_config(self, config: Config) -> None:
        """Take settings over.

        Raises:
            InputRefused: one of this command's own has a value that it cannot have.
        """
        try:
            super().update_config(config)
        except TraitError as error:
            raise _unusable(error) from error

    def _settings(self) -> dict[str, set[str]]:
        """The names of what can be set, by class."""
        return {
            kind.__name__: set(kind.class_trait_names(config=True)) for kind in (type(self), *self.classes)
        }

    def start(self) -> None:
        """Run the question given on the command line; ends the process with its exit status."""
        super().start()
        try:
            status = asyncio.run(self._ask(" ".join(self.extra_args)))
        except InputRefused as error:
            status = _complain(error, EXIT_USAGE)
        except (AgentError, OSError) as error:
            status = _complain(error, EXIT_FAILED)
        except KeyboardInterrupt:
            status = _complain(AgentError("Stopped."), EXIT_STOPPED)
        self.exit(status)

    async def _ask(self, text: str) -> int:
        if not text.strip():
            raise InputRefused("There is no question.", 'Write it in quotes: jupyter agent ask "…"')
        files = [_readable(name) for name in self.files]
        plots = _folder(self.plots)
        try:
            settings = JupyterAgent(parent=self).to_settings()
            RestrictedProvisioner(parent=self)  # the kernel's own, which would find the mistake only later
        except TraitError as error:
            raise _unusable(error) from error
        services = await compose(settings, AsyncMultiKernelManager(parent=self))
        try:
            return await self._answer(services, text, files, plots)
        finally:
            await services.close()

    async def _answer(self, services: Services, text: str, files: list[Path], plots: Path) -> int:
        profile = cast("RestrictedProfile | None", self.profile)
        async with _new_conversation(services, profile) as conversation_id:
            attached = [await _attach(services, conversation_id, file) for file in files]
            question = Question(
                text=text,
                agent_type=cast("AgentType", self.mode),
                files=tuple(attached),
                model=self.model or None,
            )
            run = await services.runner.start(OWNER, conversation_id, question)
        terminal = Terminal(progress=sys.stderr, answer=sys.stdout, plots=plots)
        async with _stopping_on_interrupt(services, conversation_id):
            shown = asyncio.create_task(_show(services, conversation_id, terminal))
            outcome = await services.runner.wait(run)
            # What is still to be shown comes at once; it never comes if it could not be stored.
            await asyncio.wait({shown}, timeout=_LAST_EVENTS_SECONDS)
            if not shown.done():
                shown.cancel()
            else:
                shown.result()
            return _exit_status(outcome.end)


class AgentApp(JupyterApp):
    """The entry point: shows what there is."""

    name = "jupyter-agent"
    version = __version__
    description = "Data analysis with an AI agent whose code runs in a restricted kernel."
    subcommands = {
        "ask": (AskApp, "Answer one question, print the answer, save the plots."),
    }

    def start(self) -> None:
        """Hand over to the subcommand, or say what there is."""
        if self.subapp is None and self.extra_args:
            named = " ".join(self.extra_args)
            raise InputRefused(f"There is no command “{named}”.", 'To ask a question: jupyter agent ask "…"')
        if self.subapp is None:
            self.print_help()
            self.exit(EXIT_USAGE)
        super().start()


def _refuse_unusable_options(
    words: list[str], *, aliases: Container[str], flags: Container[str], settings: Mapping[str, set[str]]
) -> None:
    """Look through a command line; what stands after `--` is the question.

    Raises:
        InputRefused: an option does not exist, or has no value.
    """
    for word, following in zip(words, [*words, "--"][1:], strict=True):
        if word == "--":
            return
        found = _OPTION.match(word)
        if found is None:
            continue
        name = found[0].removeprefix("--")
        owner, _, trait = name.partition(".")
        if name in aliases or trait in settings.get(owner, ()):
            if "=" not in word and (following == "--" or _OPTION.match(following)):
                raise InputRefused(f"The option {found[0]} needs a value.", _SEE_HELP)
        elif not (name in flags or name in _COMMON or (trait and owner not in settings)):
            raise InputRefused(f"There is no option {found[0]}.", _SEE_HELP)


def _unusable(error: TraitError) -> InputRefused:
    return InputRefused(f"{str(error).rstrip('.')}.", _SEE_HELP)


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


async def _show(services: Services, conversation_id: ConversationId, terminal: Terminal) -> None:
    async with aclosing(services.journal.follow(OWNER, conversation_id)) as events:
        async for event in events:
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
            return _complain(AgentError(end.message), EXIT_STOPPED)
        case "failed" | "interrupted":
            return _complain(AgentError(end.message), EXIT_FAILED)
        case _:
            assert_never(end.status)


def _complain(error: Exception, status: int) -> int:
    with suppress(BrokenPipeError):
        sys.stderr.write(f"jupyter agent: {printable(str(error))}\n")
    return status


def main() -> None:
    """Run the command that was given; ends the process with its exit status."""
    try:
        try:
            AgentApp.launch_instance()
        finally:
            sys.stdout.flush()
    except InputRefused as error:  # found before the command started
        sys.exit(_complain(error, EXIT_USAGE))
    except BrokenPipeError:  # `jupyter agent ask --help | head`: whoever read has seen enough
        # What is still to be written goes nowhere, also when Python writes it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_FAILED)
