"""`jupyter agent …`: questions and answers without a browser.

One module a subcommand, loaded when it is called. They compose the same parts as the server extension and
need no server.
"""

from __future__ import annotations

import os
import sys

from jupyter_core.application import JupyterApp

from jupyter_agent._version import __version__
from jupyter_agent.errors import InputRefused

from .command import EXIT_FAILED, EXIT_USAGE, complain


class AgentApp(JupyterApp):
    """The entry point: shows what there is."""

    name = "jupyter-agent"
    version = __version__
    description = "Data analysis with an AI agent whose code runs in a restricted kernel."
    subcommands = {
        "ask": (f"{__name__}.ask.AskApp", "Answer one question, print the answer, save the plots."),
        "runs": (f"{__name__}.runs.RunsApp", "List the latest runs."),
        "export": (f"{__name__}.export.ExportApp", "Write a run down, as JSON or Markdown."),
        "replay": (f"{__name__}.replay.ReplayApp", "Ask a run's question again, and compare the two."),
        "eval": (f"{__name__}.evaluate.EvalApp", "Answer the questions of a suite, and report how well."),
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


def main() -> None:
    """Run the command that was given; ends the process with its exit status."""
    try:
        try:
            AgentApp.launch_instance()
        finally:
            sys.stdout.flush()
    except InputRefused as error:  # found before the command started
        sys.exit(complain(error, EXIT_USAGE))
    except BrokenPipeError:  # `jupyter agent ask --help | head`: whoever read has seen enough
        # What is still to be written goes nowhere, also when Python writes it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_FAILED)
