"""What the commands share: settings, options that are looked at twice, and one line for what goes wrong."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections.abc import AsyncIterator, Container, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from jupyter_client.multikernelmanager import AsyncMultiKernelManager
from jupyter_core.application import JupyterApp
from traitlets import TraitError
from traitlets.config import Config

from jupyter_agent._version import __version__
from jupyter_agent.characters import printable
from jupyter_agent.config import JupyterAgent
from jupyter_agent.errors import AgentError, InputRefused
from jupyter_agent.kernel.provisioner import RestrictedProvisioner
from jupyter_agent.settings import Settings

if TYPE_CHECKING:
    from jupyter_agent.compose import Services

EXIT_FAILED, EXIT_USAGE, EXIT_STOPPED = 1, 2, 130

ID_SHOWN = 12
"""Characters of an id: enough to name a run, and to be read."""

_COMMON = frozenset(("help", "help-all", "version", "show-config", "show-config-json", "-h", "-?"))
"""The options of all Jupyter's commands."""

_OPTION = re.compile(r"--?[A-Za-z?][^\s=]*(?==|\Z)")


class Command(JupyterApp):
    """A subcommand that composes the agent's parts itself and ends with an exit status."""

    version = __version__
    classes = [JupyterAgent, RestrictedProvisioner]
    flags = {"debug": ({"Application": {"log_level": logging.DEBUG}}, "Log everything.")}

    def _log_level_default(self) -> int:
        # Jupyter's kernel managers report each start and shutdown as information.
        return logging.WARNING

    def parse_command_line(self, argv: list[str] | None = None) -> None:
        """Refuse options that do not exist, or have no value; traitlets would warn and go on without them.

        Raises:
            InputRefused: there is such an option.
        """
        _refuse_unusable_options(
            argv or [],
            aliases=self.aliases,
            flags=self.flags,
            settings=self._names_of_settings(),
            see=self._see_help,
        )
        super().parse_command_line(argv)

    def update_config(self, config: Config) -> None:
        """Take settings over.

        Raises:
            InputRefused: one of this command's own has a value that it cannot have.
        """
        try:
            super().update_config(config)
        except TraitError as error:
            raise self._unusable(error) from error

    def start(self) -> None:
        """Do what was asked for; ends the process with its exit status."""
        super().start()
        try:
            status = asyncio.run(self.work())
        except InputRefused as error:
            status = complain(error, EXIT_USAGE)
        except (AgentError, OSError) as error:
            status = complain(error, EXIT_FAILED)
        except KeyboardInterrupt:
            status = complain(AgentError("Stopped."), EXIT_STOPPED)
        self.exit(status)

    async def work(self) -> int:
        """What the command does; returns its exit status. Each command says it."""
        raise NotImplementedError

    @asynccontextmanager
    async def services(self, settings: Settings) -> AsyncIterator[Services]:
        """The agent's parts. They are loaded here: help, and what is refused, need none of them."""
        from jupyter_agent.compose import compose

        services = await compose(settings, AsyncMultiKernelManager(parent=self))
        try:
            yield services
        finally:
            await services.close()

    def to_settings(self) -> Settings:
        """The agent's settings.

        Raises:
            InputRefused: one has a value that it cannot have.
        """
        try:
            settings = JupyterAgent(parent=self).to_settings()
            RestrictedProvisioner(parent=self)  # the kernel's own, which would find the mistake only later
        except TraitError as error:
            raise self._unusable(error) from error
        return settings

    def _names_of_settings(self) -> dict[str, set[str]]:
        """The names of what can be set, by class."""
        return {
            kind.__name__: set(kind.class_trait_names(config=True)) for kind in (type(self), *self.classes)
        }

    @property
    def _see_help(self) -> str:
        return f"See: {self.name.replace('-', ' ')} --help"

    def _unusable(self, error: TraitError) -> InputRefused:
        return InputRefused(f"{str(error).rstrip('.')}.", self._see_help)


def complain(error: Exception, status: int) -> int:
    """Say what went wrong; returns `status`."""
    with suppress(BrokenPipeError):
        sys.stderr.write(f"jupyter agent: {printable(str(error))}\n")
    return status


@contextmanager
def new_file(name: str, content: str) -> Iterator[TextIO | None]:
    """A new file of this name for `content`, which goes again if nothing is written; without a name nothing.

    Raises:
        InputRefused: there is one, or it cannot be made.
    """
    if not name:
        yield None
        return
    path = Path(name).expanduser()
    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError as error:
        raise InputRefused(f"There is a file {name} already.", "Name another one.") from error
    except OSError as error:
        raise InputRefused(
            f"{content} cannot be written to {name}: {error.strerror}.", "Name another file."
        ) from error
    try:
        with file:
            yield file
    finally:
        if not path.stat().st_size:
            path.unlink()


def _refuse_unusable_options(
    words: list[str],
    *,
    aliases: Container[str],
    flags: Container[str],
    settings: Mapping[str, set[str]],
    see: str,
) -> None:
    """Look through a command line; what stands after `--` is no option.

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
                raise InputRefused(f"The option {found[0]} needs a value.", see)
        elif not (name in flags or name in _COMMON or (trait and owner not in settings)):
            raise InputRefused(f"There is no option {found[0]}.", see)
