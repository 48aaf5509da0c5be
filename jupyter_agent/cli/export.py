"""`jupyter agent export`: a run as a document, to be read or to be replayed elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from traitlets import Bool, Enum, Unicode

from jupyter_agent.errors import InputRefused
from jupyter_agent.ids import OWNER
from jupyter_agent.replay.finding import found_run
from jupyter_agent.replay.markdown import as_markdown
from jupyter_agent.replay.recorded import recorded, to_document

from .command import Command, new_file

if TYPE_CHECKING:
    from jupyter_agent.compose import Services


class ExportApp(Command):
    """Write a run down, as JSON or Markdown."""

    name = "jupyter-agent-export"
    description = (
        "Write a run down: as JSON, which `jupyter agent replay` takes on other machines too, or as Markdown "
        "to read.\n\n"
        "RUN is a run's id or how it begins, a conversation's id (its last run is meant), or `last`; "
        "`jupyter agent runs` lists them. The document is written to standard output. The exit status is 0, "
        "1 when the database cannot be read, 2 when there is no such run or the request cannot be used."
    )
    examples = (
        "jupyter agent export last --format md\n"
        "jupyter agent export 3f2a9c --output run.json\n"
        "jupyter agent export 3f2a9c --contents --output run.json"
    )
    aliases = {
        "format": "ExportApp.form",
        "output": "ExportApp.output",
        "config": "JupyterApp.config_file",
        "log-level": "Application.log_level",
    }
    flags = {
        **Command.flags,
        "contents": (
            {"ExportApp": {"contents": True}},
            "Put the contents of the attached files into the JSON, and not only their SHA-256.",
        ),
    }

    form = Enum(["json", "md"], default_value="json", help="The document's kind.").tag(config=True)
    output = Unicode("", help="A new file for it, instead of standard output.").tag(config=True)
    contents = Bool(False, help="Whether the JSON holds the attached files.").tag(config=True)

    async def work(self) -> int:
        """Export the run given on the command line."""
        if len(self.extra_args) != 1:
            raise InputRefused("Name one run.", "See them with: jupyter agent runs")
        if self.contents and self.form != "json":
            raise InputRefused("Only JSON holds the contents of files.", self._see_help)
        settings = self.to_settings()
        with new_file(self.output, "The run") as file:
            async with self.services(settings) as services:
                text = await self._document(services)
            (file or sys.stdout).write(text)
            (file or sys.stdout).flush()
        return 0

    async def _document(self, services: Services) -> str:
        run = await found_run(services.store, OWNER, self.extra_args[0])
        made = await recorded(
            services.store,
            services.workspaces,
            OWNER,
            run.id,
            history=services.settings.history_messages,
            contents=self.contents,
        )
        return to_document(made) if self.form == "json" else as_markdown(made)
